#!/usr/bin/env python3
"""The daemon as a process: replay, stop, refusals, what it leaves behind.

  daemon_test.py --handspand PATH --handspan PATH

Captures are made here, byte by byte; everything lies in a folder of the test's own.
"""

import argparse
import json
import os
import re
import resource
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import suite

PROGRAMS = argparse.Namespace(handspand='', handspan='')
LIMIT = 60  # seconds a program may take

FIN, SYN, RST, ACK = 1, 2, 4, 16
START = 1_700_000_000_123_456_789  # nanoseconds since the epoch


def segment(source, target, seq, ack, flags, payload=b''):
    """An Ethernet frame with a TCP segment; source and target are (address, port)."""
    tcp = struct.pack('>HHIIBBHHH', source[1], target[1], seq, ack, 5 << 4, flags, 65535, 0, 0) + payload
    ip = struct.pack('>BBHHHBBH4s4s', 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0,
                     socket.inet_aton(source[0]), socket.inet_aton(target[0]))
    return b'\x02' * 12 + b'\x08\x00' + ip + tcp


def connection(number, payload=b'hello'):
    """Ten frames: three-way handshake, data both ways, four-way close."""
    client, server = (f'10.0.0.{1 + number % 250}', 20_000 + number), ('192.0.2.1', 8080)
    size = len(payload)
    return [
        segment(client, server, 100, 0, SYN),
        segment(server, client, 900, 101, SYN | ACK),
        segment(client, server, 101, 901, ACK),
        segment(client, server, 101, 901, ACK, payload),
        segment(server, client, 901, 101 + size, ACK),
        segment(server, client, 901, 101 + size, ACK, payload),
        segment(client, server, 101 + size, 901 + size, FIN | ACK),
        segment(server, client, 901 + size, 102 + size, ACK),
        segment(server, client, 901 + size, 102 + size, FIN | ACK),
        segment(client, server, 102 + size, 902 + size, ACK),
    ]


def interleaved(count, payload=b'hello'):
    return [frame for turn in zip(*(connection(i, payload) for i in range(count))) for frame in turn]


def capture(frames, link=1, snapshot=None):
    """A capture file with nanoseconds, a frame each 1,000,007 ns."""
    data = struct.pack('<IHHiIII', 0xA1B23C4D, 2, 4, 0, 0, 262_144, link)
    for number, frame in enumerate(frames):
        seconds, nanos = divmod(START + number * 1_000_007, 1_000_000_000)
        kept = frame[:snapshot]
        data += struct.pack('<IIII', seconds, nanos, len(kept), len(frame)) + kept
    return data


class Folder(unittest.TestCase):
    """A test with a folder of its own for captures, temporary files and segments."""

    def setUp(self):
        self.keeper = tempfile.TemporaryDirectory(prefix='handspand-test-')
        self.folder = Path(self.keeper.name)
        self.runtime = self.folder / 'run'
        self.temporary = self.folder / 'tmp'
        self.temporary.mkdir()
        self.environment = dict(os.environ, TMPDIR=str(self.temporary), XDG_RUNTIME_DIR=str(self.folder),
                                RUNTIME_DIRECTORY=str(self.folder))  # DPDK's own sockets and locks
        self.running = []

    def tearDown(self):
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.wait()
            process.stdout.close()
            process.stderr.close()
        self.keeper.cleanup()

    def write(self, name, data):
        path = self.folder / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    def command(self, *arguments):
        return [PROGRAMS.handspand, '--runtime-dir', str(self.runtime), *map(str, arguments)]

    def daemon(self, *arguments):
        return subprocess.run(self.command(*arguments), capture_output=True, text=True, timeout=LIMIT,
                              env=self.environment, check=False)

    def start(self, *arguments):
        """A daemon that stays, with its segment in place."""
        process = subprocess.Popen(self.command(*arguments), stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, env=self.environment)
        self.running.append(process)
        for line in process.stderr:
            if ' running: ' in line:
                return process
        self.fail(f'the daemon did not start: {process.wait()}')

    def live_config(self, extra=''):
        return self.write('live.toml', '[capture]\nports = ["net_null0,no-rx=1"]\n'
                          f'[dpdk]\neal_args = ["--no-huge", "--no-telemetry"]\n{extra}')

    def assert_refused(self, done, *words, code=1):
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stdout, '')
        self.assertEqual(len(done.stderr.splitlines()), 1, f'one line expected: {done.stderr}')
        for word in words:
            self.assertIn(word, done.stderr)
        self.assert_nothing_left()

    def assert_nothing_left(self, instance='default'):
        self.assertEqual(list(self.temporary.iterdir()), [], 'temporary files')
        here = self.runtime / instance
        self.assertEqual([p.name for p in here.glob('*')], [], 'a segment or a lock')

    def records(self):
        done = subprocess.run([PROGRAMS.handspan, 'log', '--json', '--runtime-dir', str(self.runtime)],
                              capture_output=True, text=True, timeout=LIMIT, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]


