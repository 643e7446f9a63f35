"""Golden cases of IP datagrams in fragments, and of captures that hold other things than TCP."""

import struct

from . import packets
from .cases_links import vxlan
from .cases_tls import complete_12, hello_12
from .cases_tcp_odd import finish_12
from .tls import Tls
from .trace import own

ETHERNET, IPV4, IPV6, FRAGMENT = 14, 20, 40, 44


def in_pieces(frame, size, ident=1):
    """The frame, its IP datagram cut into fragments whose payload is `size` bytes, or less the last."""
    head, packet = frame[:ETHERNET], frame[ETHERNET:]
    v6 = packet[0] >> 4 == 6
    fixed = IPV6 if v6 else IPV4
    payload = packet[fixed:]
    for at in range(0, len(payload), size):
        piece, more = payload[at:at + size], at + size < len(payload)
        if v6:
            extension = struct.pack('!BBHI', packet[6], 0, at | more, ident)
            yield head + packet[:4] + struct.pack('!HB', 8 + len(piece), FRAGMENT) + packet[7:40] + extension + piece
        else:
            ip = packet[:2] + struct.pack('!HHH', 20 + len(piece), ident, at // 8 | more << 13) + packet[8:10]
            ip += b'\0\0' + packet[12:20]
            yield head + ip[:10] + struct.pack('!H', packets.checksum(ip)) + ip[12:] + piece


class Shredder:
    """A connection's frames in fragments, in the order that `order` makes of them."""

    def __init__(self, trace, size, order=lambda pieces: pieces):
        self.trace, self.size, self.order, self.ident = trace, size, order, 0

    def add(self, frame):
        self.ident += 1
        *others, last = self.order(list(in_pieces(frame, self.size, self.ident)))
        for piece in others:
            self.trace.add(piece)
        return last


def turned_but_first(pieces):
    return pieces[:1] + pieces[:0:-1]


def twice(pieces):
    return [piece for piece in pieces[:-1] for _ in range(2)] + pieces[-1:]


def fragments(trace):
    """IPv4 and IPv6 datagrams in fragments; the client's port tells the connections apart.

    - 50001: every segment in IPv4 fragments of 512 bytes at most.
    - 50002: the same in IPv6.
    - 50003: the fragments behind the first one come in the opposite order.
    - 50004: a mirror shows every fragment but the last twice.
    - 50005: a tunnel (VXLAN) whose outer datagrams are fragmented, 1,480 bytes each.
    - 50006: fragments in a tunnel whose datagrams are fragmented too.
    - 50007: a fragment of the Client Hello is missing: its segment is not there.
    - 50008: before the first data a segment in fragments that overlap, with other bytes: it is none.

    Verdict: all completed; in 50007 bytes are missing.
    """
    talk = Tls(trace.random)
    v6 = {'client': ('2001:db8:1::10', 50_002), 'server': ('2001:db8:2::20', 443)}
    complete_12(trace.connection(client=own(50_001), wrap=Shredder(trace, 512).add), talk, requests=1)
    complete_12(trace.connection(**v6, wrap=Shredder(trace, 512).add), talk, requests=1)
    for port, order in ((50_003, turned_but_first), (50_004, twice)):
        complete_12(trace.connection(client=own(port), wrap=Shredder(trace, 256, order).add), talk, requests=1)

    outer = Shredder(trace, 1480)
    complete_12(trace.connection(client=own(50_005), wrap=lambda frame: outer.add(vxlan(frame))), talk, requests=1)
    inner = Shredder(trace, 800)

    def both(frame):
        inner.ident += 1
        *others, last = in_pieces(frame, inner.size, inner.ident)
        for piece in others:
            trace.add(outer.add(vxlan(piece)))
        return outer.add(vxlan(last))

    outer.size = 400
    complete_12(trace.connection(client=own(50_006), wrap=both), talk, requests=1)

    connection = trace.connection(client=own(50_007))
    connection.open()
    hello = connection.packet('client', 'PA', hello_12(talk), connection.peers['client'].next,
                              connection.peers['server'].next)
    first, _, *others = in_pieces(hello, 64, 7)
    for piece in (first, *others):
        trace.add(piece)
    connection.peers['client'].next += len(hello) - ETHERNET - IPV4 - 32
    connection.ack('server')
    finish_12(connection, talk)
    connection.close()

    connection = trace.connection(client=own(50_008))
    connection.open()
    bait = connection.packet('client', 'PA', b'G' * 80 + b'H' * 120, connection.peers['client'].next,
                             connection.peers['server'].next)
    first, second = in_pieces(bait, 128, 9)
    trace.add(first)
    trace.add(second[:ETHERNET + 6] + struct.pack('!H', 64 // 8) + second[ETHERNET + 8:])
    connection.client(hello_12(talk))
    finish_12(connection, talk)
    connection.close()


CASES = (fragments,)
