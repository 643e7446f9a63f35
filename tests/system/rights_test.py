#!/usr/bin/env python3
"""What the daemon has given up once it watches: whoever came to run in it finds no way out, and it goes on working.

  rights_test.py --handspand PATH --handspan PATH

The forbidden is tried inside the daemon itself, thread by thread.
"""

import ctypes
import json
import os
import pwd
import signal
import struct
import subprocess
import tempfile
from pathlib import Path

import suite
from daemon_test import LIMIT, PROGRAMS, run_tests
from inside import Inside
from life_base import Living, Manager

# Numbers of x86-64.
WRITE, OPEN, MMAP, SOCKET, CLONE, FORK, EXECVE, KILL, PTRACE, MOUNT = 1, 2, 9, 41, 56, 57, 59, 62, 101, 165
LANDLOCK = 444
CREATE = os.O_WRONLY | os.O_CREAT
RWX, PRIVATE = 7, 0x22


def threads_of(process):
    return sorted(int(task.name) for task in Path(f'/proc/{process.pid}/task').iterdir())


def status_of(thread):
    return dict(line.split(':\t', 1) for line in Path(f'/proc/{thread}/status').read_text().splitlines() if ':\t' in line)


def without_landlock():
    """The kernel as one that has none: of a filter (seccomp(2)) for this process and what it starts."""
    load, equal, give = 0x20, 0x15, 0x06
    code = [(load, 0, 0, 0), (equal, 0, 1, LANDLOCK), (give, 0, 0, 0x50000 | 95), (give, 0, 0, 0x7FFF0000)]
    steps = ctypes.create_string_buffer(b''.join(struct.pack('<HBBI', *step) for step in code))
    program = ctypes.create_string_buffer(struct.pack('<HxxxxxxQ', len(code), ctypes.addressof(steps)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(38, 1, 0, 0, 0) != 0 or libc.prctl(22, 2, program, 0, 0) != 0:
        os._exit(99)


class Elsewhere(Living):
    """A daemon, a folder that is not its own, and what it must go on doing."""

    def setUp(self):
        super().setUp()
        # Elsewhere than the folder of the configuration.
        keeper = tempfile.TemporaryDirectory(prefix='handspan-elsewhere-')
        self.addCleanup(keeper.cleanup)
        self.elsewhere = Path(keeper.name)

    def handspan(self, *arguments):
        return subprocess.run([PROGRAMS.handspan, *arguments, '--runtime-dir', str(self.runtime)], capture_output=True,
                              text=True, timeout=LIMIT, env=self.environment, check=False)

    def findings(self):
        told = self.handspan('doctor', '--json', '--interval', '0.1').stdout
        return {finding['id']: finding for finding in json.loads(told)['findings']}

    def in_each_thread(self, process, deed):
        for thread in threads_of(process):
            with self.subTest(thread=status_of(thread)['Name'].strip()), Inside(process.pid, thread) as inside:
                deed(inside)

    def check_it_works(self, process):
        rules = self.write('rules.toml', '[[rule]]\nid = 1\nname = "one"\nall = [{ port = 443 }]\n')
        self.write('live.toml', Path(self.folder / 'live.toml').read_text().replace(
            '[rules]\n', f'[rules]\nfile = "{rules}"\n') + '[timeouts]\nsyn = "7s"\n')
        said = self.reload(process, 'reload: 1 rules in force')
        self.assertIn('timeouts.syn was "5s", is "7s"', said)
        self.assertEqual(self.handspan('stat').returncode, 0)
        self.assertEqual(self.handspan('log').returncode, 0)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(LIMIT), 0, self.log.read_text())

    def begin_logging(self, log, extra=''):
        config = self.config(f'[rules]\n[log]\nfile = "{log}"\n{extra}')
        process = subprocess.Popen(self.command('--config', config), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True, env=self.environment)
        self.running.append(process)
        suite.wait_until(lambda: process.poll() is not None or (log.exists() and ' running: ' in log.read_text()),
                         'the daemon')
        self.assertIsNone(process.poll(), process.stderr.read() if process.poll() is not None else '')
        self.log = log
        return process


class Fenced(Elsewhere):
    def test_no_thread_finds_a_way_out(self):
        manager = Manager(str(self.folder / 'notify'))
        self.addCleanup(manager.close)
        process = self.begin(self.config('[rules]\n'), '--dispatch', 'software', '--workers', '2',
                             NOTIFY_SOCKET=str(self.folder / 'notify'))
        manager.hear('READY=1')

        def try_all(inside):
            for deed in ((EXECVE, b'/bin/true', 0, 0), (FORK,), (CLONE, 17, 0), (PTRACE, 0), (KILL, os.getpid(), 0),
                         (MOUNT, b'none', b'/', b'tmpfs', 0, 0), (MMAP, 0, 4096, RWX, PRIVATE, -1, 0),
                         (SOCKET, 2, 1, 0), (SOCKET, 2, 2, 0), (SOCKET, 10, 2, 0), (SOCKET, 16, 3, 0), (SOCKET, 17, 3, 0)):
                self.assertEqual(inside.call(*deed), 'EPERM', deed)
            if 'landlock_missing' in self.findings():
                return
            for deed in ((OPEN, b'/etc/shadow', 0), (OPEN, b'/etc/passwd', 0), (OPEN, b'/root', 0),
                         (OPEN, str(self.elsewhere / 'new').encode(), CREATE, 0o600), (OPEN, b'/dev/shm/new', CREATE, 0o600)):
                self.assertEqual(inside.call(*deed), 'EACCES', deed)

        self.in_each_thread(process, try_all)
        self.assertEqual({status_of(thread)['Seccomp'].strip() for thread in threads_of(process)}, {'2'})
        self.assertEqual(list(self.elsewhere.iterdir()), [])
        self.check_it_works(process)

    def test_without_fences_there_is_a_way_out(self):
        process = self.begin(self.config('[rules]\n[rights]\nseccomp = false\nlandlock = false\n'))
        with Inside(process.pid, process.pid) as inside:
            self.assertGreaterEqual(inside.call(SOCKET, 2, 2, 0), 0)
            self.assertGreaterEqual(inside.call(OPEN, b'/etc/passwd', 0), 0)
        found = self.findings()
        self.assertEqual([found[id]['level'] for id in ('calls_open', 'files_open')], ['warning'] * 2)
        self.check_it_works(process)

    def test_the_log_is_rotated(self):
        log = self.folder / 'logs' / 'handspand.log'
        log.parent.mkdir()
        self.begin_logging(log)
        process = self.running[0]
        log.rename(log.with_suffix('.1'))
        process.send_signal(signal.SIGHUP)
        suite.wait_until(lambda: log.exists() and 'reload: no key' in log.read_text(), 'the new log')
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(LIMIT), 0)
        self.assertIn('stopped: ', log.read_text())

    def test_a_kernel_without_landlock_is_told_of_once(self):
        self.log = self.folder / 'log'
        with open(self.log, 'wb') as log:
            process = subprocess.Popen(self.command('--config', self.config('[rules]\n')), stdout=subprocess.PIPE, stderr=log,
                                       text=True, env=self.environment, preexec_fn=without_landlock)
        process.stderr = open(os.devnull, encoding='utf-8')
        self.running.append(process)
        self.wait_for('files are not fenced', process)
        found = self.findings()
        self.assertEqual((found['files_open']['level'], found['calls_fenced']['level']), ('warning', 'ok'))
        self.check_it_works(process)
        self.assertEqual(self.log.read_text().count('files are not fenced'), 1)

    def test_what_a_reload_may_not_read_is_said(self):
        process = self.begin(self.config('[rules]\n'))
        if 'landlock_missing' in self.findings():
            self.skipTest('this kernel has no Landlock')
        rules = self.elsewhere / 'rules.toml'
        rules.write_text('[[rule]]\nid = 1\nname = "one"\nall = [{ port = 443 }]\n')
        self.config(f'[rules]\nfile = "{rules}"\n')
        said = self.reload(process, 'the old configuration and rules stay in force')
        self.assertIn('Permission denied', said)


