"""A network namespace of this process's own: what it starts is in it too, and it vanishes with them."""

import ctypes
import os
import subprocess

from .fault import Fault

CLONE_NEWNET = 0x40000000
SENDER, WATCHED, TAP = 'replay0', 'replay1', 'replaytap'
MTU = 65535  # a pair of veth takes that much


def ip(*words):
    try:
        done = subprocess.run(['ip', *words], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise Fault('the program ip is not there: tools/deps test') from None
    if done.returncode != 0:
        raise Fault(f'ip {" ".join(words)}: {done.stderr.strip()}')
    return done.stdout


def leave_the_hosts():
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0:
        raise Fault(f'no network namespace of its own: {os.strerror(ctypes.get_errno())} (root may make one)')
    # The kernel must say nothing by itself on the interfaces to come.
    for kind in ('all', 'default'):
        try:
            with open(f'/proc/sys/net/ipv6/conf/{kind}/disable_ipv6', 'w', encoding='ascii') as switch:
                switch.write('1')
        except FileNotFoundError:
            pass  # a kernel without IPv6
    ip('link', 'set', 'lo', 'up')


def make_pair():
    """Two interfaces; what is sent on SENDER arrives at WATCHED."""
    ip('link', 'add', SENDER, 'mtu', str(MTU), 'type', 'veth', 'peer', 'name', WATCHED, 'mtu', str(MTU))
    for name in (SENDER, WATCHED):
        ip('link', 'set', name, 'arp', 'off', 'promisc', 'on', 'up')


def remove_pair():
    ip('link', 'del', SENDER)


def raise_tap(longest):
    """The daemon has made TAP; its queue in the kernel shall bridge a pause of the daemon's."""
    ip('link', 'set', TAP, 'mtu', str(max(1500, longest)), 'txqueuelen', '20000', 'arp', 'off', 'up')


def has(interface):
    with open('/proc/net/dev', encoding='ascii') as table:
        return any(line.split(':')[0].strip() == interface for line in table)
