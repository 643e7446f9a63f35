"""dpdk-testpmd as a sender: one forwarding core for each queue of each port, told what to do by its prompt."""

import os
import re
import subprocess
import threading
import time
from dataclasses import dataclass

from . import process
from .fault import Fault

PROGRAM = 'dpdk-testpmd'
START_LIMIT = 40  # seconds; nine of them are testpmd's own patience with a link
ANSWER_LIMIT = 30
BUFFERS = 8192
# A burst that found no room is offered again after so many µs, so many times: ten minutes.
RETRY_DELAY, RETRIES = 20, 30_000_000


@dataclass
class Sending:
    """What is sent and how. A lane: (device that reads packets, device that sends them)."""
    lanes: list
    queues: int = 1
    retry: bool = True
    burst: int = 32
    longest: int = 1514
    folder: str = ''  # for its own files


@dataclass
class Counted:
    """By testpmd, over all ports."""
    read: int = 0
    sent: int = 0


def cpus():
    return '(' + ','.join(map(str, sorted(os.sched_getaffinity(0)))) + ')'


def buffer_size(longest):
    """A frame in one piece where the sending device takes no other, with room before it."""
    return max(2176, 1 << (longest + 256).bit_length())


def arguments(sending):
    """The whole command line."""
    cores = len(sending.lanes) * sending.queues
    size = min(buffer_size(sending.longest), 65535)
    memory = 64 + BUFFERS * (size + 512) // 2**20
    devices = [argument for lane in sending.lanes for device in lane for argument in ('--vdev', device)]
    return [PROGRAM, '--no-huge', '-m', str(memory), '--no-pci', '--no-shconf', '--no-telemetry',
            '--file-prefix', f'handspan-replay-{os.getpid()}',
            '--lcores', ','.join(f'{core}@{cpus()}' for core in range(cores + 1)), '--main-lcore', '0', *devices,
            '--', '--interactive', '--no-lsc-interrupt', '--no-flush-rx', f'--rxq={sending.queues}',
            f'--txq={sending.queues}', f'--nb-cores={cores}', f'--burst={sending.burst}',
            f'--total-num-mbufs={BUFFERS}', f'--mbuf-size={size}']


class Testpmd:
    """Started at once; to be closed always."""

    def __init__(self, sending):
        self.sending = sending
        self.text = ''
        self.process = None
        screen, theirs = os.openpty()  # on a pipe it would keep its words to itself until they fill a page
        try:
            self.process = process.start(arguments(sending), sending.folder, stdin=subprocess.PIPE, stdout=theirs,
                                         stderr=theirs)
        except FileNotFoundError:
            os.close(screen)
            raise Fault(f'{PROGRAM} is not there: tools/deps test') from None
        finally:
            os.close(theirs)
        self.listener = threading.Thread(target=self._listen, args=(screen,), daemon=True)
        self.listener.start()

    def _listen(self, screen):
        try:
            while said := os.read(screen, 65536):
                self.text += said.decode(errors='replace').replace('\r', '')
        except OSError:
            pass  # the other end is closed
        finally:
            os.close(screen)

    def ready(self):
        """Waits for the prompt and the links."""
        self._await(r'testpmd> ', 0, START_LIMIT)
        down = [int(port) for port in re.findall(r'^Port (\d+) Link down', self.text, re.M)]
        if down:
            device = [device for lane in self.sending.lanes for device in lane][down[0]]
            raise Fault(f'nobody answers behind {device}: is handspand watching it, with as many queues as are sent?')
        if self.sending.retry:
            self._tell(f'set burst tx delay {RETRY_DELAY} retry {RETRIES}')
            self._tell('set fwd io retry')

    def start(self):
        self._tell('start')

    def stop(self):
        """After the last packet: what was counted in the end."""
        where = self._tell('stop')
        self._await(r'Accumulated forward statistics.*?\+{20}', where, ANSWER_LIMIT)
        return self.counted()

    def counted(self):
        ports = 2 * len(self.sending.lanes)
        where = self._tell('show port stats all')
        last = rf'NIC statistics for port {ports - 1} .*?#{{20,}}\s*$'
        self._await(last, where, ANSWER_LIMIT)
        found = re.findall(r'NIC statistics for port (\d+).*?RX-packets: (\d+).*?TX-packets: (\d+)',
                           self.text[where:], re.S)
        return Counted(read=sum(int(rx) for port, rx, _ in found if int(port) % 2 == 0),
                       sent=sum(int(tx) for port, _, tx in found if int(port) % 2 == 1))

    def _tell(self, command):
        """Where the answer will begin."""
        where = len(self.text)
        try:
            self.process.stdin.write(command.encode() + b'\n')
            self.process.stdin.flush()
        except OSError:
            self._gone()
        return where

    def _await(self, pattern, where, limit):
        wanted, end = re.compile(pattern, re.S | re.M), time.monotonic() + limit
        while not wanted.search(self.text, where):
            if self.process.poll() is not None:
                self._gone()
            if time.monotonic() > end:
                raise Fault(f'{PROGRAM} gave no answer in {limit} s')
            time.sleep(0.01)

    def _gone(self):
        self.process.wait()
        self.listener.join(2)
        lines = [line for line in self.text.splitlines() if line.strip()]
        told = [line for line in lines if re.search(r'error|fail|cannot|invalid|no such', line, re.I)
                and 'mp action' not in line]
        raise Fault(f'{PROGRAM} ended with {self.process.returncode}: {" / ".join((told or lines)[-3:])}')

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        try:
            self.process.stdin.close()
        except OSError:
            pass
        self.listener.join(2)