class Replay(Folder):
    def check(self, frames, connections, *arguments, **how):
        path = self.write('c.pcap', capture(frames, **how))
        done = self.daemon('--replay', path, '--log-level', 'warning', *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, '')
        self.assertRegex(done.stdout, rf'^{path}: {len(frames)} packets, {connections} connections?\b.*\n$')
        self.assertEqual(list(self.temporary.iterdir()), [])
        self.assertTrue((self.runtime / 'default' / 'stats.shm').exists())
        return done.stdout

    def test_every_packet_and_connection_is_told(self):
        self.assertIn('300 completed', self.check(interleaved(300), 300))

    def test_several_workers_tell_the_same(self):
        for workers in (2, 3):
            with self.subTest(workers=workers):
                self.assertIn('300 completed', self.check(interleaved(300), 300, '--workers', workers))

    def test_fewer_connections_than_workers(self):
        self.assertIn('1 completed', self.check(connection(0), 1, '--workers', 4))

    def test_frames_of_many_buffers(self):
        self.assertIn('5 completed', self.check(interleaved(5, b'x' * 30_000), 5, '--workers', 2))

    def test_times_and_lengths_are_the_captures(self):
        frames = connection(7, b'y' * 500)
        self.check(frames, 1, snapshot=60)
        told = self.records()
        self.assertEqual(len(told), 1)
        self.assertTrue(told[0]['timestamp'].startswith('2023-11-14T22:13:20.123456789'), told[0])
        self.assertEqual(sum(told[0]['wire_bytes'].values()), sum(map(len, frames)))

    def test_more_records_than_the_ring_holds_are_told(self):
        config = self.write('c.toml', '[limits]\nring_bytes = "256KiB"\n')
        path = self.write('c.pcap', capture(interleaved(4000)))
        done = self.daemon('--replay', path, '--config', config)
        self.assertEqual(done.returncode, 0, done.stderr)
        lost = re.search(r'(\d+) records were overwritten .*(ring_bytes = "\d+MiB") would keep all', done.stderr)
        self.assertTrue(lost, done.stderr)
        self.assertEqual(len(self.records()), 4000 - int(lost[1]))
        config = self.write('c.toml', f'[limits]\n{lost[2]}\n')
        self.assertNotIn('overwritten', self.daemon('--replay', path, '--config', config).stderr)
        self.assertEqual(len(self.records()), 4000)

    def test_what_found_no_room_is_said(self):
        config = self.write('c.toml', '[limits]\nflows = 64\n')
        path = self.write('c.pcap', capture([connection(number)[0] for number in range(100)]))
        done = self.daemon('--replay', path, '--config', config)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('full: 36 connections gave way in full flow tables', done.stderr)

    def test_a_second_replay_takes_the_place_of_the_first(self):
        self.check(interleaved(3), 3)
        self.check(interleaved(4), 4)


