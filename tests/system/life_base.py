"""What the tests of the daemon's life share: a daemon whose log is waited for, and who hears what it tells."""

import os
import signal
import socket
import subprocess
import time

from daemon_test import LIMIT, Folder


class Manager:
    """What systemd would hear."""

    def __init__(self, name):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(name)

    def hear(self, word, seconds=LIMIT):
        """Messages until one holds the word."""
        heard, end = [], time.monotonic() + seconds
        while time.monotonic() < end:
            self.socket.settimeout(max(0.01, end - time.monotonic()))
            try:
                heard.append(self.socket.recv(4096).decode())
            except socket.timeout:
                break
            if word in heard[-1]:
                return heard
        raise AssertionError(f'{word} was not heard, but {heard}')

    def forget(self):
        """What was said so far."""
        self.socket.setblocking(False)
        try:
            while self.socket.recv(4096):
                pass
        except BlockingIOError:
            pass

    def close(self):
        self.socket.close()


class Living(Folder):
    """A daemon whose log goes to a file that can be waited for."""

    def begin(self, config, *arguments, **environment):
        self.log = self.folder / 'log'
        with open(self.log, 'wb') as log:
            process = subprocess.Popen(self.command('--config', config, *arguments), stdout=subprocess.PIPE,
                                       stderr=log, text=True, env={**self.environment, **environment})
        process.stderr = open(os.devnull, encoding='utf-8')  # Folder closes it
        self.running.append(process)
        self.wait_for(' running: ', process)
        return process

    def wait_for(self, text, process, begin=0):
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            said = self.log.read_text()[begin:]
            if text in said:
                return said
            self.assertIsNone(process.poll(), said)
            time.sleep(0.02)
        self.fail(f'{text!r} is not in the log: {self.log.read_text()}')

    def reload(self, process, last):
        begin = len(self.log.read_text())
        process.send_signal(signal.SIGHUP)
        return self.wait_for(last, process, begin)

    def config(self, extra='', eal='"--no-huge"'):
        return self.write('live.toml', f'[capture]\nports = ["net_null0,no-rx=1"]\n[dpdk]\neal_args = [{eal}]\n{extra}')
