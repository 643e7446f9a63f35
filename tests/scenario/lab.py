"""A client and a server host, each a network namespace, a veth pair between them and a capture of
it; in some situations a router stands between the two. Nothing in here reaches beyond them.
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
PATH_MACS = '02:00:00:00:00:03', '02:00:00:00:00:04'  # of a router between them, on each side
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
    def __init__(self, work, path=None):
        self.work, self.path = Path(work), path
        self.client_host, self.server_host, self.router = (f'hs-{os.getpid()}-{x}' for x in 'csr')
        self.running = []

    def hosts(self):
        return [self.client_host, self.server_host] + ([self.router] if self.path else [])

    def __enter__(self):
        try:
            self.build()
        except Exception:
            self.__exit__()
            raise
        return self

    def build(self):
        for name in self.hosts():
            sh('ip', 'netns', 'add', name)
        if self.path:
            self.join(self.client_host, CLIENT_MAC, self.router, PATH_MACS[0], 'to-client')
            self.join(self.server_host, SERVER_MAC, self.router, PATH_MACS[1], 'to-server')
            self.route()
        else:
            self.join(self.client_host, CLIENT_MAC, self.server_host, SERVER_MAC)
        nexts = PATH_MACS if self.path else (SERVER_MAC, CLIENT_MAC)
        for host, own, others, mac in ((self.client_host, CLIENT, (SERVER, ABSENT_SERVER), nexts[0]),
                                       (self.server_host, SERVER, (CLIENT, ABSENT_CLIENT), nexts[1])):
            sh('ip', '-n', host, 'address', 'add', f'{own}/24', 'dev', 'wire')
            # Segments as a wire carries them, not the kernel's bundles of many.
            sh('ip', '-n', host, 'link', 'set', 'wire', 'gso_max_segs', '1', 'up')
            sh('ip', '-n', host, 'link', 'set', 'lo', 'up')
            for other in others:
                sh('ip', '-n', host, 'neigh', 'replace', other, 'lladdr', mac, 'dev', 'wire', 'nud', 'permanent')

    def join(self, host, mac, other, other_mac, other_end='wire'):
        sh('ip', 'link', 'add', 'wire', 'netns', host, 'address', mac, 'type', 'veth',
           'peer', 'name', other_end, 'netns', other, 'address', other_mac)

    def route(self):
        """The router's own life: it passes on what its rules let pass."""
        inside = ('ip', 'netns', 'exec', self.router)
        for end, host, mac in (('to-client', CLIENT, CLIENT_MAC), ('to-server', SERVER, SERVER_MAC)):
            sh('ip', '-n', self.router, 'link', 'set', end, 'gso_max_segs', '1', 'up')
            sh('ip', '-n', self.router, 'route', 'add', f'{host}/32', 'dev', end)
            sh('ip', '-n', self.router, 'neigh', 'replace', host, 'lladdr', mac, 'dev', end, 'nud', 'permanent')
        sh('ip', '-n', self.router, 'link', 'set', 'lo', 'up')
        sh('ip', '-n', self.router, 'address', 'add', '10.77.0.254/32', 'dev', 'lo')
        sh(*inside, 'sysctl', '-q', '-w', 'net.ipv4.ip_forward=1', 'net.ipv4.conf.all.send_redirects=0',
           'net.ipv4.icmp_ratelimit=0')
        rules = self.work / 'path.nft'
        rules.write_text(self.path.rules())
        sh(*inside, 'nft', '-f', str(rules))

    def heard_of_path(self):
        ruleset = sh('ip', 'netns', 'exec', self.router, 'nft', 'list', 'ruleset')
        return self.path.testimony(ruleset)

    def __exit__(self, *_):
        self.stop_all()
        for name in self.hosts():
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
        at_client = self.path and self.path.seen_at == 'client'
        program = self.start(self.client_host if at_client else self.server_host,
                             ['tcpdump', '-i', 'wire', '-nn', '-U', '-s', '0', '-Z', 'root', '--immediate-mode', '-w', path,
                              'ip and (tcp or icmp)'])
        wait_until(lambda: 'listening on' in program.text(), 'tcpdump')
        return program