class Refusals(Folder):
    def test_captures(self):
        whole = capture(connection(0))
        for name, data, word in (
                ('empty', b'', 'empty'),
                ('headeronly', whole[:24], 'no packet'),
                ('cut', whole[:-7], 'cut short'),
                ('foreign', b'These are no packets, but a sentence that goes on.', 'not a capture'),
                ('raw-ip', capture([f[14:] for f in connection(0)], link=101), 'handspan read')):
            with self.subTest(name):
                path = self.write(f'{name}.pcap', data)
                self.assert_refused(self.daemon('--replay', path, '--workers', 2), path.name, word)
        self.assert_refused(self.daemon('--replay', self.folder / 'none.pcap'), 'none.pcap')
        self.assert_refused(self.daemon('--replay', self.folder), str(self.folder))

    def test_ports_and_cpus(self):
        huge = '[dpdk]\neal_args = ["--no-huge", "--no-telemetry"]\n'
        for name, text, word in (
                ('pci', '[capture]\nports = ["0000:ff:1f.7"]\n' + huge, 'does not exist'),
                ('driver', '[capture]\nports = ["net_nosuch0"]\n' + huge, 'net_nosuch0'),
                ('cpu', '[capture]\nports = ["net_null0"]\n[workers]\nlcores = "1023"\n' + huge, 'CPU 1023'),
                ('memory', '[capture]\nports = ["net_null0"]\nmbufs = 16777216\nqueues = 60\n' + huge,
                 'capture.mbufs'),
                ('little', '[capture]\nports = ["net_null0"]\nmbufs = 100000\n[dpdk]\nmemory_mib = 96\n'
                 'eal_args = ["--no-huge", "--no-telemetry"]\n', 'no memory'),
                ('argument', '[capture]\nports = ["net_null0"]\n[dpdk]\neal_args = ["--no-huge", "--nosuch"]\n',
                 'dpdk.eal_args'),
                ('queues', '[capture]\nports = ["net_null0"]\nqueues = 1\n[workers]\ncount = 2\n' + huge,
                 'capture.queues'),
                ('none', '[workers]\ncount = 1\n', 'capture.ports')):
            with self.subTest(name):
                config = self.write(f'{name}.toml', text)
                self.assert_refused(self.daemon('--config', config, '--log-level', 'error'), word)

    def test_what_only_the_start_found_out_has_its_line(self):
        quiet = '[dpdk]\neal_args = ["--no-huge", "--no-telemetry"]\n'
        port = quiet + '[capture]\nports = ["net_null0"]\n'
        for name, text, word in (
                ('filter', port + 'filters = ["no filter"]\n', 'filter.toml:5:11: capture.filters'),
                ('queues', port + 'queues = 1\n[workers]\ncount = 2\n', 'queues.toml:5:10: capture.queues'),
                ('rules', port + '[rules]\nfile = "none.toml"\n', 'rules.toml:6:8: rules.file: can\'t read'),
                ('workers', port + '[workers]\ncount = 128\n', 'workers.toml:6:9: workers.count'),
                ('interface', quiet + '[capture]\nports = ["eth1"]\n', 'interface.toml:4:9: capture.ports: "eth1"')):
            for check in ([], ['--check-config']):
                with self.subTest(name, check=check):
                    config = self.write(f'{name}.toml', text)
                    self.assert_refused(self.daemon('--config', config, *check), word)

    def test_too_little_memory_names_what_takes_it(self):
        config = self.write('big.toml', '[capture]\nports = ["net_null0"]\ndispatch = "software"\nreceivers = 4\n'
                            'dispatch_ring = 65536\n[workers]\ncount = 100\n'
                            '[dpdk]\neal_args = ["--no-huge", "--no-telemetry"]\n')
        self.assert_refused(self.daemon('--config', config), 'too little memory', 'lower capture.dispatch_ring')

    def test_dpdks_own_ends_are_no_ends_of_the_daemon(self):
        for argument in ('--help', '-h', '-v', '--version', '--log-level=help', '--proc-type=secondary', '--proc-t=auto'):
            with self.subTest(argument):
                config = self.write('eal.toml', '[capture]\nports = ["net_null0"]\n[dpdk]\n'
                                    f'eal_args = ["--no-huge", "{argument}"]\n')
                self.assert_refused(self.daemon('--config', config), 'eal.toml:4:12: dpdk.eal_args', argument)

    def test_too_few_open_files(self):
        config = self.live_config()
        for limit in (*range(8, 24), 48):
            with self.subTest(limit):
                done = subprocess.run(self.command('--config', config), capture_output=True, text=True, timeout=LIMIT,
                                      env=self.environment, check=False,
                                      preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit)))
                self.assert_refused(done, 'too few files may be open', str(limit), 'ulimit -n', 'LimitNOFILE')

    def test_a_low_soft_limit_is_raised(self):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        path = self.write('c.pcap', capture(connection(0)))
        done = subprocess.run(self.command('--replay', path), capture_output=True, text=True, timeout=LIMIT,
                              env=self.environment, check=False,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (16, hard)))
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_folders_of_others(self):
        config = self.live_config()
        self.runtime.mkdir()
        for mode in (0o777, 0o1777, 0o775):
            self.runtime.chmod(mode)
            self.assert_refused(self.daemon('--config', config), str(self.runtime), 'chmod go-w')
        self.runtime.chmod(0o755)
        if os.geteuid() == 0:
            os.chown(self.runtime, 65534, 65534)
            self.assert_refused(self.daemon('--config', config), str(self.runtime), 'another user')

    def test_configuration_and_rules(self):
        path = self.write('c.pcap', capture(connection(0)))
        wrong = self.write('wrong.toml', '[workers]\ncuont = 1\n')
        self.assert_refused(self.daemon('--config', wrong, '--replay', path), 'wrong.toml:2', 'cuont')
        self.assert_refused(self.daemon('--config', wrong, '--check-config'), 'wrong.toml:2')
        rules = self.write('rules.toml', 'nonsense\n')
        self.assert_refused(self.daemon('--rules', rules, '--replay', path), 'rules.toml')
        self.assert_refused(self.daemon('--instance', 'a/b', '--replay', path), 'a/b')

    def test_usage(self):
        for arguments in (['--nosuch'], ['--workers', '0'], ['--log-level', 'loud'], ['stray'], ['--instance', ''],
                          ['--runtime-dir', ''], ['--config', ''], ['--replay', ''], ['--rules', '']):
            with self.subTest(arguments):
                self.assert_refused(self.daemon(*arguments), 'handspand --help', code=2)

    def test_good_configuration_is_said_to_be_good(self):
        done = self.daemon('--config', self.live_config(), '--check-config')
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        self.assert_nothing_left()


