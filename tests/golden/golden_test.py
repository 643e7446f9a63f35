#!/usr/bin/env python3
"""One golden case: a capture must give the expected records, read as a file and through DPDK.

  golden_test.py --handspan PATH [--handspand PATH] CASE_DIR…
  golden_test.py --handspan PATH --update CASE_DIR…

A case is a folder with capture.pcap (or .pcapng), expected.jsonl (what `handspan read --json` says, one record
a line) and README.md (where the capture comes from and what it shows).
  1. `handspan read --json` gives expected.jsonl, field by field.
  2. `handspand --replay` with 1 and with 2 workers, whose packets come by queues of their own (rss) or
     through a receiving core (software), read back by `handspan log --json`, gives the same
     connections apart from packet numbers, which only a file knows, flow ids and the order;
     without --handspand that is left out
--update rewrites expected.jsonl from what `handspan read` says now: look at the difference.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HEARSAY = {'tls_unused', 'certificate_refused'}  # rules that rest on what other workers noted
UNSURE = {'rule', 'outcome', 'cause', 'phase', 'step', 'confidence', 'summary'}
REPLAYS = ((1, 'rss'), (2, 'rss'), (2, 'software'))  # workers, dispatch
ETHERNET = 1
FILE_ONLY = {'first_packet', 'last_packet', 'packet', 'flow_id'}  # keys, at any depth
DAEMON_ONLY = {'probe', 'instance'}
LIMIT = 60  # seconds a program may take


class Fault(Exception):
    pass


def run(command):
    try:
        done = subprocess.run([str(x) for x in command], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, errors='replace', timeout=LIMIT, check=False)
    except subprocess.TimeoutExpired as late:
        raise Fault(f'{command[0]} {command[1]}: no end in {LIMIT} s') from late
    if done.returncode != 0:
        tail = '\n'.join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise Fault(f'{" ".join(map(str, command))}\nended with {done.returncode}:\n{tail}')
    return done.stdout


def records(text, origin):
    result = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as fault:
            raise Fault(f'{origin}: line {number} is no JSON: {fault}') from fault
        if record.get('event_type', 'connection') == 'connection':
            result.append(record)
    return result


def capture_of(case):
    """Its only capture: capture.pcap or capture.pcapng."""
    found = sorted(case.glob('capture.pcap*'))
    if len(found) != 1:
        raise Fault(f'one capture is wanted, {len(found)} are there')
    return found[0]


def link_type(capture):
    """Of a classic pcap file, in either byte order; none of a pcapng file, whose interfaces may differ."""
    if capture.suffix != '.pcap':
        return None
    head = capture.read_bytes()[:24]
    order = 'little' if head[:4] in (b'\xd4\xc3\xb2\xa1', b'\x4d\x3c\xb2\xa1') else 'big'
    return int.from_bytes(head[20:24], order) & 0xFFFF


def differences(expected, actual, path=''):
    """Every place where two JSON values differ, one line each."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key in sorted(expected.keys() | actual.keys()):
            where = f'{path}.{key}' if path else key
            if key not in actual:
                yield f'{where}: expected {json.dumps(expected[key])}, is missing'
            elif key not in expected:
                yield f'{where}: unexpected, is {json.dumps(actual[key])}'
            else:
                yield from differences(expected[key], actual[key], where)
    elif isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            yield f'{path}: expected {len(expected)} entries, has {len(actual)}'
        for i, (one, other) in enumerate(zip(expected, actual)):
            yield from differences(one, other, f'{path}[{i}]')
    elif type(expected) is not type(actual) or expected != actual:
        yield f'{path}: expected {json.dumps(expected)}, is {json.dumps(actual)}'


