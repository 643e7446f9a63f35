"""The wire: a tun device into a network namespace of this process alone, and the mirror beside it.

What is sent goes to the mirror and to the kernel, what the kernel sends comes from the device and goes
to the mirror. The mirror's clock is counted, not read: a millisecond a packet, and what an evasion
waits on purpose. So a capture does not depend on how busy the machine is.
"""

import ctypes
import fcntl
import os
import select
import struct
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / 'tools'))
from capture_maker import files, packets  # noqa: E402

DEVICE = 'evasion0'
SERVER = {4: '10.79.0.1', 6: 'fd79::1'}
CLIENT = {4: '10.79.1.{}', 6: 'fd79::1:{}'}  # one for each evasion
TUN = '/dev/net/tun'
CLONE_NEWNET = 0x40000000
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
START = 1_800_000_000_000_000  # microseconds; any time does
STEP = 1000                    # microseconds from packet to packet

Frame = namedtuple('Frame', 'time data length')


def sh(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f'{" ".join(command)}: {done.stderr.strip() or done.returncode}')


def alone():
    """This process gets a network namespace to itself, which ends with it."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), 'this machine lets nobody make network namespaces')


def refusal():
    """Why this machine gives no such namespace and device, if it does not; asked in a process of its own."""
    child = os.fork()
    if child == 0:
        try:
            alone()
            Wire()
        except (OSError, RuntimeError) as fault:
            print(fault, flush=True)
            os._exit(1)
        os._exit(0)
    return '' if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0 else 'no network namespace with a tun device here'


class Wire:
    def __init__(self):
        self.fd = os.open(TUN, os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(self.fd, TUNSETIFF, struct.pack('16sH22x', DEVICE.encode(), IFF_TUN | IFF_NO_PI))
        sh('ip', 'address', 'add', f'{SERVER[4]}/16', 'dev', DEVICE)
        sh('ip', 'address', 'add', f'{SERVER[6]}/64', 'dev', DEVICE, 'nodad')
        sh('ip', 'link', 'set', DEVICE, 'up', 'mtu', '1500')
        self.tapped()

    def tapped(self):
        """A new capture."""
        self.frames, self.clock = [], START

    def show(self, packet):
        """What passes the mirror."""
        self.clock += STEP
        self.frames.append(Frame(self.clock, packet, len(packet)))

    def send(self, packet):
        self.show(packet)
        try:
            os.write(self.fd, packet)
        except OSError:
            pass  # the kernel will not even take it from a device: it has not received it

    def pause(self, seconds):
        time.sleep(seconds)
        self.clock += int(seconds * 1_000_000)

    def receive(self, limit):
        """The next packet of the kernel's within so many seconds, or None. It has not passed the mirror yet."""
        if not select.select([self.fd], [], [], limit)[0]:
            return None
        return os.read(self.fd, 65536)

    def save(self, path):
        Path(path).write_bytes(files.pcap(self.frames, files.LINK_RAW))
