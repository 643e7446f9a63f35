"""Golden cases of TCP and of what lies below it. Each function's text is the case's README."""

import struct

from . import packets
from .cases_tls import complete_12, hello_12
from .tls import Tls, in_records
from .trace import Trace


def refused(trace):
    """A closed port: the SYN is answered with RST.

    Verdict: failed in the TCP handshake, refused, by the server.
    """
    connection = trace.connection(server=('10.2.0.20', 8443))
    connection.send('client', 'S')
    connection.send('server', 'RA')


def syn_timeout(trace):
    """A dead address: a SYN and its three repetitions after 1, 3 and 7 seconds, never answered.

    A later connection to another server moves the capture's clock on. Verdict: failed in the TCP
    handshake, syn_timeout, by the network; the later connection completed.
    """
    connection = trace.connection(server=('10.2.0.99', 443))
    isn = connection.peers['client'].isn
    connection.send('client', 'S')
    for pause in (1, 2, 4):
        trace.wait(pause)
        connection.send('client', 'S', seq=isn)
    trace.wait(30)
    complete_12(trace.connection(client=('10.1.0.10', 50_001)), Tls(trace.random), requests=1)


def half_open(trace):
    """A SYN-ACK that the client never acknowledges; the server repeats it twice.

    A later connection moves the capture's clock on. Verdict: failed in the TCP handshake,
    half_open; the later connection completed.
    """
    connection = trace.connection()
    isn = connection.peers['server'].isn
    connection.send('client', 'S')
    connection.send('server', 'SA')
    for pause in (1, 2):
        trace.wait(pause)
        connection.send('server', 'SA', seq=isn)
    trace.wait(30)
    complete_12(trace.connection(client=('10.1.0.10', 50_001)), Tls(trace.random), requests=1)


