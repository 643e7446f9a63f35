"""Capture file formats: pcap in its variants, pcapng."""

import struct

LINK_NULL, LINK_ETHERNET, LINK_PPP, LINK_RAW, LINK_SLL, LINK_SLL2 = 0, 1, 9, 101, 113, 276
LINK_FDDI, LINK_PPI = 10, 192

MICROSECONDS, NANOSECONDS = 0xA1B2C3D4, 0xA1B23C4D


def pcap(frames, link=LINK_ETHERNET, snap_length=262_144, order='<', magic=MICROSECONDS):
    """The classic format; `order` as of struct."""
    scale = 1000 if magic == NANOSECONDS else 1
    parts = [struct.pack(order + 'IHHiIII', magic, 2, 4, 0, 0, snap_length, link)]
    for frame in frames:
        seconds, micros = divmod(frame.time, 1_000_000)
        parts.append(struct.pack(order + 'IIII', seconds, micros * scale, len(frame.data), frame.length))
        parts.append(frame.data)
    return b''.join(parts)


def block(order, kind, body):
    body += bytes(-len(body) % 4)
    return struct.pack(order + 'II', kind, 12 + len(body)) + body + struct.pack(order + 'I', 12 + len(body))


def option(order, code, value):
    return struct.pack(order + 'HH', code, len(value)) + value + bytes(-len(value) % 4)


def pcapng(frames, interfaces, order='<'):
    """`interfaces`: (link type, snap length, if_tsresol as power of ten) each; a frame's `interface`
    says to which it belongs."""
    parts = [block(order, 0x0A0D0D0A, struct.pack(order + 'IHHq', 0x1A2B3C4D, 1, 0, -1))]
    for link, snap_length, resolution in interfaces:
        parts.append(block(order, 1, struct.pack(order + 'HHI', link, 0, snap_length) +
                           option(order, 9, bytes((resolution,))) + option(order, 0, b'')))
    for frame in frames:
        resolution = interfaces[frame.interface][2]
        time = frame.time * 10 ** resolution // 1_000_000
        parts.append(block(order, 6, struct.pack(order + 'IIIII', frame.interface, time >> 32,
                                                 time & 0xFFFFFFFF, len(frame.data), frame.length) + frame.data))
    return b''.join(parts)
