#!/usr/bin/env python3
"""Too much at once: readers in crowds that die as they come, a ring that nobody reads, an exporter whose disk is full. Who is
watched is not told less for it, memory stays, and what was short is counted and said once.

  overload_test.py --handspand PATH --handspan PATH --exporter PATH --segment-writer PATH [--readers N]

A flood of SYNs stands in tests/overload.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import export_test
import suite
from daemon_test import LIMIT, PROGRAMS, capture, interleaved
from life_base import Living

MIB = 1 << 20


def resident(process):
    return int(Path(f'/proc/{process.pid}/statm').read_text().split()[1]) * os.sysconf('SC_PAGE_SIZE')


class Crowd(Living):
    AT_ONCE = 10

    def handspan(self, *arguments, **how):
        return subprocess.Popen([PROGRAMS.handspan, *arguments, '--runtime-dir', str(self.runtime)], env=self.environment,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **how)

    def counters(self):
        done = subprocess.run([PROGRAMS.handspan, 'stat', '--json', '--runtime-dir', str(self.runtime)],
                              capture_output=True, text=True, timeout=LIMIT, check=True, env=self.environment)
        return json.loads(done.stdout)['counters']

    def test_readers_come_and_die(self):
        path = self.write('c.pcap', capture(interleaved(200)))
        config = self.write('live.toml', f'[capture]\nports = ["net_pcap0,rx_pcap={path},infinite_rx=1"]\nmbufs = 4096\n'
                            '[workers]\nidle = "sleep"\n[limits]\nring_bytes = "512KiB"\n[timeouts]\nclosed = "1ms"\n'
                            '[dpdk]\neal_args = ["--no-huge"]\n')
        process = self.begin(config)
        chance = random.Random(PROGRAMS.readers)
        suite.wait_until(lambda: self.counters()['records_published'] > 5000, 'a ring that was written over')
        before, first = resident(process), self.counters()
        crowd = []
        for number in range(PROGRAMS.readers):
            crowd.append(self.handspan('log', '--follow') if number % 2 else self.handspan('stat', '--watch'))
            if len(crowd) == self.AT_ONCE:
                for reader in crowd:
                    time.sleep(chance.uniform(0, 0.02))
                    reader.kill()
                    reader.wait()
                crowd.clear()
        last = self.counters()
        for name in ('received_packets', 'records_published'):
            self.assertGreater(last[name], first[name])
        self.assertLess(resident(process) - before, 2 * MIB)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(LIMIT), 0)


class FullDisk(export_test.Exports):
    """A spool on a file system that another file fills, and a sink that takes nothing off it."""

    def setUp(self):
        super().setUp()
        suite.need_root(self, 'mount a small file system')
        spool = self.folder / 'spool'
        spool.mkdir()
        done = subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=32m', 'none', spool], capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            self.skipTest(f'a tmpfs can not be mounted: {done.stderr.strip()}')
        self.addCleanup(subprocess.run, ['umount', spool], check=True)
        self.addCleanup(self.stop, signal.SIGKILL)
        self.filler = spool / 'filler'

    def log_lines(self):
        return [line for line in Path(self.path('log')).read_text().splitlines() if 'spool' in line]

    def test_it_loses_nothing_that_the_ring_still_holds(self):
        (self.folder / 'jsonl').write_text('in the way')
        self.configure(export_test.JSONL)
        writer = self.writer()
        self.start()
        writer.do('records 1000')
        self.wait_until(lambda: (status := self.status()) and status['read'] == 1000, 'the first ones')
        before = resident(self.exporter)
        with self.assertRaises(OSError), open(self.filler, 'wb', buffering=0) as filler:
            while filler.write(bytes(MIB)) == MIB:
                pass
            filler.write(b'.')
        for _ in range(8):
            writer.do('records 3000')
        self.wait_until(self.log_lines, 'it says that the disk is full')
        time.sleep(2)
        self.assertLess(resident(self.exporter) - before, 24 * MIB)
        self.assertIn('No space left on device', self.log_lines()[0])
        self.assertEqual(len(self.log_lines()), 1)
        (self.folder / 'jsonl').unlink()
        self.filler.unlink()
        self.wait_until(lambda: self.status()['read'] + self.status()['lost'] == 25_000, 'all are accounted for')
        self.wait_for_read(25_000 - self.status()['lost'])
        self.stop()
        self.assertEqual(len(self.lines()) + self.status()['lost'], 25_000)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ('handspand', 'handspan', 'exporter', 'segment-writer'):
        parser.add_argument('--' + name, required=True, type=os.path.abspath)
    parser.add_argument('--readers', type=int, default=30)
    arguments, rest = parser.parse_known_args()
    for programs in (PROGRAMS, export_test.PROGRAMS):
        vars(programs).update(vars(arguments))
    suite.main(argv=[sys.argv[0], *rest])


if __name__ == '__main__':
    main()
