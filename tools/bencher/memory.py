"""The inspector alone, fed from memory, and what its open connections take there."""

import json
import subprocess

from . import figures
from .place import CONNECTIONS, INSPECTOR, INSPECTOR_BY_STAGE

FEW = 1_000  # connections that are open in the run that the other is held against


def answer(*command):
    return json.loads(subprocess.run([str(x) for x in command], check=True, capture_output=True, text=True).stdout)


def inspector(mix, options):
    """One worker, and in turn with it two at once: what the second adds."""
    names = ('packets_per_second', 'handshakes_per_second', 'connections_per_second')
    rounds = []
    for _ in range(options.rounds):
        one, two = (run(INSPECTOR, mix, options, workers) for workers in (1, 2))
        rounds.append({**{name: one[name] for name in names}, 'two_workers': two[names[0]] / one[names[0]]})
    return {'capture': mix.name, **figures.summary(rounds)}


def stages(mix, options):
    """Cycles a packet, by the build that counts them."""
    return figures.summary([run(INSPECTOR_BY_STAGE, mix, options)['stages'] for _ in range(options.rounds)])


def run(program, mix, options, workers=1):
    fresh = ['fresh'] if mix.flood else []
    return answer(program, *fresh, 'workers', workers, mix.path(), options.seconds)


def connections(mix, count):
    """Bytes a connection: two runs' difference, by that of their open connections."""
    few, many = (answer(CONNECTIONS, mix.path(), n) for n in (FEW, count))
    more = many['connections'] - few['connections']
    return {'kind': mix.name.removeprefix('open-'), 'connections': many['connections'],
            'bytes': round((many['resident_bytes'] - few['resident_bytes']) / more),
            'stated_bytes': round((many['stated_bytes'] - few['stated_bytes']) / more)}
