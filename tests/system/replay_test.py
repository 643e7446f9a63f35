#!/usr/bin/env python3
"""Captures sent by dpdk-testpmd into a running daemon: it must tell what a file's reading tells.

  replay_test.py --handspand PATH --handspan PATH [unittest's arguments]

Most golden captures are joined to one, so that a run of tools/replay tries them all.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import suite

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parent.parent.parent
GOLDEN = ROOT / 'tests' / 'golden'
TOOL = ROOT / 'tools' / 'replay'
sys.path.insert(0, str(ROOT / 'tools'))

from replayer import captures  # noqa: E402
from replayer.fault import Fault  # noqa: E402

PROGRAMS = argparse.Namespace(handspand='', handspan='')
LIMIT = 90  # seconds a run may take on a busy machine
LEAST_MEMORY = 700  # MiB for both programs
# An outer header hides the connection from a NIC's hash, which then tears it apart.
HIDDEN = {'tunnels', 'tunnels-more', 'fragments', 'icmp-errors'}
# Bytes that never come are waited for, a copy is told from a repeat, and a RST that comes too soon from an honest
# one, by time: a replay at another speed tells otherwise.
WAITED_FOR = {'capture-loss', 'fragments', 'hello-never-whole', 'injected-resets', 'mtu-hole-at-client',
              'mtu-hole-at-server', 'syn-3-then-capture-ends', 'syn-copy-and-repeat'}


def available_memory():
    lines = Path('/proc/meminfo').read_text(encoding='ascii').splitlines()
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith('MemAvailable:')), LEAST_MEMORY)


def joined(without=()):
    """All golden captures that a NIC can deliver, one after the other, from now on: certificates expire."""
    content, count, start, known = [], 0, time.time_ns(), set()
    for path in sorted(GOLDEN.glob('*/capture.pcap*')):
        try:
            found = captures.read(str(path)) if path.parent.name not in WAITED_FOR.union(without) else []
        except Fault:
            continue
        frames = {packet.data for packet in found}
        if frames & known:
            continue  # the same packets once more, with no time between: copies, to whoever sees them live
        known |= frames
        shift = start - found[0].time if found else 0
        content += [captures.record(packet._replace(time=packet.time + shift)) for packet in found]
        count += len(found)
        start = max([start, *(packet.time + shift for packet in found)]) + 10**9
    return captures.HEAD + b''.join(content), count


class Folder(unittest.TestCase):
    def setUp(self):
        suite.need_program(self, 'dpdk-testpmd')
        if available_memory() < LEAST_MEMORY:
            self.skipTest(f'less than {LEAST_MEMORY} MiB of memory are free')
        self.keeper = tempfile.TemporaryDirectory(prefix='hs-test-')
        self.addCleanup(self.keeper.cleanup)
        self.folder = Path(self.keeper.name)
        self.temporary = self.folder / 'tmp'
        self.temporary.mkdir()
        self.environment = dict(os.environ, TMPDIR=str(self.temporary))

    def tool(self, *words):
        done = subprocess.run([TOOL, *map(str, words)], capture_output=True, text=True, timeout=LIMIT, check=False,
                              env=self.environment, stdin=subprocess.DEVNULL)
        self.assertEqual(list(self.temporary.iterdir()), [], 'nothing may be left')
        return done

    def check(self, *words, handspan=None):
        return self.tool('--check', '--handspand', PROGRAMS.handspand, '--handspan', handspan or PROGRAMS.handspan,
                         '--json', *words)

    def good(self, *words):
        """One verdict a file."""
        done = self.check(*words)
        self.assertEqual((done.returncode, done.stderr), (0, ''), done.stdout)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def joined(self, without=()):
        path = self.folder / 'joined.pcap'
        content, count = joined(without)
        path.write_bytes(content)
        return path, count

    @staticmethod
    def golden(*names):
        return [GOLDEN / name / 'capture.pcap' for name in names]


class Lossless(Folder):
    def told(self, path, count, *words):
        verdict, = self.good(*words, path)
        self.assertEqual((verdict['packets'], verdict['sent'], verdict['received']), (count,) * 3)
        self.assertGreater(verdict['connections'], 100)
        self.assertEqual(verdict['told'], verdict['connections'])

    def test_one_queue(self):
        self.told(*self.joined())

    def test_two_queues(self):
        self.told(*self.joined(HIDDEN), '--queues', 2)

    def test_two_workers_behind_one_queue(self):
        self.told(*self.joined(), '--dispatch', 'software', '--workers', 2)

    def test_both_directions_on_their_own_port(self):
        verdict, = self.good('--ports', 2, '--queues', 2, *self.golden('tls12-refused-then-accepted'))
        self.assertEqual(verdict['sent'], verdict['packets'])

    def test_paced(self):
        begun = time.monotonic()
        verdict, = self.good('--pps', 50, '--queues', 2, *self.golden('jack-gm'))
        self.assertGreater(verdict['seconds'], 1.1)
        self.assertGreater(time.monotonic() - begun, 1.1)

    def test_through_the_kernel(self):
        for device, more in (('af_packet', ['--queues', 2]), ('tap', [])):
            with self.subTest(device):
                suite.need_program(self, 'ip')
                suite.need_root(self, 'make a network namespace')
                if device == 'tap' and not os.path.exists('/dev/net/tun'):
                    self.skipTest('no /dev/net/tun here')
                verdict, = self.good('--device', device, *more, *self.golden('vlan-qinq'))
                self.assertEqual(verdict['received'], verdict['packets'])
                links = subprocess.run(['ip', 'link'], capture_output=True, text=True, check=True).stdout
                self.assertNotIn('replay', links)


class Overrun(Folder):
    def test_what_is_lost_is_counted(self):
        path, count = self.joined()
        verdict, = self.good('--overrun', path)
        self.assertLess(verdict['sent'], count)
        self.assertEqual(verdict['received'], verdict['sent'])


class Faults(Folder):
    def test_a_record_that_lacks_is_found(self):
        liar = self.folder / 'handspan'
        liar.write_text(f'#!/bin/sh\nif [ "$1" = log ]; then "{PROGRAMS.handspan}" "$@" | sed \'$d\'; '
                        f'else exec "{PROGRAMS.handspan}" "$@"; fi\n')
        liar.chmod(0o755)
        done = self.check(*self.golden('refused'), handspan=liar)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn('has not told of it', done.stdout)

    def test_captures_that_no_nic_delivers(self):
        for name, word in (('link-raw', 'raw IP'), ('short-snap-length', 'cut to')):
            done = self.check(*self.golden(name))
            self.assertEqual((done.returncode, done.stdout), (1, ''))
            self.assertRegex(done.stderr, rf'{name}/capture.pcap: packet \d+ .*{word}')
            self.assertEqual(len(done.stderr.splitlines()), 1)

    def test_nobody_there(self):
        done = self.tool('--socket', self.folder / 'none.sock', *self.golden('refused'))
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, 'nobody listens on the socket .*none.sock')

    def test_usage(self):
        for words in ([], ['--overrun', 'x'], ['--check', '--times', '2', 'x'], ['--device', 'tap', 'x'],
                      ['--pps', '-1', 'x'], ['--pps', '1', '--speed', '1', 'x']):
            self.assertEqual(self.tool(*words).returncode, 2, words)

    def test_an_interrupted_one_leaves_nothing(self):
        process = subprocess.Popen(
            [TOOL, '--check', '--handspand', PROGRAMS.handspand, '--handspan', PROGRAMS.handspan, '--pps', '1',
             *self.golden('jack-gm')], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        end = time.monotonic() + LIMIT
        while len(self.ours()) < 2 and process.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        self.assertEqual(len(self.ours()), 2, 'testpmd and the daemon')
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=LIMIT)
        self.assertEqual((process.returncode, said), (1, b'tools/replay: interrupted\n'))
        self.assertEqual(self.ours(), [])
        self.assertEqual(list(self.temporary.iterdir()), [])

    def ours(self):
        """Programs that work in this test's folder."""
        found = []
        for line in Path('/proc').glob('[0-9]*/cmdline'):
            try:
                words = line.read_bytes().split(b'\0')
            except OSError:
                continue
            if str(self.temporary).encode() in b' '.join(words) and b'handspan-replay' in b' '.join(words):
                found.append(words[0])
        return found