class Life(Folder):
    def test_signals_stop_it_cleanly(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number):
                process = self.start('--config', self.live_config(), '--workers', 1)
                begun = time.monotonic()
                process.send_signal(number)
                self.assertEqual(process.wait(LIMIT), 0)
                self.assertLess(time.monotonic() - begun, 5)
                self.assertIn('stopped: 0 packets', process.stderr.read())
                self.assertTrue((self.runtime / 'default' / 'stats.shm').exists())

    def test_open_connections_are_written_out(self):
        frames = [frame for i in range(5) for frame in connection(i)[:4]]
        path = self.write('open.pcap', capture(frames))
        config = self.write('c.toml', f'[capture]\nports = ["net_pcap0,rx_pcap={path}"]\n'
                            '[dpdk]\neal_args = ["--no-huge", "--no-telemetry"]\n')
        process = self.start('--config', config)
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(LIMIT), 0)
        self.assertIn('stopped: 20 packets, 5 connections: 5 open', process.stderr.read())
        if PROGRAMS.handspan:
            told = self.records()
            self.assertEqual([r['outcome'] for r in told], ['open'] * 5)
            # net_pcap knows microseconds.
            self.assertTrue(told[0]['timestamp'].startswith('2023-11-14T22:13:20.123456'), told[0])

    def test_a_busy_instance_is_refused(self):
        process = self.start('--config', self.live_config())
        path = self.write('c.pcap', capture(connection(0)))
        done = self.daemon('--replay', path)
        self.assertEqual(done.returncode, 1)
        self.assertIn('already running', done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1)
        self.assertIsNone(process.poll())
        self.assertTrue((self.runtime / 'default' / 'stats.shm').exists())
        self.assertEqual(self.daemon('--replay', path, '--instance', 'other').returncode, 0)

    def test_a_killed_one_leaves_the_way_free(self):
        process = self.start('--config', self.live_config())
        process.kill()
        process.wait()
        path = self.write('c.pcap', capture(connection(0)))
        self.assertEqual(self.daemon('--replay', path).returncode, 0)


def run_tests(description, captures=False, libraries=()):
    """The tests of the program that was started, with the binaries and captures that its command line names."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument('--handspand', required=True)
    parser.add_argument('--handspan', required=True)
    for library in libraries:
        parser.add_argument('--' + library, required=True, type=os.path.abspath)
    if captures:
        parser.add_argument('captures', nargs='+')
    _, rest = parser.parse_known_args(namespace=PROGRAMS)
    suite.main(argv=[sys.argv[0], *rest])


if __name__ == '__main__':
    run_tests(__doc__)
