#!/usr/bin/env python3
"""The daemon's life beside a service manager: what it tells, telemetry, rights, crash.

  life_cycle_test.py --handspand PATH --handspan PATH

Runs as root and as an ordinary user, without hugepages and without systemd.
"""

import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import suite
from daemon_test import LIMIT, PROGRAMS, capture, connection, interleaved, run_tests
from life_base import Living, Manager


class Notifies(Living):
    def test_the_manager_hears_of_start_reload_pulse_and_end(self):
        manager = Manager(str(self.folder / 'notify'))
        self.addCleanup(manager.close)
        process = self.begin(self.config(), NOTIFY_SOCKET=str(self.folder / 'notify'), WATCHDOG_USEC='1000000')
        self.assertIn('STATUS=', manager.hear('READY=1')[-1])
        manager.hear('WATCHDOG=1')
        manager.hear('WATCHDOG=1')
        process.send_signal(signal.SIGHUP)
        before = time.monotonic()
        said = manager.hear('RELOADING=1')[-1]
        micros = int(said.split('MONOTONIC_USEC=')[1])
        self.assertLess(abs(before - micros / 1e6), 60)
        manager.hear('READY=1')
        process.send_signal(signal.SIGTERM)
        manager.hear('STOPPING=1')
        self.assertEqual(process.wait(LIMIT), 0)

    def test_an_abstract_name_will_do(self):
        name = f'handspan-life-{os.getpid()}'
        manager = Manager('\0' + name)
        self.addCleanup(manager.close)
        self.begin(self.config(), NOTIFY_SOCKET='@' + name)
        manager.hear('READY=1')

    def test_a_worker_that_hangs_lets_the_watchdog_bark(self):
        manager = Manager(str(self.folder / 'notify'))
        self.addCleanup(manager.close)
        process = self.begin(self.config(), NOTIFY_SOCKET=str(self.folder / 'notify'), WATCHDOG_USEC='200000')
        manager.hear('WATCHDOG=1')
        # The whole process is held: nothing of it may speak, and it goes on afterwards.
        process.send_signal(signal.SIGSTOP)
        time.sleep(1)
        manager.forget()
        with self.assertRaises(AssertionError):
            manager.hear('WATCHDOG=1', 1)
        process.send_signal(signal.SIGCONT)
        manager.hear('WATCHDOG=1')


class Held:
    """One thread of a child, held by ptrace(2) while the block lasts."""

    SEIZE, INTERRUPT, DETACH = 0x4206, 0x4207, 17
    WALL = 0x40000000

    def __init__(self, thread):
        self.thread = thread
        self.ptrace = ctypes.CDLL(None, use_errno=True).ptrace
        self.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
        self.ptrace.restype = ctypes.c_long

    def __enter__(self):
        if self.ptrace(self.SEIZE, self.thread, None, None) != 0:
            raise unittest.SkipTest(f'threads can not be held here: {os.strerror(ctypes.get_errno())}')
        self.ptrace(self.INTERRUPT, self.thread, None, None)
        os.waitpid(self.thread, self.WALL)

    def __exit__(self, *_):
        self.ptrace(self.DETACH, self.thread, None, None)


class Stuck(Living):
    def test_a_single_thread_that_hangs_is_told_and_lets_the_watchdog_bark(self):
        # One of the two lcores is the worker, the other one its receiver.
        manager = Manager(str(self.folder / 'notify'))
        self.addCleanup(manager.close)
        process = self.begin(self.config('[workers]\nidle = "sleep"\n'), '--dispatch', 'software',
                             NOTIFY_SOCKET=str(self.folder / 'notify'), WATCHDOG_USEC='200000')
        manager.hear('WATCHDOG=1')
        threads = {(task / 'comm').read_text().strip(): int(task.name)
                   for task in Path(f'/proc/{process.pid}/task').iterdir()}
        lcores = sorted(name for name in threads if 'worker' in name)
        self.assertEqual(len(lcores), 2, threads)
        for name, who in zip(lcores, ('worker 0', 'receiver 0')):
            with self.subTest(who):
                begin = len(self.log.read_text())
                with Held(threads[name]):
                    self.wait_for(f'{who} has stood still for', process, begin)
                    self.check_named(who)
                    manager.forget()
                    with self.assertRaises(AssertionError):
                        manager.hear('WATCHDOG=1', 1.2)
                self.wait_for(f'{who} goes on', process, begin)
                manager.hear('WATCHDOG=1')
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(LIMIT), 0)

    def check_named(self, who):
        """By those who ask from outside; nobody else is."""
        kind, number = who.split()
        told = json.loads(self.ask('stat', '--json'))
        stalled = [(name, i) for name in ('worker', 'receiver')
                   for i, thread in enumerate(told[name + 's']) if thread['stalled']]
        self.assertEqual(stalled, [(kind, int(number))])
        self.assertIn(f'{who} is stalled', self.ask('stat'))
        found = {finding['id']: finding for finding in json.loads(self.ask('doctor', '--json', '--interval', '0.1'))['findings']}
        self.assertEqual(found[f'{kind}_stalled']['level'], 'problem')
        self.assertNotIn('heartbeats_good', found)

    def ask(self, *arguments):
        return subprocess.run([PROGRAMS.handspan, *arguments, '--runtime-dir', str(self.runtime)], capture_output=True,
                              text=True, timeout=LIMIT, env=self.environment, check=False).stdout


