"""Capture files, packet by packet: pcap in micro- and nanoseconds and both byte orders, pcapng."""

import struct
from typing import NamedTuple

from .fault import Fault

ETHERNET = 1
LONGEST = 65535  # bytes of a frame
LINK_NAMES = {0: 'BSD loopback', 6: 'token ring', 7: 'ARCNET', 9: 'PPP', 10: 'FDDI', 12: 'raw IP', 14: 'raw IP',
              101: 'raw IP', 104: 'Cisco HDLC', 105: '802.11', 108: 'OpenBSD loopback', 113: 'Linux cooked',
              127: '802.11 with radiotap', 228: 'raw IPv4', 229: 'raw IPv6', 239: 'NFLOG', 276: 'Linux cooked v2'}


class Packet(NamedTuple):
    number: int  # in the file, from 1
    time: int    # nanoseconds since the epoch
    data: bytes


def checked(path, number, link, time, data, length):
    """The packet, if a NIC can deliver it as it was."""
    if link != ETHERNET:
        raise Fault(f'{path}: packet {number} is {LINK_NAMES.get(link, f"of link type {link}")}, and a NIC delivers '
                    'Ethernet alone: read the file with handspan read')
    if len(data) < length:
        raise Fault(f'{path}: packet {number} was cut to {len(data)} of {length} bytes when it was captured, and a '
                    'NIC delivers whole frames: read the file with handspan read')
    if len(data) > LONGEST:
        raise Fault(f'{path}: packet {number} has {len(data)} bytes, {LONGEST} is the most')
    return Packet(number, time, data)


def classic(path, content):
    order = '<' if content[0] in (0xD4, 0x4D) else '>'
    unit = 1 if b'\x4d' in (content[0:1], content[3:4]) else 1000
    link = struct.unpack_from(order + 'I', content, 20)[0] & 0xFFFF
    position, number = 24, 0
    while position < len(content):
        number += 1
        if position + 16 > len(content):
            raise Fault(f'{path}: cut short in the head of packet {number}')
        seconds, fraction, captured, length = struct.unpack_from(order + '4I', content, position)
        data = content[position + 16:position + 16 + captured]
        if len(data) < captured:
            raise Fault(f'{path}: cut short in packet {number}')
        yield checked(path, number, link, seconds * 10**9 + fraction * unit, data, length)
        position += 16 + captured


def resolution(order, options):
    """Units of a second that an interface counts in."""
    while len(options) >= 4:
        code, size = struct.unpack_from(order + 'HH', options)
        if code == 9 and size == 1:
            value = options[4]
            return 2 ** (value & 0x7F) if value & 0x80 else 10 ** value
        if code == 0:
            break
        options = options[4 + (size + 3) // 4 * 4:]
    return 10 ** 6


def blocks(path, content):
    """(byte order, type, body) of each pcapng block."""
    position, order = 0, '<'
    while position < len(content):
        if content[position:position + 4] == b'\n\r\r\n':
            order = '<' if content[position + 8:position + 12] == b'\x4d\x3c\x2b\x1a' else '>'
        head = content[position:position + 8]
        kind, size = struct.unpack(order + 'II', head) if len(head) == 8 else (0, 0)
        if size < 12 or size % 4 or position + size > len(content):
            raise Fault(f'{path}: cut short or damaged at byte {position}')
        yield order, kind, content[position + 8:position + size - 4]
        position += size


def next_generation(path, content):
    number, interfaces = 0, []  # of the section: (link type, snap length, units of a second)
    for order, kind, body in blocks(path, content):
        try:
            if kind == 0x0A0D0D0A:
                interfaces = []
            elif kind == 1:
                link, snap = struct.unpack_from(order + 'HxxI', body)
                interfaces.append((link, snap, resolution(order, body[8:])))
            elif kind == 6:
                number += 1
                interface, high, low, captured, length = struct.unpack_from(order + '5I', body)
                link, _, units = interfaces[interface]
                time = (high << 32 | low) * 10**9 // units
                yield checked(path, number, link, time, body[20:20 + captured], length)
            elif kind == 3:
                number += 1
                link, snap, _ = interfaces[0]
                length = struct.unpack_from(order + 'I', body)[0]
                yield checked(path, number, link, 0, body[4:4 + min(length, snap or length)], length)
        except (struct.error, IndexError) as damage:
            raise Fault(f'{path}: damaged behind packet {number}') from damage


def read(path):
    """All packets of a file. A Fault names the file and the packet that no NIC could deliver."""
    try:
        with open(path, 'rb') as file:
            content = file.read()
    except OSError as fault:
        raise Fault(f'{path}: {fault.strerror}') from fault
    if content[:4] == b'\n\r\r\n':
        reader = next_generation
    elif content[:4] in (b'\xd4\xc3\xb2\xa1', b'\xa1\xb2\xc3\xd4', b'\x4d\x3c\xb2\xa1', b'\xa1\xb2\x3c\x4d') \
            and len(content) >= 24:
        reader = classic
    else:
        raise Fault(f'{path}: {"is not a capture file" if content else "is empty"}')
    packets = list(reader(path, content))
    if not packets:
        raise Fault(f'{path}: holds no packet')
    return packets


HEAD = struct.pack('<IHHiIII', 0xA1B23C4D, 2, 4, 0, 0, 262_144, ETHERNET)


def record(packet):
    """Its place in a file that begins with HEAD."""
    seconds, nanos = divmod(packet.time, 10**9)
    return struct.pack('<IIII', seconds & 0xFFFFFFFF, nanos, len(packet.data), len(packet.data)) + packet.data
