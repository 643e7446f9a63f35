"""What people and programs read."""

import json
from dataclasses import asdict

SHOWN = 12  # faults of one file
COLUMNS = (('packets', 9), ('sent', 9), ('received', 9), ('lost', 7), ('connections', 12), ('told', 7), ('open', 6))


def head(width):
    return f'{"capture":{width}}' + ''.join(f'{name:>{size}}' for name, size in COLUMNS) + '   verdict'


def row(name, width, verdict, overrun):
    values = (verdict.packets, verdict.sent, verdict.received, verdict.packets - verdict.received,
              verdict.connections, verdict.told, verdict.open)
    if verdict.faults:
        word = f'{len(verdict.faults)} fault{"s" if len(verdict.faults) > 1 else ""}'
    else:
        word = 'every packet accounted for' if overrun else 'as the file says'
    return f'{name:{width}}' + ''.join(f'{value:>{size}}' for value, (_, size) in zip(values, COLUMNS)) + f'   {word}'


def faults(verdict):
    lines = [f'    {fault}' for fault in verdict.faults[:SHOWN]]
    if len(verdict.faults) > SHOWN:
        lines.append(f'    and {len(verdict.faults) - SHOWN} more')
    return lines


def as_json(path, verdict):
    return json.dumps({'capture': path, **asdict(verdict)}, ensure_ascii=False)
