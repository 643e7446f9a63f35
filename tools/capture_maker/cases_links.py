"""Golden cases of what carries TCP/IP: link types, tags, tunnels."""

import ipaddress
import struct

from . import files, packets
from .cases_tls import complete_12
from .tls import Tls

CLIENT = '10.1.0.10'
ETHERNET_HEADER = 14
OUTER = '192.0.2.1', '192.0.2.2'
PROTOCOL_IPV4, PROTOCOL_IPV6, PROTOCOL_GRE = 4, 41, 47
TEB, ERSPAN, ERSPAN_III, MPLS, PPPOE = 0x6558, 0x88BE, 0x22EB, 0x8847, 0x8864


def split(frame):
    """EtherType and what it announces."""
    return struct.unpack('!H', frame[12:ETHERNET_HEADER])[0], frame[ETHERNET_HEADER:]


def outer_ethernet(ethertype, payload, tags=()):
    return packets.ethernet(packets.mac(101), packets.mac(102), ethertype, payload, tags)


def outer_ip(protocol, payload):
    return outer_ethernet(packets.ETHERTYPE_IPV4, packets.ipv4(*OUTER, protocol, payload))


def outer_ipv6(protocol, payload):
    ends = [str(ipaddress.IPv6Address(f'2001:db8:ffff::{x}')) for x in (1, 2)]
    return outer_ethernet(packets.ETHERTYPE_IPV6, packets.ipv6(*ends, protocol, payload))


def outer_udp(port, payload):
    return outer_ip(packets.UDP, packets.udp(OUTER[0], 50_000, OUTER[1], port, payload))


def gre(protocol, payload, flags=0, fields=b''):
    return struct.pack('!HH', flags, protocol) + fields + payload


def mpls(packet, labels=(16_001, 24)):
    stack = [struct.pack('!I', label << 12 | (label == labels[-1]) << 8 | 64) for label in labels]
    return b''.join(stack) + packet


def erspan_ii(frame, session=7):
    header = struct.pack('!HHI', 0x1000 | 120, session, 0)
    return outer_ip(PROTOCOL_GRE, gre(ERSPAN, header + frame, 0x1000, struct.pack('!I', 1)))


def erspan_iii(frame, session=7):
    header = struct.pack('!HHIHH', 0x2000 | 120, session, 1_000_000, 0, 0)
    return outer_ip(PROTOCOL_GRE, gre(ERSPAN_III, header + frame, 0x1000, struct.pack('!I', 1)))


def vxlan(frame):
    return outer_udp(4789, struct.pack('!II', 0x08000000, 5001 << 8) + frame)


