"""What a NIC does before a packet comes to a program: which queue takes it, which port of a tap."""

import functools
import struct
from typing import NamedTuple, Optional

TAGS = (0x8100, 0x88A8, 0x9100)
IPV4, IPV6, TCP, UDP = 0x0800, 0x86DD, 6, 17
SYMMETRIC_KEY = b'\x6d\x5a' * 20
TABLE = 128  # entries of the redirection table, filled with the queues in turn


class Ends(NamedTuple):
    """Of the outermost IP header. Ports are missing in fragments and other protocols."""
    source: bytes
    target: bytes
    source_port: Optional[bytes]
    target_port: Optional[bytes]


def ends(frame):
    """Nothing, if a NIC sees no IP there."""
    position = 12
    kind = int.from_bytes(frame[position:position + 2], 'big')
    for _ in range(2):
        if kind in TAGS:
            position += 4
            kind = int.from_bytes(frame[position:position + 2], 'big')
    packet = frame[position + 2:]
    if kind == IPV4 and len(packet) >= 20 and packet[0] >> 4 == 4:
        head, addresses, protocol = (packet[0] & 15) * 4, (packet[12:16], packet[16:20]), packet[9]
        fragment = int.from_bytes(packet[6:8], 'big') & 0x3FFF
    elif kind == IPV6 and len(packet) >= 40 and packet[0] >> 4 == 6:
        head, addresses, protocol, fragment = 40, (packet[8:24], packet[24:40]), packet[6], 0
    else:
        return None
    if protocol not in (TCP, UDP) or fragment or len(packet) < head + 4:
        return Ends(*addresses, None, None)
    return Ends(*addresses, packet[head:head + 2], packet[head + 2:head + 4])


def toeplitz(data, key=SYMMETRIC_KEY):
    """The 32 bits of Microsoft's RSS hash; `key` must be 4 bytes longer than `data`."""
    bits, width, result = int.from_bytes(key, 'big'), len(key) * 8, 0
    for i in range(len(data) * 8):
        if data[i // 8] >> 7 - i % 8 & 1:
            result ^= bits >> width - 32 - i & 0xFFFFFFFF
    return result


@functools.lru_cache(maxsize=None)
def of_word(word):
    return toeplitz(struct.pack('>H', word))


def symmetric(data):
    """toeplitz() with the symmetric key, which repeats every 16 bits: only the sum of the words counts."""
    word = 0
    for part in struct.unpack(f'>{len(data) // 2}H', data):
        word ^= part
    return of_word(word)


def queue_of(frame, queues):
    """What is no IP goes to the first."""
    if queues == 1 or (found := ends(frame)) is None:
        return 0
    return symmetric(b''.join(part for part in found if part)) % TABLE % queues


class Tap:
    """Two ports, as of a tap in the line: what the client sends comes in on the first, what the server
    sends on the second. The client is who speaks first."""

    def __init__(self):
        self.clients = {}

    def port_of(self, frame):
        found = ends(frame)
        if found is None:
            return 0
        one, other = (found.source, found.source_port), (found.target, found.target_port)
        return 0 if self.clients.setdefault(frozenset((one, other)), one) == one else 1


def spread(packets, ports, queues):
    """{(port, queue): its packets, in order}"""
    lanes = {(port, queue): [] for port in range(ports) for queue in range(queues)}
    tap = Tap()
    for packet in packets:
        port = tap.port_of(packet.data) if ports == 2 else 0
        lanes[port, queue_of(packet.data, queues)].append(packet)
    return lanes
