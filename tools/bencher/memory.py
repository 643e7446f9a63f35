"""The inspector alone, fed from memory, and what its open connections take there."""

import json
import subprocess

from . import figures
from .place import CONNECTIONS, INSPECTOR

FEW = 1_000  # connections that are open in the run that the other is held against


def answer(*command):
    return json.loads(subprocess.run([str(x) for x in command], check=True, capture_output=True, text=True).stdout)


def inspector(mix, options):
    """(figures, {stage: cycles a packet}, which a build without them does not tell)."""
    fresh = ['fresh'] if mix.flood else []
    rounds = [answer(INSPECTOR, *fresh, mix.path(), options.seconds) for _ in range(options.rounds)]
    names = ('packets_per_second', 'handshakes_per_second', 'connections_per_second')
    stages = [one['stages'] for one in rounds if one.get('stages')]
    return ({'capture': mix.name, **figures.summary([{name: one[name] for name in names} for one in rounds])},
            figures.summary(stages) if stages else {})


def connections(mix, count):
    """Bytes a connection: two runs' difference, by that of their open connections."""
    few, many = (answer(CONNECTIONS, mix.path(), n) for n in (FEW, count))
    more = many['connections'] - few['connections']
    return {'kind': mix.name.removeprefix('open-'), 'connections': many['connections'],
            'bytes': round((many['resident_bytes'] - few['resident_bytes']) / more),
            'stated_bytes': round((many['stated_bytes'] - few['stated_bytes']) / more)}
