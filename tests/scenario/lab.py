"""A client and a server host, each a network namespace, a veth pair between them and a capture of
it. Nothing in here reaches beyond the two.
"""

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

CLIENT, SERVER = '10.77.0.1', '10.77.0.2'
ABSENT_CLIENT, ABSENT_SERVER = '10.77.0.8', '10.77.0.9'  # routed to the peer, owned by nobody
CLIENT_MAC, SERVER_MAC = '02:00:00:00:00:01', '02:00:00:00:00:02'
SETTLE = 0.15  # seconds for last packets and log lines
LIMIT = 20     # seconds a client may take


class Fault(Exception):
    pass


def sh(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Fault(f'{" ".join(command)}: {done.stderr.strip() or done.returncode}')
    return done.stdout


def wait_until(condition, what, limit=5.0):
    end = time.monotonic() + limit
    while not condition():
        if time.monotonic() > end:
            raise Fault(f'{what}: not within {limit} s')
        time.sleep(0.01)


class Program:
    """A process in one of the hosts; what it prints, errors included, is its testimony."""

    def __init__(self, host, argv, log, stdin=None):
        self.argv = [str(a) for a in argv]
        self.log = Path(log)
        with self.log.open('ab') as out:  # to append, since some open it once more by /dev/stdout
            self.process = subprocess.Popen(
                ['ip', 'netns', 'exec', host, *self.argv], stdout=out, stderr=subprocess.STDOUT,
                stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
                start_new_session=True, env={**os.environ, 'LC_ALL': 'C', 'NO_COLOR': '1'})
        if stdin is not None:
            self.process.stdin.write(stdin.encode())
            self.process.stdin.close()

    def text(self):
        return self.log.read_text(errors='replace')

    def listens(self, port):
        """Whether its host has a listening socket on this port (state 0A of /proc/net/tcp)."""
        if self.process.poll() is not None:
            raise Fault(f'{self.argv[0]} ended with {self.process.returncode}: {self.text()[-800:]}')
        for table in ('tcp', 'tcp6'):
            try:
                lines = Path(f'/proc/{self.process.pid}/net/{table}').read_text().splitlines()
            except OSError:
                continue
            if any(re.match(rf'\s*\d+: \w+:{port:04X} \w+:0000 0A', line) for line in lines):
                return True
        return False

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            for number in (how, signal.SIGKILL):
                try:
                    os.killpg(self.process.pid, number)
                    self.process.wait(2)
                    break
                except subprocess.TimeoutExpired:
                    continue
                except ProcessLookupError:
                    break
        return self.process.wait()


class Lab:
    def __init__(self, work):
        self.work = Path(work)
        self.client_host, self.server_host = f'hs-{os.getpid()}-c', f'hs-{os.getpid()}-s'
        self.running = []

    def __enter__(self):
        for name in (self.client_host, self.server_host):
            sh('ip', 'netns', 'add', name)
        sh('ip', 'link', 'add', 'wire', 'netns', self.client_host, 'address', CLIENT_MAC, 'type', 'veth',
           'peer', 'name', 'wire', 'netns', self.server_host, 'address', SERVER_MAC)
        for host, own, absent, mac in ((self.client_host, CLIENT, ABSENT_SERVER, SERVER_MAC),
                                       (self.server_host, SERVER, ABSENT_CLIENT, CLIENT_MAC)):
            sh('ip', '-n', host, 'address', 'add', f'{own}/24', 'dev', 'wire')
            # Segments as a wire carries them, not the kernel's bundles of many.
            sh('ip', '-n', host, 'link', 'set', 'wire', 'gso_max_segs', '1', 'up')
            sh('ip', '-n', host, 'link', 'set', 'lo', 'up')
            sh('ip', '-n', host, 'neigh', 'add', absent, 'lladdr', mac, 'dev', 'wire', 'nud', 'permanent')
        return self

    def __exit__(self, *_):
        self.stop_all()
        for name in (self.client_host, self.server_host):
            subprocess.run(['ip', 'netns', 'del', name], stderr=subprocess.DEVNULL, check=False)

    def stop_all(self):
        while self.running:
            self.running.pop().stop()

    def start(self, host, argv, stdin=None):
        log = self.work / f'log-{len(list(self.work.glob("log-*")))}'
        program = Program(host, argv, log, stdin)
        self.running.append(program)
        return program

    def serve(self, argv, port):
        program = self.start(self.server_host, argv)
        wait_until(lambda: program.listens(port), f'{argv[0]} listening on {port}')
        return program

    def capture(self, path):
        if not shutil.which('tcpdump'):
            raise Fault('tcpdump is missing: tools/deps scenario')
        program = self.start(self.server_host, ['tcpdump', '-i', 'wire', '-nn', '-U', '-s', '0', '-Z', 'root',
                                                '--immediate-mode', '-w', path, 'ip and tcp'])
        wait_until(lambda: 'listening on' in program.text(), 'tcpdump')
        return program