def without(keys, value):
    """The value with these keys gone, at any depth; a retry's flow ids only say that there is one."""
    if isinstance(value, dict):
        kept = {key: without(keys, part) for key, part in value.items() if key not in keys}
        if 'summary' in kept:
            kept['summary'] = re.sub(r'flow 0x[0-9a-f]+', 'flow', kept['summary'])
        if 'retry' in kept:
            kept['retry'].update({key: True for key in ('of', 'by') if key in kept['retry']})
        return kept
    if isinstance(value, list):
        return [without(keys, part) for part in value]
    return value


def label(record):
    return (f'{record.get("src_ip")}:{record.get("src_port")} -> '
            f'{record.get("dest_ip")}:{record.get("dest_port")} at {record.get("timestamp")}')


def compare(expected, actual, origin):
    """Raises a Fault that names each differing field of each record, in order."""
    lines = []
    if len(expected) != len(actual):
        lines.append(f'expected {len(expected)} records, got {len(actual)}')
        for name, those, others in (('missing', expected, actual), ('unexpected', actual, expected)):
            labels = [label(x) for x in others]
            lines += [f'{name}: {label(x)}' for x in those if label(x) not in labels]
    else:
        for number, (one, other) in enumerate(zip(expected, actual), 1):
            found = list(differences(one, other))
            if found:
                lines.append(f'record {number}, {label(one)}:')
                lines += [f'  {difference}' for difference in found]
    if lines:
        raise Fault('\n'.join([f'{origin} differs:', *lines]))


def in_one_order(keys, found, race=False):
    """`race`: several workers take their packets at once, in no time. Whether one of them has noted that a client
    went on with a certificate before another ends the client's next connection is chance then."""
    kept = [without(keys | UNSURE if race and x.get('rule') in HEARSAY else keys, x) for x in found]
    return sorted(kept, key=lambda x: (label(x), json.dumps(x, sort_keys=True)))


def rules_arguments(case):
    rules = case / 'rules.toml'
    return ['--rules', rules] if rules.exists() else []


def read_file(handspan, case):
    return run([handspan, 'read', '--json', *rules_arguments(case), capture_of(case)])


def replay(programs, case, workers, dispatch):
    with tempfile.TemporaryDirectory(prefix='handspan-golden-') as scratch:
        place = ['--instance', 'golden', '--runtime-dir', scratch]
        run([programs.handspand, '--replay', capture_of(case), '--workers', workers, '--dispatch', dispatch,
             *place, *rules_arguments(case)])
        return run([programs.handspan, 'log', '--json', *place])


def check(programs, case):
    expected_file = case / 'expected.jsonl'
    if not (case / 'README.md').exists():
        raise Fault('no README.md: say where the capture comes from and what it shows')
    if not expected_file.exists():
        raise Fault('no expected.jsonl: make it with --update, and read it')
    expected = records(expected_file.read_text(encoding='utf-8'), expected_file)
    compare(expected, records(read_file(programs.handspan, case), 'handspan read'), 'handspan read')
    if not programs.handspand or link_type(capture_of(case)) != ETHERNET:
        return  # DPDK's ports are Ethernet, its files classic
    for workers, dispatch in REPLAYS:
        origin = f'handspand with {workers} worker{"s" if workers > 1 else ""}, {dispatch}'
        found = records(replay(programs, case, workers, dispatch), origin)
        compare(in_one_order(FILE_ONLY, expected, workers > 1),
                in_one_order(FILE_ONLY | DAEMON_ONLY, found, workers > 1), origin)


def update(programs, case):
    said = read_file(programs.handspan, case)
    records(said, 'handspan read')
    (case / 'expected.jsonl').write_text(said, encoding='utf-8')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--handspan', required=True, type=os.path.abspath)
    parser.add_argument('--handspand', type=os.path.abspath)
    parser.add_argument('--update', action='store_true')
    parser.add_argument('cases', nargs='+', type=Path, metavar='CASE_DIR')
    options = parser.parse_args()
    failed = False
    for case in options.cases:
        try:
            (update if options.update else check)(options, case.resolve())
        except Fault as fault:
            failed = True
            print(f'{case.name}: {fault}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
