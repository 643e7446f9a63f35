"""How a frame comes from testpmd to handspand: the device of each side, and what it can carry."""

import os

from . import network
from .fault import Fault

DEFAULT_SOCKET = '@/run/memif.sock'  # what net_memif takes when no socket is named; @: abstract
FEWEST_RING = 4                      # log2 of the descriptors, for an overrun
# The daemon's packet buffers hold 2048 bytes and an af_packet port fills only one: less the kernel's head.
LONGEST = {'memif': 65535, 'af_packet': 1982, 'tap': 16000}
# A socket's sender is not held back by a slow receiver: by default it goes slowly.
CAREFUL_PPS = 10_000


def check_lengths(device, path, packets):
    for packet in packets:
        if len(packet.data) > LONGEST[device]:
            raise Fault(f'{path}: packet {packet.number} has {len(packet.data)} bytes, and {device} carries '
                        f'{LONGEST[device]} at most: use --device memif')
        if device != 'memif' and len(packet.data) < 14:
            raise Fault(f'{path}: packet {packet.number} is shorter than an Ethernet header, which the kernel does '
                        'not send: use --device memif')


def socket_arguments(socket, port):
    """`socket` begins with @ if it is abstract; the second port of a tap has the next id."""
    if socket.startswith('@'):
        return f'id={port},socket={socket[1:]},socket-abstract=yes'
    return f'id={port},socket={socket},socket-abstract=no'


def watched(device, socket, port, queues):
    """The daemon's side (capture.ports)."""
    if device == 'memif':
        return f'net_memif{port},role=server,{socket_arguments(socket, port)}'
    if device == 'tap':
        return f'net_tap{port},iface={network.TAP}'
    # Frames of 2 KiB, 16 MiB of them: they bridge a pause of the daemon's.
    return f'net_af_packet{port},iface={network.WATCHED},qpairs={queues},framesz=2048,blocksz=4096,framecnt=8192'


def sending(device, place, port, longest, small_ring=False):
    """testpmd's side; `place` is a socket or an interface."""
    if device == 'memif':
        ring = f',rsize={FEWEST_RING}' if small_ring else ''
        return f'net_memif{port},role=client,{socket_arguments(place, port)}{ring}'
    frame = max(2048, 1 << (longest + 128).bit_length())
    return (f'net_af_packet{port},iface={place},framesz={frame},blocksz={max(4096, frame)},framecnt=256')


def somebody_listens(socket):
    """Asked of the kernel: a try would take the daemon's only place."""
    with open('/proc/net/unix', encoding='utf-8', errors='replace') as table:
        for line in table.readlines()[1:]:
            part = line.split(None, 7)
            if len(part) == 8 and part[7].strip() == socket and int(part[3], 16) & 0x10000:
                return True
    return False


def check_place(device, place):
    if device == 'memif':
        if somebody_listens(place):
            return
        if place.startswith('@') or os.path.exists(os.path.dirname(place) or '.'):
            raise Fault(f'nobody listens on the socket {place}: start handspand with the port '
                        f'"net_memif0,role=server,{socket_arguments(place, 0)}"')
        raise Fault(f'there is no folder for the socket {place}')
    if not network.has(place):
        raise Fault(f'there is no interface {place}')
