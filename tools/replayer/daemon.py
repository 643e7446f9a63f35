"""A handspand of the replay's own, and what it says."""

import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass

from . import process
from .fault import Fault

START_LIMIT, STOP_LIMIT = 30, 30
ARRIVAL_PATIENCE = 8  # seconds without a packet
INSTANCE = 'replay'

CONFIG = '''[instance]
name = "{instance}"
runtime_dir = "{runtime}"
[dpdk]
eal_args = ["--no-huge", "--no-shconf", "--no-telemetry"]
[capture]
ports = [{ports}]
queues = {queues}
dispatch = "{dispatch}"
mbufs = 8192
[workers]
count = {workers}
# A memif link that comes or goes pulls the rings from under a worker that is just reading them: one that
# sleeps is not.
idle = "sleep"
[limits]
flows = {flows}
tls_sessions = {flows}
ring_bytes = "{ring}KiB"
# A replay takes another time than the capture did: the clock shall close nothing.
[timeouts]
syn = "24h"
established = "24h"
one_sided = "24h"
closing = "24h"
closed = "24h"
'''


class Programs:
    """handspand and handspan of one build folder."""

    def __init__(self, handspand, handspan):
        self.handspand, self.handspan = handspand, handspan
        for path in (handspand, handspan):
            if not os.access(path, os.X_OK):
                raise Fault(f'{path} is not there: build it (ninja -C build), or name its folder (--build)')

    def ask(self, *words):
        done = subprocess.run([self.handspan, *map(str, words)], capture_output=True, text=True, errors='replace',
                              check=False)
        if done.returncode != 0:
            raise Fault(f'handspan {words[0]} ended with {done.returncode}: {done.stderr.strip()}')
        return done.stdout

    def read(self, path):
        """What a capture file says: the records of its connections."""
        return connections(self.ask('read', '--json', path))


def connections(text):
    found = [json.loads(line) for line in text.splitlines() if line.strip()]
    return [record for record in found if record['event_type'] == 'connection']


def power_of_two(least):
    return 1 << (least - 1).bit_length()


@dataclass(frozen=True)
class Shape:
    """What the daemon is to be."""
    ports: tuple       # DPDK devices
    queues: int        # of each port
    workers: int
    dispatch: str
    connections: int   # that it will see


class Daemon:
    """Started at once; to be closed always."""

    def __init__(self, programs, folder, shape):
        self.programs = programs
        runtime = os.path.join(folder, 'run')
        self.place = ['--instance', INSTANCE, '--runtime-dir', runtime]
        self.log = os.path.join(folder, 'handspand.log')
        config = os.path.join(folder, 'handspand.toml')
        with open(config, 'w', encoding='utf-8') as file:
            file.write(CONFIG.format(
                instance=INSTANCE, runtime=runtime, queues=shape.queues, workers=shape.workers,
                dispatch=shape.dispatch, ports=', '.join(json.dumps(port) for port in shape.ports),
                flows=power_of_two(max(1024, 4 * shape.connections)),
                # A connection leaves two records, and all of them may be on one worker.
                ring=max(256, 10 * shape.connections)))
        with open(self.log, 'w', encoding='utf-8') as log:
            self.process = process.start([programs.handspand, '--config', config], folder,
                                         stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def _said(self):
        with open(self.log, encoding='utf-8', errors='replace') as log:
            return log.read()

    def ready(self):
        end = time.monotonic() + START_LIMIT
        while ' running: ' not in self._said():
            if self.process.poll() is not None:
                last = self._said().strip().splitlines()[-1:]
                raise Fault(f'handspand did not start: {last[0] if last else self.process.returncode}')
            if time.monotonic() > end:
                raise Fault(f'handspand did not start in {START_LIMIT} s')
            time.sleep(0.02)

    def warnings(self):
        """What it complained of in its log."""
        return [line for line in self._said().splitlines() if ' warning ' in line or ' error ' in line]

    def stat(self):
        return json.loads(self.programs.ask('stat', '--json', *self.place))

    def await_packets(self, wanted):
        """Until so many have been worked on and the port's own count says so too, or no more come: the
        last numbers. To be called before the sender leaves, with whom some ports' counts go."""
        seen, last = -1, time.monotonic()
        while True:
            stat = self.stat()
            worked = stat['counters']['received_packets']
            arrived = sum(port['received_packets'] for port in stat['ports'])
            if worked + arrived > seen:
                seen, last = worked + arrived, time.monotonic()
            if min(worked + stat['counters'].get('dispatch_dropped', 0), arrived) >= wanted \
                    or time.monotonic() - last > ARRIVAL_PATIENCE:
                return stat
            time.sleep(0.05)

    def await_worked(self, wanted):
        """The same, of the workers alone, at once: how a sender keeps the order between two ports."""
        end = time.monotonic() + ARRIVAL_PATIENCE
        while self.stat()['counters']['received_packets'] < wanted:
            if time.monotonic() > end:
                raise Fault(f'packet {wanted} did not arrive')
            time.sleep(0.001)

    def pause(self):
        os.kill(self.process.pid, signal.SIGSTOP)

    def go_on(self):
        os.kill(self.process.pid, signal.SIGCONT)

    def stop(self):
        """As an operator would; its segment can be read afterwards."""
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            raise Fault(f'handspand did not stop within {STOP_LIMIT} s') from None
        if code != 0:
            raise Fault(f'handspand ended with {code}: {self._said().strip().splitlines()[-1:]}')

    def records(self):
        return connections(self.programs.ask('log', '--json', *self.place))

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