class Ends(Living):
    def test_sigterm_within_two_seconds_under_load(self):
        path = self.write('c.pcap', capture(interleaved(500)))
        config = self.write('live.toml', f'[capture]\nports = ["net_pcap0,rx_pcap={path},infinite_rx=1"]\n'
                            '[dpdk]\neal_args = ["--no-huge", "--no-telemetry"]\n')
        process = self.begin(config)
        time.sleep(1)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(LIMIT), 0)
        self.assertLess(time.monotonic() - begun, 2)

    def test_a_crash_leaves_a_readable_segment(self):
        frames = [frame for i in range(5) for frame in connection(i)]
        path = self.write('c.pcap', capture(frames))
        config = self.write('live.toml', f'[capture]\nports = ["net_pcap0,rx_pcap={path}"]\n'
                            '[timeouts]\nclosed = "1ms"\n[dpdk]\neal_args = ["--no-huge", "--no-telemetry"]\n')
        process = self.begin(config)
        time.sleep(1)
        process.kill()
        process.wait(LIMIT)
        stat = self.ask('stat', '--json')
        self.assertEqual(stat.returncode, 3)
        told = json.loads(stat.stdout)
        self.assertEqual(told['daemon']['state'], 'dead')
        self.assertEqual(told['counters']['received_packets'], len(frames))
        self.assertEqual(self.ask('log', '--json').returncode, 0)
        self.begin(config)  # and the next one takes its place

    def test_two_names_side_by_side_and_one_name_once(self):
        config = self.config()
        first = self.begin(config, '--instance', 'one')
        self.begin(config, '--instance', 'two')
        done = self.daemon('--config', config, '--instance', 'one')
        self.assertEqual(done.returncode, 1)
        self.assertIn('already running', done.stderr)
        self.assertIsNone(first.poll())

    def ask(self, *arguments):
        return subprocess.run([PROGRAMS.handspan, *arguments, '--runtime-dir', str(self.runtime)],
                              capture_output=True, text=True, timeout=LIMIT, env=self.environment, check=False)


