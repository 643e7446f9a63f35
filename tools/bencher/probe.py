"""The whole probe: `handspand` with one worker on the device that testpmd has, in turn with it."""

import json
import subprocess
import tempfile
import time
from pathlib import Path

from . import figures, testpmd
from .captures import FLOOD_FLOWS
from .fault import Fault
from .place import HANDSPAN, HANDSPAND, VISIBLE
from .testpmd import START_LIMIT, buffers_for, device, stop

# The daemon's counter -> what its rate is called.
RATES = {'received_packets': 'handspand_pps', 'tls_established': 'handshakes_per_second',
         'connections_opened': 'connections_per_second'}
OUTCOMES = ('completed', 'failed', 'unfinished', 'unknown')


def write_config(folder, mix, dispatch):
    path = Path(folder) / 'bench.toml'
    capture = mix.path()
    limits = f'[limits]\nflows = {FLOOD_FLOWS}\n' if mix.flood else ''
    path.write_text(f'[capture]\nports = ["{device(capture)}"]\nmbufs = {buffers_for(capture)}\ndispatch = "{dispatch}"\n'
                    '[dpdk]\neal_args = ["--no-huge", "--no-shconf", "--no-telemetry"]\n'
                    f'[workers]\ncount = 1\n{limits}', encoding='utf-8')
    return path


def sample(place):
    """(when, counters of the only worker); None without a daemon."""
    before = time.monotonic()
    done = subprocess.run([HANDSPAN, 'stat', '--json', *place], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return None
    return (before + time.monotonic()) / 2, json.loads(done.stdout)['counters']


def first_packets(process, place, log):
    deadline, first = time.monotonic() + START_LIMIT, None
    while first is None or not first[1]['received_packets']:
        if process.poll() is not None or time.monotonic() > deadline:
            log.seek(0)
            raise Fault(f'handspand did not start:\n{log.read()[-1500:]}')
        time.sleep(0.2)
        first = sample(place)


def watch(segment, seconds):
    """Reads along for so many seconds: how soon the events of handshakes can be read."""
    done = subprocess.run([VISIBLE, segment, str(seconds)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def run(mix, seconds, dispatch):
    """(rates, final counters)."""
    with tempfile.TemporaryDirectory(prefix='handspan-bench-') as folder, tempfile.TemporaryFile('w+') as log:
        place = ['--instance', 'bench', '--runtime-dir', folder]
        command = [HANDSPAND, '--config', write_config(folder, mix, dispatch), *place]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        try:
            first_packets(process, place, log)
            time.sleep(1)
            first = sample(place)
            time.sleep(seconds)
            last = sample(place)
            seen = watch(Path(folder) / 'bench/stats.shm', 1)
        finally:
            stop(process)
        final = sample(place)
    if not first or not last or not final:
        raise Fault('handspan stat gave no answer')
    rates = {rate: (last[1][name] - first[1][name]) / (last[0] - first[0]) for name, rate in RATES.items()}
    return {**rates, 'visible_p99_us': seen['p99_us']}, final[1]


def unaccounted(mix, counters):
    """What is wrong with the counters after any number of rounds of a mix; a list of sentences."""
    received, opened = counters['received_packets'], counters['connections_opened']
    skipped = sum(value for name, value in counters.items() if name.startswith('skipped_'))
    wrong = []
    if received != counters['tcp_packets'] + skipped:
        wrong.append(f'{received} packets received, but {counters["tcp_packets"]} of TCP and {skipped} skipped')
    rounds = received // (mix.connections * mix.packets)
    if not rounds * mix.connections <= opened <= (rounds + 1) * mix.connections:
        wrong.append(f'{opened} connections opened in {rounds} full rounds of {mix.connections}')
    if mix.flood:
        return wrong
    closed = {name: counters[f'connections_{name}'] for name in OUTCOMES}
    if opened != sum(closed.values()):
        wrong.append(f'{opened} connections opened, but {closed}')
    if closed['failed'] or closed['unknown'] or closed['unfinished'] > mix.connections:
        wrong.append(f'all connections of the mix complete, but {closed}')
    if counters['untracked_table_full']:
        wrong.append(f'{counters["untracked_table_full"]} packets found the flow table full')
    return wrong


def compare(mix, options):
    """(figures, what could not be accounted for)."""
    rounds, wrong = [], []
    for _ in range(options.rounds):
        ceiling = testpmd.packets_per_second(mix.path(), options.seconds)
        rates, counters = run(mix, options.seconds, options.dispatch)
        rounds.append({'testpmd_pps': ceiling, **rates, 'ratio': rates['handspand_pps'] / ceiling})
        if mix.connections and not counters['dispatch_dropped']:
            wrong += unaccounted(mix, counters)
    return {'capture': mix.name, **figures.summary(rounds)}, [f'{mix.name}: {x}' for x in wrong]
