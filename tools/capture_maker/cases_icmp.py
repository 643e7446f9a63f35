"""Golden cases of ICMP and ICMPv6 errors that quote a connection."""

import ipaddress
import struct

from . import packets
from .cases_tls import hello_12
from .cases_tcp_odd import finish_12
from .tls import Tls, in_records
from .trace import own

ROUTER, ROUTER6 = '192.0.2.1', '2001:db8:ffff::1'
ICMP6 = 58
UNREACHABLE, REDIRECT, EXCEEDED = 3, 5, 11
UNREACHABLE6, TOO_BIG6 = 1, 2


def icmp(frame, kind, code, rest=0, room=28):
    """What a router says of the packet in an Ethernet frame: its first `room` bytes are quoted."""
    quote = frame[14:]
    victim = str(ipaddress.IPv4Address(quote[12:16]))
    message = struct.pack('!BBHI', kind, code, 0, rest) + quote[:room]
    message = message[:2] + struct.pack('!H', packets.checksum(message)) + message[4:]
    return packets.ethernet(packets.mac(9), packets.mac(1), packets.ETHERTYPE_IPV4,
                            packets.ipv4(ROUTER, victim, packets.ICMP, message))


def icmp6(frame, kind, code, rest=0):
    quote = frame[14:]
    victim = str(ipaddress.IPv6Address(quote[8:24]))
    message = struct.pack('!BBHI', kind, code, 0, rest) + quote[:1232]
    total = packets.checksum(packets.pseudo_header(ROUTER6, victim, ICMP6, len(message)) + message)
    message = message[:2] + struct.pack('!H', total) + message[4:]
    return packets.ethernet(packets.mac(9), packets.mac(1), packets.ETHERTYPE_IPV6,
                            packets.ipv6(ROUTER6, victim, ICMP6, message))


def icmp_errors(trace):
    """ICMP and ICMPv6 errors that quote a packet of a connection; the client's port tells them apart.

    - 50001: a firewall answers the SYN, and its repetition, with "administratively prohibited".
    - 50002: no route for an IPv6 SYN; the SYN is quoted with an extension header before it.
    - 50003: the server's flight does not fit: "fragmentation needed", MTU 1000, for each of its three
      sendings; eight bytes of the segment are quoted. Then the server gives up.
    - 50004: the same in IPv6, "packet too big" with MTU 1280, once: the server sends smaller segments,
      and all ends well.
    - 50005: the time to live of the SYN runs out; the quote is 128 bytes long, and behind it stand
      MPLS labels (RFC 4884).
    - 50006: a Redirect, which is no error, and an error about bytes that nobody ever sent, a forgery:
      the connection is completed without a word of them.

    At the end an error about a connection of which no packet was seen: it opens none.
    """
    talk = Tls(trace.random)
    connection = trace.connection(client=own(50_001))
    for _ in range(2):
        syn = connection.send('client', 'S', seq=connection.peers['client'].isn)
        trace.add(icmp(syn.data, UNREACHABLE, 13))
        trace.wait(1)

    connection = trace.connection(client=('2001:db8:1::2', 50_002), server=('2001:db8:2::20', 443),
                                  extensions=((60, bytes(6)),))
    trace.add(icmp6(connection.send('client', 'S').data, UNREACHABLE6, 0))

    connection = trace.connection(client=own(50_003))
    connection.open()
    connection.client(hello_12(talk))
    server = connection.peers['server']
    flight = in_records(talk.server_flight())[:connection.room]
    server.acknowledged = connection.peers['client'].next
    for pause in (0.2, 0.4, 0.8):
        lost = connection.send('server', 'A', flight, seq=server.next)
        trace.add(icmp(lost.data, UNREACHABLE, 4, 1000))
        trace.wait(pause)
    connection.send('server', 'RA')

    connection = trace.connection(client=('2001:db8:1::4', 50_004), server=('2001:db8:2::20', 443))
    connection.open()
    connection.client(hello_12(talk))
    server = connection.peers['server']
    server.acknowledged = connection.peers['client'].next
    flight = in_records(talk.server_flight())
    lost = connection.send('server', 'A', flight[:connection.room], seq=server.next)
    trace.add(icmp6(lost.data, TOO_BIG6, 0, 1280))
    connection.server(flight, cut=(1000,))
    connection.ack('client')
    connection.client(talk.client_finish())
    connection.server(talk.server_finish())
    connection.client(talk.application(200))
    connection.server(talk.application(900))
    connection.close()

    connection = trace.connection(client=own(50_005))
    syn = connection.send('client', 'S').data
    quote = syn[:14] + syn[14:].ljust(128, b'\0')
    labels = struct.pack('!BBHHBBI', 0x20, 0, 0, 8, 1, 1, 16_001 << 12 | 0x101)
    trace.add(icmp(quote + labels, EXCEEDED, 0, 128 // 4 << 16, room=200))

    connection = trace.connection(client=own(50_006))
    syn = connection.send('client', 'S').data
    trace.add(icmp(syn, REDIRECT, 1, 0x0A010001))
    forged = connection.packet('client', 'A', b'x', connection.peers['client'].isn + 1_000_000, 0)
    trace.add(icmp(forged, UNREACHABLE, 3))
    connection.send('server', 'SA')
    connection.ack('client')
    connection.client(hello_12(talk))
    finish_12(connection, talk)
    connection.close()

    stranger = trace.connection(client=own(50_007)).packet('client', 'S', b'', 1, 0)
    trace.add(icmp(stranger, UNREACHABLE, 1))


CASES = (icmp_errors,)
