#!/usr/bin/env python3
"""kill -9 of the daemon and of its readers, at random moments, while packets come in as fast as they can: no reader gets a
torn record, what a killed daemon leaves is readable, and the next one starts as if nothing had been.

  kills_test.py --handspand PATH --handspan PATH [--kills N] [--seed N]
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from daemon_test import capture, interleaved  # noqa: E402

LIMIT = 60
NO_DAEMON = 3
CONNECTIONS = 200
SMALL = '''[limits]
flows = 4096
tracks = 1024
tls_sessions = 64
tls_facts = 4096
ring_bytes = "512KiB"
failure_bytes = "256KiB"
story_bytes = "256KiB"
[timeouts]
closed = "1ms"
[capture]
mbufs = 4096
'''


ENDS = [{(f'10.0.0.{1 + number % 250}', 20_000 + number), ('192.0.2.1', 8080)} for number in range(CONNECTIONS)]


class Wrong(Exception):
    pass


def expect(holds, what):
    if not holds:
        raise Wrong(what)


def wait_until(holds, what):
    end = time.monotonic() + LIMIT
    while not holds():
        expect(time.monotonic() < end, f'{what}: not within {LIMIT} s')
        time.sleep(0.01)


def is_whole(record):
    """Parts of a record that lie apart from each other agree. Who is the client is a guess where it begins in the middle."""
    ends = {(record['src_ip'], record['src_port']), (record['dest_ip'], record['dest_port'])}
    return ends in ENDS


class Place:
    """A folder with a daemon in it, and readers."""

    def __init__(self, options, folder):
        self.options, self.folder = options, Path(folder)
        path = self.folder / 'c.pcap'
        path.write_bytes(capture(interleaved(CONNECTIONS)))
        self.config = self.folder / 'c.toml'
        self.config.write_text(SMALL + f'ports = ["net_pcap0,rx_pcap={path},infinite_rx=1"]\n[workers]\ncount = 1\n'
                               'idle = "sleep"\n[dpdk]\neal_args = ["--no-huge"]\n')
        for name in ('tmp', 'read'):
            (self.folder / name).mkdir()
        self.environment = dict(os.environ, TMPDIR=str(self.folder / 'tmp'), XDG_RUNTIME_DIR=str(folder),
                                RUNTIME_DIRECTORY=str(folder))
        self.run = self.folder / 'run'
        self.daemon, self.readers, self.starts, self.read = None, [], 0, 0

    def start(self):
        self.starts += 1
        self.log = self.folder / 'log'
        with open(self.log, 'wb') as log:
            self.daemon = subprocess.Popen([self.options.handspand, '--config', self.config, '--runtime-dir', self.run],
                                           stdout=log, stderr=log, env=self.environment)
        wait_until(lambda: self.daemon.poll() is not None or ' running: ' in self.log.read_text(), 'the start')
        expect(self.daemon.poll() is None, f'a start fails: {self.log.read_text()}')
        wait_until(lambda: self.stat()['counters']['connections_completed'] > 0, 'the first connections')

    def handspan(self, *arguments):
        return subprocess.run([self.options.handspan, *arguments, '--runtime-dir', self.run], capture_output=True,
                              text=True, timeout=LIMIT, env=self.environment, check=False)

    def stat(self):
        return json.loads(self.handspan('stat', '--json').stdout)

    def follow(self):
        path = self.folder / 'read' / str(len(self.readers))
        with open(path, 'wb') as out:
            reader = subprocess.Popen([self.options.handspan, 'log', '--follow', '--json', '--runtime-dir', self.run],
                                      stdout=out, stderr=subprocess.DEVNULL, env=self.environment)
        self.readers.append((reader, path))
        return reader

    def kill(self, process):
        process.send_signal(signal.SIGKILL)
        expect(process.wait(LIMIT) == -signal.SIGKILL, f'it had ended before, with {process.returncode}')

    def check_lines(self, text, last_is_whole):
        lines = text.split('\n')
        for line in lines if last_is_whole else lines[:-1]:  # a killed reader may have written a part of a line
            if not line:
                continue
            record = json.loads(line)
            if record.get('event_type') in ('connection', 'handshake'):
                expect(is_whole(record), f'a torn record: {line}')
                self.read += 1

    def kill_reader(self):
        reader, path = self.readers[-1]
        if reader.poll() != NO_DAEMON:  # it does not wait long for the next one
            self.kill(reader)
        self.check_lines(path.read_text(), False)
        path.unlink()
        self.readers.pop()
        before = self.stat()['counters']['received_packets']
        wait_until(lambda: self.stat()['counters']['received_packets'] > before, 'packets after a reader was killed')
        self.follow()

    def kill_daemon(self):
        self.kill(self.daemon)
        stat = self.handspan('stat', '--json')
        expect(stat.returncode == NO_DAEMON, f'stat ends with {stat.returncode} after the kill: {stat.stderr}')
        expect(json.loads(stat.stdout)['daemon']['state'] == 'dead', 'it is not told as dead')
        left = self.handspan('log', '--json')
        expect(left.returncode == 0, f'what it left can not be read: {left.stderr}')
        self.check_lines(left.stdout, True)
        self.start()
        said = [line for line in self.log.read_text().splitlines() if ' error ' in line]
        expect(not said, f'the next start complains: {said}')
        expect(len(list(self.run.glob('*/*'))) == 2, f'left: {list(self.run.glob("*/*"))}')

    def close(self):
        for reader, path in self.readers:
            reader.kill()
            reader.wait()
            self.check_lines(path.read_text(), False)
        self.daemon.terminate()
        expect(self.daemon.wait(LIMIT) == 0, f'the last one ends with {self.daemon.returncode}')
        expect(not list((self.folder / 'tmp').iterdir()), 'temporary files')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--handspand', required=True)
    parser.add_argument('--handspan', required=True)
    parser.add_argument('--kills', type=int, default=10)
    parser.add_argument('--seed', type=int, default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix='handspan-kills-') as folder:
        place = Place(options, folder)
        try:
            place.start()
            for _ in range(2):
                place.follow()
            for _ in range(options.kills):
                time.sleep(chance.uniform(0, 0.3))
                chance.choice((place.kill_daemon, place.kill_reader))()
            place.close()
        except Wrong as fault:
            print(f'seed {options.seed}: {fault}', file=sys.stderr)
            return 1
        finally:
            for process in [place.daemon, *(reader for reader, _ in place.readers)]:
                if process and process.poll() is None:
                    process.kill()
                    process.wait()
        print(f'{options.kills} kills, {place.starts} starts, {place.read:,} whole records (seed {options.seed})')
    return 0


if __name__ == '__main__':
    sys.exit(main())
