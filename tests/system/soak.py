#!/usr/bin/env python3
"""A daemon at the highest rate that loses nothing, for a while, with all that happens to one: connections that come and go,
reloads, readers that come and go, an exporter. At the end every packet and every connection must be accounted for, and
memory must not have grown.

  soak.py --handspand PATH --handspan PATH --exporter PATH [--seconds N] CAPTURE...

The captures are sent from memory over and over (net_pcap, infinite_rx), as fast as they are taken.
"""

import argparse
import heapq
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import flood_test  # noqa: E402

LIMIT = 60
COPIES = 300
MIB = 1 << 20
OUTCOMES = ('completed', 'failed', 'unfinished', 'unknown', 'unused')
RULES = '[[rule]]\nid = {number}\nname = "port {number}"\nall = [{{ port = 443 }}]\n'


class Wrong(Exception):
    pass


def churn(captures):
    """Copies of the captures in turn, side by side, each from an address of its own."""
    cases = [flood_test.frames_of(path) for path in captures]
    flows = []
    for number in range(COPIES):
        frames = cases[number % len(cases)]
        client = frames[0][1][flood_test.SOURCE]
        address = bytes([10, 77, number // 250, 1 + number % 250])
        flows.append([(number * 1_000_000 + time, flood_test.of_another_client(frame, client, address))
                      for time, frame in frames])
    return list(heapq.merge(*flows, key=lambda timed: timed[0]))


def resident(process):
    return int(Path(f'/proc/{process.pid}/statm').read_text().split()[1]) * os.sysconf('SC_PAGE_SIZE')


class Soak:
    def __init__(self, options, folder):
        self.options, self.folder = options, Path(folder)
        self.environment = dict(os.environ, XDG_RUNTIME_DIR=str(folder), RUNTIME_DIRECTORY=str(folder))
        self.run = self.folder / 'run'
        self.started, self.readers, self.samples, self.reloads = [], [], [], 0

    def start(self, program, *arguments, out=subprocess.DEVNULL, errors=subprocess.DEVNULL):
        process = subprocess.Popen([program, *map(str, arguments)], stdout=out, stderr=errors, env=self.environment)
        self.started.append(process)
        return process

    def handspan(self, *arguments):
        return subprocess.run([self.options.handspan, *arguments, '--runtime-dir', self.run], capture_output=True,
                              text=True, timeout=LIMIT, env=self.environment, check=False).stdout

    def stat(self):
        return json.loads(self.handspan('stat', '--json') or '{}')

    def begin(self):
        path = self.folder / 'c.pcap'
        path.write_bytes(flood_test.capture(churn(self.options.captures)))
        self.rules = self.folder / 'rules.toml'
        self.rules.write_text(RULES.format(number=1))
        config = self.folder / 'c.toml'
        config.write_text(f'[capture]\nports = ["net_pcap0,rx_pcap={path},infinite_rx=1"]\n[rules]\nfile = "{self.rules}"\n'
                          f'[workers]\nidle = "sleep"\n[timeouts]\nclosed = "1ms"\n[log]\nfile = "{self.folder}/log"\n'
                          '[limits]\nring_bytes = "4MiB"\n[dpdk]\neal_args = ["--no-huge"]\n')
        self.log = self.folder / 'log'
        self.daemon = self.start(self.options.handspand, '--config', config, '--runtime-dir', self.run)
        self.wait_until(lambda: self.log.exists() and ' running: ' in self.log.read_text(), 'the daemon')
        export = self.folder / 'export.toml'
        export.write_text(f'[export]\nruntime_dir = "{self.run}"\n[spool]\ndir = "{self.folder}/spool"\n[[sink]]\n'
                          f'type = "jsonl"\ndir = "{self.folder}/jsonl"\nkeep_bytes = "64MiB"\nevents = "connection"\nfilter = "outcome == failed"\n')
        self.exporter = self.start(self.options.exporter, '--config', export, '--status-dir', self.folder / 'status',
                                   errors=open(self.folder / 'export.log', 'wb'))

    def wait_until(self, holds, what):
        end = time.monotonic() + LIMIT
        while not holds():
            if self.daemon.poll() is not None or time.monotonic() > end:
                raise Wrong(f'{what}: not within {LIMIT} s\n{self.log.read_text() if self.log.exists() else ""}')
            time.sleep(0.05)

    def reload(self):
        self.reloads += 1
        self.rules.write_text(RULES.format(number=1 + self.reloads % 2))
        self.daemon.send_signal(signal.SIGHUP)
        self.wait_until(lambda: self.log.read_text().count(' rules in force,') >= self.reloads, 'a reload')

    def exchange_reader(self):
        self.readers.append(self.start(self.options.handspan, 'log', '--follow', '--failed', '--runtime-dir', self.run))
        if len(self.readers) > 3:
            self.readers.pop(0).kill()

    def look(self):
        if self.daemon.poll() is not None or self.exporter.poll() is not None:
            raise Wrong(f'it ended: {self.log.read_text()[-2000:]}{(self.folder / "export.log").read_text()[-2000:]}')
        self.samples.append((time.monotonic(), resident(self.daemon)))

    def go_on(self, seconds):
        end, turn = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            self.look()
            if turn % 5 == 1:
                self.reload()
            if turn % 3 == 2:
                self.exchange_reader()
            turn += 1
            time.sleep(1)

    def growth(self):
        """Of resident memory over the later two thirds, in bytes: its slope by least squares, and how far it strays."""
        samples = self.samples[len(self.samples) // 3:]
        times, sizes = [at for at, _ in samples], [size for _, size in samples]
        slope = statistics.linear_regression(times, sizes).slope
        return slope * (times[-1] - times[0]), statistics.pstdev(sizes)

    def open_by_account(self):
        """(the gauge, opened less closed) of one moment: stored together, but read while they are stored."""
        stat = self.stat()
        counters = stat['counters']
        closed = sum(counters[f'connections_{name}'] for name in OUTCOMES) + counters['flows_gave_way_untold']
        return stat['gauges']['flows'], counters['connections_opened'] - closed

    def account(self):
        tries = [self.open_by_account() for _ in range(20)]
        if not any(gauge == counted for gauge, counted in tries):
            raise Wrong(f'open connections, and those opened less those closed: {tries}')
        self.daemon.terminate()
        if self.daemon.wait(LIMIT) != 0:
            raise Wrong(f'it ends with {self.daemon.returncode}: {self.log.read_text()[-2000:]}')
        stat = self.stat()
        counters = stat['counters']
        closed = sum(counters[f'connections_{name}'] for name in OUTCOMES) + counters['flows_gave_way_untold']
        skipped = sum(value for name, value in counters.items() if name.startswith('skipped_'))
        for what, one, other in (
                ('packets of port and worker', stat['ports'][0]['received_packets'], counters['received_packets']),
                ('packets of worker and inspector', counters['received_packets'], counters['tcp_packets'] + skipped),
                ('connections opened and closed', counters['connections_opened'], closed),
                ('lost', stat['ports'][0]['missed'] + counters['dispatch_dropped'] + counters['untracked_table_full'], 0)):
            if one != other:
                raise Wrong(f'{what}: {one} and {other}')
        return counters

    def exported(self, counters):
        """What the exporter read and what it lost is all that there was."""
        def status():
            path = self.folder / 'status' / 'default.json'
            return json.loads(path.read_text()) if path.exists() else {'read': 0, 'lost': 0}
        end = time.monotonic() + LIMIT
        while status()['read'] + status()['lost'] != counters['records_published']:
            if time.monotonic() > end:
                raise Wrong(f'exported: {status()} of {counters["records_published"]} records')
            time.sleep(0.2)
        return status()

    def close(self):
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait()


def soak(options, folder):
    run = Soak(options, folder)
    try:
        run.begin()
        run.go_on(options.seconds)
        grown, noise = run.growth()
        counters = run.account()
        told = run.exported(counters)
    finally:
        run.close()
    rate = counters['received_packets'] / options.seconds / 1e6
    print(f'{options.seconds} s, {rate:.2f} Mpps, {counters["connections_opened"]:,} connections, {run.reloads} reloads; '
          f'exported {told["read"]:,} records, lost {told["lost"]:,}; memory {run.samples[-1][1] / MIB:.0f} MiB, '
          f'grown by {grown / MIB:.2f} MiB (noise {noise / MIB:.2f} MiB)')
    if grown > max(MIB, 2 * noise):
        raise Wrong('memory grows')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ('handspand', 'handspan', 'exporter'):
        parser.add_argument('--' + name, required=True)
    parser.add_argument('--seconds', type=int, default=1800)
    parser.add_argument('captures', nargs='+')
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix='handspan-soak-') as folder:
        try:
            soak(options, folder)
        except Wrong as fault:
            print(f'soak: {fault}', file=sys.stderr)
            return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