def geneve(frame):
    option = struct.pack('!HBBI', 0x0102, 3, 1, 77)
    return outer_udp(6081, struct.pack('!BBHI', len(option) // 4, 0, TEB, 5001 << 8) + option + frame)


def gtp_u(frame):
    packet = split(frame)[1]
    return outer_udp(2152, struct.pack('!BBHI', 0x30, 0xFF, len(packet), 0x1234) + packet)


def pppoe(frame):
    ethertype, packet = split(frame)
    protocol = 0x0021 if ethertype == packets.ETHERTYPE_IPV4 else 0x0057
    return outer_ethernet(PPPOE, struct.pack('!BBHHH', 0x11, 0, 1, len(packet) + 2, protocol) + packet)


# What the record's `tunnel` is expected to say, and what puts a frame in there.
WRAPPINGS = (
    ('MPLS', lambda frame: outer_ethernet(MPLS, mpls(split(frame)[1]))),
    ('PPPoE', pppoe),
    ('GRE with a key', lambda frame: outer_ip(PROTOCOL_GRE, gre(*split(frame), 0x2000, struct.pack('!I', 9)))),
    ('GRE with Ethernet', lambda frame: outer_ip(PROTOCOL_GRE, gre(TEB, frame))),
    ('ERSPAN I', lambda frame: outer_ip(PROTOCOL_GRE, gre(ERSPAN, frame))),
    ('ERSPAN II', erspan_ii),
    ('ERSPAN III', erspan_iii),
    ('VXLAN', vxlan),
    ('GENEVE with an option', geneve),
    ('GTP-U', gtp_u),
    ('IP in IP', lambda frame: outer_ip(PROTOCOL_IPV4, split(frame)[1])),
    ('IPv4 in IPv6', lambda frame: outer_ipv6(PROTOCOL_IPV4, split(frame)[1])),
    ('IPv6 in IPv4', lambda frame: outer_ip(PROTOCOL_IPV6, split(frame)[1])),
    ('VXLAN in ERSPAN II', lambda frame: erspan_ii(vxlan(frame))),
)


def tunnels(trace):
    """One TLS connection in each kind of tunnel, in this order, from port 50001 on:

    MPLS, PPPoE, GRE with a key, GRE with Ethernet, ERSPAN I, II and III, VXLAN, GENEVE with an
    option, GTP-U, IP in IP, IPv4 in IPv6, IPv6 in IPv4, VXLAN in ERSPAN II.

    Verdict: all completed; the records name the tunnels, the endpoints are the inner ones.
    """
    talk = Tls(trace.random)
    for number, (name, wrap) in enumerate(WRAPPINGS):
        ends = {'client': (CLIENT, 50_001 + number)}
        if name == 'IPv6 in IPv4':
            ends = {'client': ('2001:db8:1::10', 50_001 + number), 'server': ('2001:db8:2::20', 443)}
        complete_12(trace.connection(wrap=wrap, mss=1300, **ends), talk, requests=1)


def tag(ethertype, header):
    """Puts a tag between a frame's addresses and its type."""
    return lambda frame: frame[:12] + struct.pack('!H', ethertype) + header + frame[12:]


def l2tp(frame):
    ethertype, packet = split(frame)
    ppp = struct.pack('!HH', 0xFF03, 0x0021 if ethertype == packets.ETHERTYPE_IPV4 else 0x0057) + packet
    return outer_udp(1701, struct.pack('!HHHH', 0x4002, 8 + len(ppp), 7, 9) + ppp)


def capwap(frame):
    """802.11 to the access point's controller, as 802.3 frames."""
    return outer_udp(5247, struct.pack('!II', 2 << 19 | 1 << 9, 0) + frame)


def tzsp(frame):
    return outer_udp(37_008, struct.pack('!BBHBBBB', 1, 0, 1, 10, 1, 0xC8, 1) + frame)


def eoip(frame):
    return outer_ip(PROTOCOL_GRE, struct.pack('!HHH', 0x2001, 0x6400, len(frame)) + struct.pack('<H', 7) + frame)


MORE_WRAPPINGS = (
    ('Cisco metadata', tag(0x8909, struct.pack('!BBHH', 1, 1, 1, 100))),
    ('VXLAN with reserved bits', lambda frame: outer_udp(4789, struct.pack('!II', 0xFFFFFFFF, 5001 << 8 | 255) + frame)),
    ('L2TP', l2tp),
    ('L2TPv3 over IP', lambda frame: outer_ip(115, struct.pack('!IQ', 9, 0x0102030405060708) + frame)),
    ('GRE in UDP', lambda frame: outer_udp(4754, gre(*split(frame)))),
    ('802.1ah', lambda frame: outer_ethernet(0x88E7, struct.pack('!I', 5001) + frame, ((packets.TAG_8021AD, 40),))),
    ('VN-Tag', tag(0x8926, struct.pack('!I', 0x80010002))),
    ('CAPWAP', capwap),
    ('EoIP', eoip),
    ('WCCP', lambda frame: outer_ip(PROTOCOL_GRE, gre(0x883E, struct.pack('!I', 0x00000102) + split(frame)[1]))),
    ('TZSP', tzsp),
    ('LISP', lambda frame: outer_udp(4341, struct.pack('!II', 0xC0000001, 1) + split(frame)[1])),
    ('NSH', lambda frame: outer_ethernet(0x894F, struct.pack('!HBBI', 0x0FC2, 2, 3, 0x1FF) + frame)),
    ('MPLS in UDP', lambda frame: outer_udp(6635, mpls(split(frame)[1]))),
    ('MACsec without encryption', tag(0x88E5, struct.pack('!BBI', 0, 0, 1))),
)


def tunnels_more(trace):
    """One TLS connection in each of these, in this order, from port 50001 on:

    Cisco metadata, VXLAN with all reserved bits set, L2TP, L2TPv3 over IP with a cookie, GRE in UDP,
    802.1ah behind a B-TAG, VN-Tag, CAPWAP data, EoIP, WCCP's GRE, TZSP, LISP, NSH, MPLS in UDP, MACsec
    without encryption.

    Verdict: all completed; the records name those that are tunnels, the endpoints are the inner ones.
    """
    talk = Tls(trace.random)
    for number, (_, wrap) in enumerate(MORE_WRAPPINGS):
        complete_12(trace.connection(wrap=wrap, mss=1300, client=(CLIENT, 50_001 + number)), talk, requests=1)


def _over(trace, link, wrap):
    talk = Tls(trace.random)
    trace.form = {'link': link}
    complete_12(trace.connection(wrap=wrap), talk, requests=1)
    complete_12(trace.connection(client=('2001:db8:1::10', 50_001), server=('2001:db8:2::20', 443), wrap=wrap), talk,
                requests=1)


def link_raw(trace):
    """Packets that begin with their IP header (link type 101), one connection each over IPv4 and IPv6.

    Verdict: both completed.
    """
    _over(trace, files.LINK_RAW, lambda frame: split(frame)[1])


def link_null(trace):
    """BSD's loopback (link type 0): four bytes of address family in the machine's own order.

    Verdict: both completed, over IPv4 and over IPv6.
    """
    family = {packets.ETHERTYPE_IPV4: 2, packets.ETHERTYPE_IPV6: 30}
    _over(trace, files.LINK_NULL, lambda frame: struct.pack('<I', family[split(frame)[0]]) + split(frame)[1])


def link_cooked(trace):
    """Linux's cooked capture, as of `tcpdump -i any` (link type 113, LINUX_SLL).

    Verdict: both completed, over IPv4 and over IPv6.
    """
    _over(trace, files.LINK_SLL,
          lambda frame: struct.pack('!HHH8s', 0, 1, 6, frame[6:12]) + frame[12:])


def link_cooked_2(trace):
    """Linux's cooked capture of the second kind (link type 276, LINUX_SLL2).

    Verdict: both completed, over IPv4 and over IPv6.
    """
    _over(trace, files.LINK_SLL2, lambda frame: struct.pack('!HHIHBB8s', split(frame)[0], 0, 2, 1, 0, 6,
                                                            frame[6:12]) + split(frame)[1])


def link_ppp(trace):
    """PPP with address and control bytes (link type 9).

    Verdict: both completed, over IPv4 and over IPv6.
    """
    protocol = {packets.ETHERTYPE_IPV4: 0x0021, packets.ETHERTYPE_IPV6: 0x0057}
    _over(trace, files.LINK_PPP, lambda frame: struct.pack('!HH', 0xFF03, protocol[split(frame)[0]]) + split(frame)[1])


def link_fddi(trace):
    """FDDI (link type 10): frame control and addresses, then LLC and SNAP.

    Verdict: both completed, over IPv4 and over IPv6.
    """
    _over(trace, files.LINK_FDDI, lambda frame: b'\x50' + frame[:12] + b'\xaa\xaa\x03\0\0\0' + frame[12:])


def link_ppi(trace):
    """PPI (link type 192): a header with a field, then frames of Ethernet.

    Verdict: both completed, over IPv4 and over IPv6.
    """
    header = struct.pack('<BBHIHH4s', 0, 0, 16, files.LINK_ETHERNET, 2, 4, b'')
    _over(trace, files.LINK_PPI, lambda frame: header + frame)


def mapped_addresses(trace):
    """IPv6 packets between IPv4-mapped addresses (::ffff:10.1.0.10), beside IPv4 packets between 10.1.0.10 and
    10.2.0.20 from the same port.

    Verdict: two connections, both completed; the first one's addresses are IPv6.
    """
    talk = Tls(trace.random)
    mapped = {'client': ('::ffff:10.1.0.10', 50_001), 'server': ('::ffff:10.2.0.20', 443)}
    complete_12(trace.connection(**mapped), talk, requests=1)
    complete_12(trace.connection(client=(CLIENT, 50_001)), talk, requests=1)


CASES = (tunnels, tunnels_more, link_raw, link_null, link_cooked, link_cooked_2, link_ppp, link_fddi,
         link_ppi, mapped_addresses)
