"""Bytes of frames: Ethernet with tags, IPv4 and IPv6 with options and extensions, TCP, UDP."""

import array
import ipaddress
import struct
import sys

ETHERTYPE_IPV4, ETHERTYPE_IPV6, ETHERTYPE_ARP = 0x0800, 0x86DD, 0x0806
TAG_8021Q, TAG_8021AD = 0x8100, 0x88A8
TCP, UDP, ICMP = 6, 17, 1
FLAGS = {'F': 0x01, 'S': 0x02, 'R': 0x04, 'P': 0x08, 'A': 0x10, 'U': 0x20}


def checksum(data):
    """RFC 1071."""
    if len(data) % 2:
        data += b'\0'
    words = array.array('H', data)
    if sys.byteorder == 'little':
        words.byteswap()
    total = sum(words)
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def mac(number):
    """A locally administered address."""
    return bytes((0x02, 0, 0, 0, number >> 8 & 0xFF, number & 0xFF))


def ethernet(source, destination, ethertype, payload, tags=(), pad_to=0):
    """`tags`: (TPID, VLAN id) pairs, outermost first."""
    head = destination + source
    for tpid, vlan in tags:
        head += struct.pack('!HH', tpid, vlan)
    frame = head + struct.pack('!H', ethertype) + payload
    return frame + bytes(max(0, pad_to - len(frame)))


def ipv4(source, destination, protocol, payload, ident=0, options=b'', offset=0, more=False,
         dont_fragment=True):
    """`offset` in units of 8 bytes; `options` must be a multiple of 4 long."""
    fragment = offset | (0x2000 if more else 0)
    if dont_fragment and not fragment:
        fragment = 0x4000
    length = 20 + len(options) + len(payload)
    head = struct.pack('!BBHHHBBH4s4s', 0x45 + len(options) // 4, 0, length, ident & 0xFFFF, fragment,
                       64, protocol, 0, ipaddress.IPv4Address(source).packed,
                       ipaddress.IPv4Address(destination).packed) + options
    return head[:10] + struct.pack('!H', checksum(head)) + head[12:] + payload


def ipv6(source, destination, protocol, payload, extensions=()):
    """`extensions`: (type, content) pairs; content begins after the next-header and length bytes."""
    kinds = [kind for kind, _ in extensions] + [protocol]
    chain = b''
    for number, (kind, content) in enumerate(extensions):
        if kind == 44:  # fragment header: its second byte is reserved, not a length
            chain += struct.pack('!BB', kinds[number + 1], 0) + content
            continue
        content += bytes(-(len(content) + 2) % 8)
        chain += struct.pack('!BB', kinds[number + 1], (len(content) + 2) // 8 - 1) + content
    return struct.pack('!IHBB16s16s', 0x60000000, len(chain) + len(payload), kinds[0], 64,
                       ipaddress.IPv6Address(source).packed,
                       ipaddress.IPv6Address(destination).packed) + chain + payload


def pseudo_header(source, destination, protocol, length):
    one, other = ipaddress.ip_address(source).packed, ipaddress.ip_address(destination).packed
    if len(one) == 4:
        return one + other + struct.pack('!BBH', 0, protocol, length)
    return one + other + struct.pack('!II', length, protocol)


def tcp(source, source_port, destination, destination_port, seq, ack, flags, payload=b'', options=b'',
        window=64240):
    """`flags`: letters of FLAGS; `options` is padded with no-operations."""
    options += b'\x01' * (-len(options) % 4)
    bits = 0
    for letter in flags:
        bits |= FLAGS[letter]
    head = struct.pack('!HHIIBBHHH', source_port, destination_port, seq & 0xFFFFFFFF,
                       ack & 0xFFFFFFFF if 'A' in flags else 0, (5 + len(options) // 4) << 4, bits,
                       window, 0, 0) + options
    whole = head + payload
    total = checksum(pseudo_header(source, destination, TCP, len(whole)) + whole)
    return head[:16] + struct.pack('!H', total) + head[18:] + payload


def udp(source, source_port, destination, destination_port, payload):
    head = struct.pack('!HHHH', source_port, destination_port, 8 + len(payload), 0)
    total = checksum(pseudo_header(source, destination, UDP, len(head) + len(payload)) + head + payload)
    return head[:6] + struct.pack('!H', total or 0xFFFF) + payload


def option_mss(size):
    return struct.pack('!BBH', 2, 4, size)


def option_window_scale(shift):
    return b'\x01' + struct.pack('!BBB', 3, 3, shift)


def option_fast_open(cookie):
    return struct.pack('!BB', 34, 2 + len(cookie)) + cookie


OPTION_SACK_PERMITTED = b'\x04\x02'


def option_timestamps(value, echo):
    return b'\x01\x01' + struct.pack('!BBII', 8, 10, value & 0xFFFFFFFF, echo & 0xFFFFFFFF)