class Rights(Living):
    def test_no_thread_keeps_a_capability_or_gets_a_new_one(self):
        process = self.begin(self.config(), '--workers', '2')
        deadline = time.monotonic() + 5
        while True:
            threads = [dict(line.split(':\t', 1) for line in (task / 'status').read_text().splitlines() if ':\t' in line)
                       for task in Path(f'/proc/{process.pid}/task').iterdir()]
            left = [t['Name'] for t in threads if int(t['CapEff'], 16) or int(t['CapPrm'], 16) or t['NoNewPrivs'] != '1']
            if not left or time.monotonic() > deadline:
                break
            time.sleep(0.05)
        self.assertGreaterEqual(len(threads), 3)
        self.assertEqual(left, [])

    def test_without_proc_it_does_not_run_with_its_rights(self):
        if os.geteuid() != 0 or not shutil.which('unshare'):
            self.skipTest('only root can hide /proc')
        hide = 'mount -t tmpfs none /proc && exec "$@"'
        done = subprocess.run(['unshare', '--mount', 'sh', '-c', hide, 'sh', *self.command('--config', self.config())],
                              capture_output=True, text=True, timeout=LIMIT, env=self.environment, check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("capabilities can't be given up", done.stderr)
        self.assertIn('/proc', done.stderr)

    def test_memory_that_is_not_there_is_not_asked_for(self):
        config = self.config('[limits]\nflows = 67108864\n[workers]\ncount = 100\n')
        done = self.daemon('--config', config)
        self.assertEqual(done.returncode, 1)
        self.assertIn('too little memory', done.stderr)
        self.assertIn('limits.flows', done.stderr)


class Telemetry(Living):
    """DPDK's telemetry, spoken to as dpdk-telemetry.py does."""

    def test_the_numbers_are_those_of_the_segment(self):
        path = self.write('c.pcap', capture(interleaved(30)))
        config = self.write('live.toml', f'[capture]\nports = ["net_pcap0,rx_pcap={path}"]\n'
                            '[dpdk]\neal_args = ["--no-huge"]\n')
        process = self.begin(config, '--instance', 'told')
        place = self.folder / 'dpdk' / 'handspand-told' / 'dpdk_telemetry.v2'
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as peer:
            peer.connect(str(place))
            json.loads(peer.recv(16384))

            def ask(command):
                peer.send(command.encode())
                return json.loads(peer.recv(16384))[command.split(',')[0]]

            listed = ask('/')
            for command in ('info', 'workers', 'worker', 'ports', 'port', 'counters'):
                self.assertIn(f'/handspand/{command}', listed)
                self.assertTrue(ask(f'/help,/handspand/{command}'))
            info = ask('/handspand/info')
            self.assertEqual((info['instance'], info['state'], info['pid']), ('told', 'running', process.pid))
            self.assertEqual(ask('/handspand/ports'), ['net_pcap0'])
            end = time.monotonic() + LIMIT
            while ask('/handspand/counters')['received_packets'] < 300 and time.monotonic() < end:
                time.sleep(0.05)
            stat = subprocess.run([PROGRAMS.handspan, 'stat', '--json', '--instance', 'told', '--runtime-dir',
                                   str(self.runtime)], capture_output=True, text=True, timeout=LIMIT, check=True)
            counters = json.loads(stat.stdout)['counters']
            told = ask('/handspand/worker,0')
            self.assertLessEqual(set(counters), set(told))
            for name in ('received_packets', 'connections_opened', 'tcp_established'):
                self.assertEqual(told[name], counters[name])
            self.assertEqual(ask('/handspand/port,0')['name'], 'net_pcap0')
            for wrong in ('/handspand/worker', '/handspand/worker,1', '/handspand/worker,x', '/handspand/port,9'):
                self.assertIsNone(ask(wrong), wrong)


class Installs(unittest.TestCase):
    """What `meson install` puts into place, from the build that the tested program belongs to."""

    def setUp(self):
        keeper = tempfile.TemporaryDirectory(prefix='handspand-install-')
        self.addCleanup(keeper.cleanup)
        self.root = Path(keeper.name)
        build = next((folder for folder in Path(PROGRAMS.handspand).resolve().parents
                      if (folder / 'meson-info' / 'intro-buildoptions.json').exists()), None)
        self.assertIsNotNone(build, 'this takes the build folder of the tested program')
        told = json.loads((build / 'meson-info' / 'intro-buildoptions.json').read_text())
        self.options = {option['name']: option['value'] for option in told}
        # A build of some targets alone can't be installed, and nothing is built here.
        planned = json.loads((build / 'meson-info' / 'intro-installed.json').read_text())
        if missing := [path for path in planned if not Path(path).exists()]:
            self.fail(f'not built: {missing}')
        self.build = build

    def install(self):
        done = subprocess.run(['meson', 'install', '-C', str(self.build), '--no-rebuild', '--destdir', str(self.root)],
                              capture_output=True, text=True, timeout=LIMIT, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def place(self, option):
        return Path(self.options['prefix']) / self.options[option]

    def installed(self, path):
        return self.root / Path(path).relative_to('/')

    def test_everything_lies_where_the_units_look_for_it(self):
        self.install()
        prefix, programs = Path(self.options['prefix']), self.place('bindir')
        configuration, manual = self.place('sysconfdir') / 'handspan', self.place('mandir')
        for program in ('handspand', 'handspan'):
            self.assertTrue(os.access(self.installed(programs / program), os.X_OK), program)
        for path in (configuration / 'rules' / 'starter.toml', manual / 'man1' / 'handspan.1', manual / 'man8' / 'handspand.8',
                     manual / 'man5' / 'handspand.toml.5', prefix / 'lib/sysusers.d/handspand.conf',
                     prefix / 'lib/tmpfiles.d/handspand.conf', prefix / 'lib/udev/rules.d/60-handspand.rules'):
            self.assertGreater(self.installed(path).stat().st_size, 0, path)
        for unit, name in (('handspand.service', 'handspand.toml'), ('handspand@.service', '%i.toml')):
            text = self.installed(prefix / 'lib/systemd/system' / unit).read_text()
            self.assertIn(f'ExecStart={programs}/handspand --config {configuration}/{name}', text)
            self.assertNotRegex(text, '@[a-z_]+@')  # nothing was left to be filled in
        user = next(line for line in text.splitlines() if line.startswith('User=')).split('=')[1]
        self.assertRegex(self.installed(prefix / 'lib/sysusers.d/handspand.conf').read_text(), rf'(?m)^u!? +{user} ')

    def test_the_installed_program_takes_the_installed_configuration(self):
        self.install()
        done = subprocess.run([self.installed(self.place('bindir') / 'handspand'), '--check-config', '--config',
                               self.installed(self.place('sysconfdir') / 'handspan' / 'handspand.toml')],
                              capture_output=True, text=True, timeout=LIMIT, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, 'the configuration is good\n'), done.stderr)

    def test_a_changed_configuration_stays(self):
        self.install()
        mine = self.installed(self.place('sysconfdir') / 'handspan' / 'handspand.toml')
        shipped = mine.read_text()
        mine.write_text('[log]\nlevel = "debug"\n')
        self.install()
        self.assertEqual(mine.read_text(), '[log]\nlevel = "debug"\n')
        self.assertEqual(mine.with_name('handspand.toml.new').read_text(), shipped)


HUGEPAGES = Path('/sys/kernel/mm/hugepages/hugepages-2048kB')
PAGES = 200


class Dump(Living):
    def setUp(self):
        super().setUp()
        suite.need_program(self, 'dpdk-pdump', 'dpdk-dumpcap')
        suite.need_root(self, 'reserve hugepages')
        self.reserve_hugepages()
        if ' hugetlbfs ' not in Path('/proc/self/mounts').read_text():
            self.mount_hugepages()

    def reserve_hugepages(self):
        if not HUGEPAGES.exists():
            self.skipTest('this kernel has no hugepages of 2 MiB')
        reserved, free = (HUGEPAGES / 'nr_hugepages'), (HUGEPAGES / 'free_hugepages')
        before = reserved.read_text()
        self.addCleanup(reserved.write_text, before)
        missing = PAGES - int(free.read_text())
        if missing > 0:
            reserved.write_text(str(int(before) + missing))
        if int(free.read_text()) < PAGES:
            self.skipTest(f'the kernel gives {free.read_text().strip()} of {PAGES} hugepages')

    def mount_hugepages(self):
        folder = tempfile.mkdtemp(prefix='handspan-huge-')
        self.addCleanup(os.rmdir, folder)
        done = subprocess.run(['mount', '-t', 'hugetlbfs', 'nodev', folder], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            self.skipTest(f'hugetlbfs can not be mounted: {done.stderr.strip()}')
        self.addCleanup(subprocess.run, ['umount', folder], check=True)

    def begin_dumped(self, more='', **environment):
        config = self.write('live.toml', f'[capture]\nports = ["net_null0"]\nmbufs = 8192\n{more}')
        return self.begin(config, '--instance', 'dumped', RUNTIME_DIRECTORY='/run', **environment)

    # It frees its ring at the end, into which the daemon may be copying.
    def test_dumpcap_sees_the_packets(self):
        process = self.begin_dumped(LD_PRELOAD=PROGRAMS.slow_copy)
        dump = self.folder / 'dump.pcapng'
        done = subprocess.run(['dpdk-dumpcap', '--file-prefix', 'handspand-dumped', '-i', 'net_null0', '-c', '50', '-w',
                               str(dump)], capture_output=True, text=True, timeout=LIMIT, check=False,
                              env={**self.environment, 'RUNTIME_DIRECTORY': '/run'})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertGreater(dump.stat().st_size, 50 * 64)
        self.assertIsNone(process.poll())

    # It makes the daemon open its file.
    def test_pdump_sees_the_packets(self):
        process = self.begin_dumped('[rights]\nlandlock = false\n')
        dump = self.folder / 'dump.pcap'
        pdump = subprocess.Popen(['dpdk-pdump', '--file-prefix', 'handspand-dumped', '-l', '0', '--', '--pdump',
                                  f'port=0,queue=*,rx-dev={dump}'], stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL, env={**self.environment, 'RUNTIME_DIRECTORY': '/run'})
        end = time.monotonic() + LIMIT
        while not (dump.exists() and dump.stat().st_size > 10_000) and time.monotonic() < end:
            time.sleep(0.1)
        pdump.send_signal(signal.SIGINT)
        pdump.wait(LIMIT)
        self.assertGreater(dump.stat().st_size, 10_000)
        self.assertIsNone(process.poll())


if __name__ == '__main__':
    run_tests(__doc__, libraries=['slow-copy'])
