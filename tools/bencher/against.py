"""This run held against an earlier one: what got worse by more than TOLERANCE."""

import json
from pathlib import Path

from .fault import Fault

TOLERANCE = 0.05
# Section -> what tells its entries apart, the figures that are better when they are greater, those that are not.
SECTIONS = {
    'runs': ('capture', ('handspand_pps', 'handshakes_per_second', 'connections_per_second', 'ratio'), ()),
    'inspector': ('capture', ('packets_per_second', 'handshakes_per_second', 'connections_per_second', 'two_workers'), ()),
    'connections': ('kind', (), ('bytes',)),
}


def load(path):
    try:
        told = json.loads(Path(path).read_text(encoding='utf-8'))
    except (OSError, ValueError) as error:
        raise Fault(f'{path}: {error}') from error
    if not isinstance(told, dict) or not any(name in told for name in (*SECTIONS, 'stages')):
        raise Fault(f'{path}: not what tools/bench --json writes')
    return told


def pairs(before, now):
    """(what it is, before, now, whether less is better), for what both runs have."""
    for section, (key, rising, falling) in SECTIONS.items():
        earlier = {entry[key]: entry for entry in before.get(section, [])}
        for entry in now.get(section, []):
            old = earlier.get(entry[key], {})
            for name in (*rising, *falling):
                if name in old and name in entry:
                    yield f'{section}, {entry[key]}, {name}', old[name], entry[name], name in falling
    for capture, stages in now.get('stages', {}).items():
        old = before.get('stages', {}).get(capture, {})
        for stage in stages:
            if stage in old and stage != 'spread':
                yield f'stages, {capture}, {stage} (cycles a packet)', old[stage], stages[stage], True


def worse(before, now):
    """A sentence for each figure that got worse."""
    for what, old, new, less_is_better in pairs(before, now):
        if old and new and (new / old if less_is_better else old / new) > 1 + TOLERANCE:
            yield f'worse: {what}: {new:,} after {old:,} ({(new - old) / old:+.1%})'
        elif old and not new and not less_is_better:
            yield f'worse: {what}: nothing after {old:,}'