def plain_http(trace):
    """HTTP without TLS: a request, a response of three segments, FIN.

    Verdict: completed, without a TLS phase.
    """
    connection = trace.connection(server=('10.2.0.20', 80))
    connection.open()
    connection.client(b'GET /index.html HTTP/1.1\r\nHost: shop.example.test\r\n\r\n')
    connection.ack('server')
    body = b'<p>hello</p>\n' * 300
    connection.server(b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n' % len(body) + body)
    connection.ack('client')
    connection.close(first='server')


def http_on_tls_port(trace):
    """A Client Hello answered in plain HTTP, as nginx does on a port without TLS.

    Verdict: failed in the TLS handshake, not_tls, by the server.
    """
    connection = trace.connection(server=('10.2.0.20', 8080))
    connection.open()
    connection.client(hello_12(Tls(trace.random)))
    connection.server(b'HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nConnection: close\r\n\r\n')
    connection.close(first='server')


def silent_client(trace):
    """A connection that is opened and closed without a byte, as health checks do.

    Verdict: no TLS phase, nothing sent.
    """
    connection = trace.connection()
    connection.open()
    trace.wait(0.01)
    connection.close()


def vlan_qinq(trace):
    """The same TLS connection behind one 802.1Q tag, and another behind two tags (802.1ad).

    Verdict: both completed, the records name the VLANs, outermost first.
    """
    talk = Tls(trace.random)
    complete_12(trace.connection(tags=((packets.TAG_8021Q, 120),)), talk, requests=1)
    complete_12(trace.connection(client=('10.1.0.10', 50_001),
                                 tags=((packets.TAG_8021AD, 300), (packets.TAG_8021Q, 120))), talk, requests=1)


def ipv6_extension_headers(trace):
    """TLS over IPv6, plain and behind hop-by-hop, routing and destination options headers.

    Verdict: both completed.
    """
    talk = Tls(trace.random)
    client, server = '2001:db8:1::10', '2001:db8:2::20'
    complete_12(trace.connection(client=(client, 50_000), server=(server, 443)), talk, requests=1)
    padding = b'\x01\x04\0\0\0\0'
    segment_routing = b'\x04\0\0\0\0\0' + bytes(16)  # RFC 8754, no segment left
    extensions = ((0, padding), (43, segment_routing), (60, padding))
    complete_12(trace.connection(client=(client, 50_001), server=(server, 443), extensions=extensions), talk,
                requests=1)


def ipv4_options(trace):
    """TLS over IPv4 headers with options (record route), and short frames padded to 60 bytes.

    The padding is no payload: pure ACKs stay pure ACKs. Verdict: both completed.
    """
    talk = Tls(trace.random)
    route = bytes((7, 7, 4, 0, 0, 0, 0, 0))
    complete_12(trace.connection(ip_options=route), talk, requests=1)
    complete_12(trace.connection(client=('10.1.0.10', 50_001), options=False, pad_to=60), talk, requests=1)


def fragments_and_others(trace):
    """A TLS connection among what a mirror port also shows.

    ARP, UDP, ICMP, an IPv4 datagram in two fragments, an IPv6 fragment, a spanning-tree frame and
    a frame of 14 bytes that ends before its IP header. Verdict: one connection, completed, and one of
    which the put-together datagram is all that was seen; the rest is counted by kind.
    """
    one, other = packets.mac(1), packets.mac(2)
    arp = struct.pack('!HHBBH', 1, 0x0800, 6, 4, 1) + one + bytes((10, 1, 0, 10)) + bytes(6) + bytes((10, 1, 0, 1))
    trace.add(packets.ethernet(one, b'\xff' * 6, packets.ETHERTYPE_ARP, arp, pad_to=60))

    def add_ipv4(packet):
        trace.add(packets.ethernet(one, other, packets.ETHERTYPE_IPV4, packet))

    query = packets.udp('10.1.0.10', 40_000, '10.1.0.1', 53, bytes(30))
    add_ipv4(packets.ipv4('10.1.0.10', '10.1.0.1', packets.UDP, query))
    echo = b'\x08\0' + struct.pack('!H', packets.checksum(b'\x08\0\0\0' + bytes(12))) + bytes(12)
    add_ipv4(packets.ipv4('10.1.0.10', '10.1.0.1', packets.ICMP, echo))
    connection = trace.connection()
    segment = packets.tcp('10.1.0.10', 50_777, '10.2.0.20', 443, 1, 1, 'PA', bytes(1200))
    for offset, more, part in ((0, True, segment[:800]), (100, False, segment[800:])):
        add_ipv4(packets.ipv4('10.1.0.10', '10.2.0.20', packets.TCP, part, 4711, offset=offset, more=more))
    fragment = packets.ipv6('2001:db8:1::10', '2001:db8:2::20', packets.TCP, bytes(400),
                            extensions=((44, struct.pack('!HI', 0x0001, 99)),))
    trace.add(packets.ethernet(one, other, packets.ETHERTYPE_IPV6, fragment))
    trace.add(packets.ethernet(one, b'\x01\x80\xc2\0\0\0', 39, b'\x42\x42\x03' + bytes(36), pad_to=60))
    add_ipv4(b'')
    complete_12(connection, Tls(trace.random), requests=1)


def midstream(trace):
    """A capture that begins in the middle of a connection, with encrypted data, and sees its end.

    Verdict: unknown, since nobody saw it begin; roles are guessed from the first packet.
    """
    talk, connection = Tls(trace.random), trace.connection()
    for peer in connection.peers.values():
        peer.next = (peer.isn + 9_000) & 0xFFFFFFFF
    for _ in range(2):
        connection.client(talk.application(300))
        connection.server(talk.application(900))
        connection.ack('client')
    connection.close()


def cut_by_capture(trace):
    """A capture that ends while its connections still live.

    One in its data phase, one in the middle of its TLS handshake, one that has only sent a SYN.
    Verdict: none of them has failed; they are cut by the end of the capture.
    """
    talk, first = Tls(trace.random), trace.connection()
    first.open()
    first.client(hello_12(talk))
    first.server(in_records(talk.server_flight()))
    first.ack('client')
    first.client(talk.client_finish())
    first.server(talk.server_finish())
    first.client(talk.application(300))
    second = trace.connection(client=('10.1.0.10', 50_001))
    second.open()
    second.client(hello_12(talk))
    trace.connection(client=('10.1.0.10', 50_002)).send('client', 'S')


def one_sided(trace):
    """Only the client's packets reach the probe, as when a mirror forgets one direction.

    Verdict: told with the confidence one_sided; nothing is claimed of the server.
    """
    both = Trace(seed=7, start=trace.now, step=trace.step)
    connection = both.connection()
    complete_12(connection, Tls(both.random))
    client = connection.peers['client'].mac
    trace.frames = [frame for frame in both.frames if frame.data[6:12] == client]


def capture_loss(trace):
    """The probe missed the middle segment of the server's flight; the endpoints did not.

    Verdict: completed; the handshake is marked with capture_loss.
    """
    talk, connection = Tls(trace.random), trace.connection()
    connection.open()
    connection.client(hello_12(talk))
    connection.server(in_records(talk.server_flight()), cut=(1000, 800), lose=(1,))
    connection.ack('client')
    connection.client(talk.client_finish())
    connection.server(talk.server_finish())
    connection.client(talk.application(300))
    connection.server(talk.application(700))
    connection.close()


def short_snap_length(trace):
    """A capture that keeps 96 bytes of each frame.

    The hellos are cut, lengths are known from the headers. Verdict: the connection is followed by
    its sequence numbers to the FINs; no names are claimed.
    """
    trace.snap_length = 96
    complete_12(trace.connection(), Tls(trace.random))


def doubled_by_mirror(trace):
    """Every packet twice, four microseconds apart, as a port mirrored on both its ways shows it.

    Verdict: completed; the second copies are counted as duplicates, not as retransmissions.
    """
    complete_12(trace.connection(), Tls(trace.random), requests=1)
    for frame in list(trace.frames):
        trace.repeat(frame)
    trace.frames.sort(key=lambda frame: frame.time)


def port_reuse(trace):
    """The client uses the same port three times.

    The second connection begins 20 ms after the first was closed, the third while the second is
    still open. Verdict: three connections; the first and the last completed.
    """
    talk = Tls(trace.random)
    complete_12(trace.connection(), talk, requests=1)
    trace.wait(0.02)
    second = trace.connection()
    second.open()
    second.client(hello_12(talk))
    second.ack('server')
    trace.wait(2)
    complete_12(trace.connection(), talk, requests=1)


def reset_after_close(trace):
    """A RST after an orderly close, and a RST in the data phase.

    Many servers send the first kind. Verdict: the first connection completed in spite of it; the
    second failed in the data phase, reset, by the client.
    """
    talk, connection = Tls(trace.random), trace.connection()
    complete_12(connection, talk, requests=1)
    connection.send('server', 'R')
    second = trace.connection(client=('10.1.0.10', 50_001))
    second.open()
    second.client(hello_12(talk))
    second.server(in_records(talk.server_flight()))
    second.client(talk.client_finish())
    second.server(talk.server_finish())
    second.client(talk.application(300))
    second.server(talk.application(1200))
    second.reset('client')


CASES = (
    refused, syn_timeout, half_open, plain_http, http_on_tls_port, silent_client, vlan_qinq,
    ipv6_extension_headers, ipv4_options, fragments_and_others, midstream, cut_by_capture, one_sided,
    capture_loss, short_snap_length, doubled_by_mirror, port_reuse, reset_after_close,
)