class Another(Elsewhere):
    """Started by root, with a user to become."""

    def setUp(self):
        super().setUp()
        suite.need_root(self, 'become another user')
        self.folder.chmod(0o755)
        self.extra = '[rights]\nuser = "nobody"\n'

    def test_every_thread_is_that_user(self):
        logs = self.folder / 'logs'
        logs.mkdir()
        nobody = pwd.getpwnam('nobody')
        os.chown(logs, nobody.pw_uid, nobody.pw_gid)
        log = logs / 'handspand.log'
        for _ in range(2):  # what the first one leaves is none in the second one's way
            process = self.begin_logging(log, self.extra)
            suite.wait_until(lambda: 'runs as nobody' in log.read_text(), 'the other user')
            for thread in threads_of(process):
                told = status_of(thread)
                self.assertEqual(set(told['Uid'].split()), {str(nobody.pw_uid)}, told)
                self.assertEqual(set(told['Gid'].split()), {str(nobody.pw_gid)}, told)
                self.assertEqual(int(told['CapEff'], 16) | int(told['CapPrm'], 16), 0)
            self.check_it_works(process)
            log.unlink()

    def test_a_user_that_is_not_there_is_refused(self):
        done = self.daemon('--config', self.config('[rights]\nuser = "nobody-at-all"\n'))
        self.assert_refused(done, 'rights.user', 'nobody-at-all', 'no such user')


if __name__ == '__main__':
    run_tests(__doc__)
