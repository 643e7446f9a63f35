"""Golden cases of what TCP allows and seldom shows. Several connections a capture, told apart by the
client's port."""

from .cases_tls import complete_12, hello_12
from .tls import Tls, in_records
from .trace import own


def finish_12(connection, talk):
    """From the server's flight to a request and its answer."""
    connection.server(in_records(talk.server_flight()))
    connection.ack('client')
    connection.client(talk.client_finish())
    connection.server(talk.server_finish())
    connection.client(talk.application(300))
    connection.server(talk.application(700))


def tcp_openings(trace):
    """Unusual ways to open a connection; the client's port tells them apart.

    - 50001: simultaneous open (RFC 9293, figure 7): both send SYN, then SYN-ACK. The sender of the
      first SYN is the client.
    - 50002: Fast Open (RFC 7413): the SYN carries the Client Hello, the SYN-ACK acknowledges it.
    - 50003: Fast Open that the server ignores: its SYN-ACK acknowledges the SYN alone, the client
      sends the hello again.
    - 50004: the server forgets and answers the repeated SYN under a new ISN, which the client
      acknowledges.
    - 50005: a SYN with another ISN on a connection that was only begun: two connections, the first
      of them never answered.
    - 50006: a port scanner: SYN, SYN-ACK, and a RST from the client without ACK.
    - 50007: the SYN is answered by a RST without ACK, which the client's stack ignores (RFC 9293,
      section 3.10.7.3), and the handshake goes on.

    Verdict: 50001 to 50004, the second of 50005, and 50007 completed; 50006 was reset by the client.
    """
    talk = Tls(trace.random)

    connection = trace.connection(client=own(50_001))
    for side in ('client', 'server'):
        connection.send(side, 'S')
    for side in ('client', 'server'):
        connection.send(side, 'SA', seq=connection.peers[side].isn)
    connection.client(hello_12(talk))
    finish_12(connection, talk)
    connection.close()

    for port, ignored in ((50_002, False), (50_003, True)):
        connection = trace.connection(client=own(port), fast_open=b'\x51\x52\x53\x54\x55\x56\x57\x58')
        hello = hello_12(talk)
        connection.send('client', 'S', hello)
        if ignored:
            connection.peers['client'].next = (connection.peers['client'].isn + 1) & 0xFFFFFFFF
        connection.send('server', 'SA')
        if ignored:
            connection.client(hello)
        else:
            connection.ack('client')
        finish_12(connection, talk)
        connection.close()

    connection = trace.connection(client=own(50_004))
    connection.send('client', 'S')
    connection.send('server', 'SA', lost=True)
    trace.wait(1)
    connection.send('client', 'S', seq=connection.peers['client'].isn)
    connection.send('server', 'SA', seq=connection.peers['server'].isn)
    server = connection.peers['server']
    server.isn = (server.isn + 77_000_000) & 0xFFFFFFFF
    server.next = (server.isn + 1) & 0xFFFFFFFF
    connection.send('server', 'SA', seq=server.isn)
    connection.ack('client')
    connection.client(hello_12(talk))
    finish_12(connection, talk)
    connection.close()

    trace.connection(client=own(50_005)).send('client', 'S')
    trace.wait(3)
    complete_12(trace.connection(client=own(50_005)), talk, requests=1)

    connection = trace.connection(client=own(50_006))
    connection.send('client', 'S')
    connection.send('server', 'SA')
    connection.send('client', 'R')

    connection = trace.connection(client=own(50_007))
    connection.send('client', 'S')
    connection.send('server', 'R', seq=0)
    connection.send('server', 'SA')
    connection.ack('client')
    connection.client(hello_12(talk))
    finish_12(connection, talk)
    connection.close()


def tcp_closings(trace):
    """Unusual ways to close a connection; the client's port tells them apart.

    - 50001: half-close: the client's FIN, then three more segments of the server, then its FIN.
    - 50002: both FINs cross, both are acknowledged.
    - 50003: the client's FIN is sent three times before it is acknowledged.
    - 50004: the server answers the FIN with RST.
    - 50005: the client closes with data unread: what still comes is answered with RST.
    - 50006, 50007: in the middle of the data the server sends RST, with ACK and without.
    - 50008: the client's FIN is acknowledged, and then the capture ends.

    Verdict: 50001 to 50003 closed by FIN; 50004 completed, torn down by RST after a FIN; 50005 aborted by the client;
    50006 and 50007 reset by the server in the data phase; 50008 half closed.
    """
    talk = Tls(trace.random)

    def open_(port):
        connection = trace.connection(client=own(port))
        connection.open()
        connection.client(hello_12(talk))
        finish_12(connection, talk)
        return connection

    connection = open_(50_001)
    connection.send('client', 'FA')
    connection.ack('server')
    for _ in range(3):
        connection.server(talk.application(1200))
        connection.ack('client')
    connection.send('server', 'FA')
    connection.ack('client')

    connection = open_(50_002)
    start = connection.peers['client'].next, connection.peers['server'].next
    connection.send('client', 'FA', ack=start[1])
    connection.send('server', 'FA', ack=start[0])
    connection.ack('client')
    connection.ack('server')

    connection = open_(50_003)
    start = connection.peers['client'].next
    connection.send('client', 'FA')
    for _ in range(2):
        trace.wait(0.3)
        connection.send('client', 'FA', seq=start)
    connection.ack('server')
    connection.send('server', 'FA')
    connection.ack('client')

    connection = open_(50_004)
    connection.send('client', 'FA')
    connection.send('server', 'RA')

    connection = open_(50_005)
    connection.send('client', 'FA')
    connection.server(talk.application(1200))
    connection.send('client', 'R')

    for port, with_ack in ((50_006, True), (50_007, False)):
        open_(port).reset('server', with_ack)

    connection = open_(50_008)
    connection.send('client', 'FA')
    connection.ack('server')