class Running(Folder):
    def test_into_a_running_daemon(self):
        place, socket = self.folder / 'run', self.folder / 'm.sock'
        config = self.folder / 'handspand.toml'
        config.write_text(f'[capture]\nports = ["net_memif0,role=server,socket={socket},socket-abstract=no"]\n'
                          'mbufs = 8192\n[dpdk]\neal_args = ["--no-huge", "--no-shconf", "--no-telemetry"]\n')
        with open(self.folder / 'log', 'w+', encoding='utf-8') as log:
            daemon = subprocess.Popen([PROGRAMS.handspand, '--config', config, '--runtime-dir', place],
                                      stdout=log, stderr=log, env=dict(self.environment, RUNTIME_DIRECTORY=self.folder))
            try:
                end = time.monotonic() + LIMIT
                while not socket.exists() and daemon.poll() is None and time.monotonic() < end:
                    time.sleep(0.05)
                done = self.tool('--socket', socket, '--times', 3, *self.golden('refused', 'jack-gm'))
                self.assertEqual((done.returncode, done.stderr), (0, ''))
                self.assertRegex(done.stdout, r'^189 of 189 packets sent in ')
            finally:
                daemon.kill()
                daemon.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--handspand', required=True, type=os.path.abspath)
    parser.add_argument('--handspan', required=True, type=os.path.abspath)
    arguments, rest = parser.parse_known_args()
    PROGRAMS.handspand, PROGRAMS.handspan = arguments.handspand, arguments.handspan
    suite.main(argv=[sys.argv[0], *rest])


if __name__ == '__main__':
    main()