def tcp_sequences(trace):
    """Sequence space in odd moments; the client's port tells the connections apart.

    - 50001: the sequence numbers of both sides wrap inside the TLS handshake.
    - 50002: an idle connection: keep-alives without and with a byte, and their answers. They are no
      data and no retransmissions.
    - 50003: the client's window closes; the server probes it with a byte; it opens again.
    - 50004: the second half of the Client Hello waits for the first and comes again with other bytes
      meanwhile: those that came first count, the server name is `shop.example.test`.
    - 50005: in the data phase a segment comes late, another is lost before the probe and sent again, a
      third comes twice: two out of order, one retransmission.

    Verdict: all completed.
    """
    talk = Tls(trace.random)
    complete_12(trace.connection(client=own(50_001), isn=(0xFFFFFF80, 0xFFFFFA00)), talk, requests=1)

    def begun(port):
        connection = trace.connection(client=own(port))
        connection.open()
        connection.client(hello_12(talk))
        finish_12(connection, talk)
        connection.ack('client')
        return connection

    connection = begun(50_002)
    for payload in (b'', b'\0'):
        trace.wait(45)
        connection.send('client', 'A', payload, seq=connection.peers['client'].next - 1)
        connection.ack('server')
    connection.close()

    connection = begun(50_003)
    connection.server(talk.application(1300))
    connection.send('client', 'A', window=0)
    trace.wait(0.5)
    start = connection.peers['server'].next
    rest = talk.application(1300)
    connection.send('server', 'A', rest[:1], seq=start)
    connection.send('client', 'A', window=0, ack=start)
    trace.wait(0.5)
    connection.send('client', 'A', ack=start)
    connection.server(rest)
    connection.ack('client')
    connection.close()

    connection = trace.connection(client=own(50_004))
    connection.open()
    hello = hello_12(talk)
    start, half = connection.peers['client'].next, hello.index(b'shop')
    forged = hello[half:].replace(b'shop.example.test', b'evil.example.test')
    for begin, part in ((half, hello[half:]), (half, forged), (0, hello[:half])):
        connection.send('client', 'PA', part, seq=start + begin)
    connection.peers['client'].next = (start + len(hello)) & 0xFFFFFFFF
    finish_12(connection, talk)
    connection.close()

    connection = begun(50_005)
    connection.client(talk.application(200))
    answer = b''.join(talk.application(1400) for _ in range(5))
    room, start = connection.room, connection.peers['server'].next
    connection.server(answer, order=(0, 2, 1, 3, 4), lose=(3,))
    connection.ack('client')
    trace.wait(0.2)
    connection.send('server', 'A', answer[3 * room:4 * room], seq=start + 3 * room)
    connection.send('server', 'PA', answer[4 * room:], seq=start + 4 * room)
    connection.ack('client')
    connection.close()


def hello_never_whole(trace):
    """The probe misses a part of a hello, which the other side has and acknowledges.

    - 50001: the second of the Client Hello's three segments is missing, which the server
      acknowledges with its answer: no name is told, the rest is followed to its end.
    - 50002: the first segment of the server's flight, with the Server Hello, is missing: version and
      suite are not known.

    Verdict: completed, both marked with capture_loss.
    """
    talk = Tls(trace.random)
    connection = trace.connection(client=own(50_001))
    connection.open()
    connection.client(hello_12(talk, pad=1500), cut=(120, 700), lose=(1,))
    connection.ack('server')
    finish_12(connection, talk)
    connection.close()

    connection = trace.connection(client=own(50_002))
    connection.open()
    connection.client(hello_12(talk))
    connection.server(in_records(talk.server_flight()), cut=(1000,), lose=(0,))
    connection.ack('client')
    connection.client(talk.client_finish())
    connection.server(talk.server_finish())
    connection.client(talk.application(300))
    connection.server(talk.application(700))
    connection.close()


CASES = (tcp_openings, tcp_closings, tcp_sequences, hello_never_whole)
