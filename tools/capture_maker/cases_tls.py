"""Golden cases of the TLS handshake. Each function writes one capture; its text is the case's README."""

from . import tls
from .tls import TLS10, TLS12, TLS13, Tls, in_records

CERTIFICATE_UNKNOWN, HANDSHAKE_FAILURE, DECODE_ERROR, CLOSE_NOTIFY = 46, 40, 50, 0


def hello_12(talk, **how):
    return in_records(talk.client_hello(**how), version=TLS10)


def hello_13(talk, **how):
    return hello_12(talk, versions=(TLS13, TLS12), **how)


def complete_12(connection, talk, requests=2):
    """From SYN to the last ACK, nothing unusual."""
    connection.open()
    connection.client(hello_12(talk))
    connection.ack('server')
    connection.server(in_records(talk.server_flight()))
    connection.ack('client')
    connection.client(talk.client_finish())
    connection.server(talk.server_finish())
    for _ in range(requests):
        connection.client(talk.application(420))
        connection.server(talk.application(1900))
        connection.ack('client')
    connection.close()


def tls12_complete(trace):
    """A TLS 1.2 connection from SYN to the four-way FIN, with two requests.

    Ephemeral key exchange, a session ticket, ALPN `http/1.1`. Verdict: completed.
    """
    complete_12(trace.connection(), Tls(trace.random))


def tls12_split_hello(trace):
    """Handshake messages split over segments and records.

    The Client Hello comes in three segments, the first of which ends inside the record header; the
    server acknowledges the second with a pure ACK. The server's flight is cut into four records
    whose borders fall inside the messages, and into segments whose borders fall inside the records.
    Verdict: completed, with every message in its place.
    """
    talk, connection = Tls(trace.random), trace.connection()
    connection.open()
    hello = hello_12(talk, pad=1400)
    connection.client(hello[:3])
    connection.client(hello[3:1100])
    connection.ack('server')
    connection.client(hello[1100:])
    connection.ack('server')
    connection.server(in_records(talk.server_flight(), sizes=(2, 60, 1500)), cut=(6, 70, 900, 1))
    connection.ack('client')
    connection.client(talk.client_finish(), cut=(38, 3))
    connection.server(talk.server_finish())
    connection.client(talk.application(300))
    connection.server(talk.application(700))
    connection.close()


def tls12_out_of_order(trace):
    """Handshake segments swapped and repeated, on both sides.

    The second segment of the Client Hello arrives before the first; the server's three segments
    arrive as 3, 1, 2, and the second is sent once more. Verdict: completed, nothing lost; the
    segments that filled a gap are counted as out of order, the repeated one as a retransmission.
    """
    talk, connection = Tls(trace.random), trace.connection()
    connection.open()
    connection.client(hello_12(talk, pad=1500), order=(1, 0))
    connection.ack('server')
    flight = in_records(talk.server_flight())
    start = connection.peers['server'].next
    connection.server(flight, cut=(1000, 1000), order=(2, 0, 1))
    connection.send('server', 'PA', flight[1000:2000], seq=start + 1000)
    connection.ack('client')
    connection.client(talk.client_finish())
    connection.server(talk.server_finish())
    connection.client(talk.application(300))
    connection.server(talk.application(700))
    connection.close(first='server')


def tls12_resumed(trace):
    """A full handshake and, two seconds later, a resumption by session id.

    In the second connection the server returns the session id that the client offers, sends no
    certificate and finishes first. Verdict: both completed, the second resumed.
    """
    talk = Tls(trace.random)
    complete_12(trace.connection(), talk)
    trace.wait(2)
    session_id = talk.noise(32)
    connection = trace.connection(client=('10.1.0.10', 50_001))
    connection.open()
    connection.client(hello_12(talk, session_id=session_id))
    connection.server(in_records(talk.server_hello(session_id=session_id)) + talk.change_and_finish())
    connection.client(talk.change_and_finish())
    connection.client(talk.application(300))
    connection.server(talk.application(700))
    connection.close()


def tls12_client_certificate(trace):
    """Both sides show a certificate.

    The server asks with a Certificate Request; the client answers with Certificate and Certificate
    Verify. Verdict: completed.
    """
    talk, connection = Tls(trace.random), trace.connection()
    connection.open()
    connection.client(hello_12(talk, sni='till.example.test', alpn=()))
    connection.server(in_records(talk.server_flight(request=True, alpn='')))
    connection.ack('client')
    connection.client(in_records(talk.certificate((tls.CLIENT,)) + talk.client_key_exchange() +
                                 talk.certificate_verify()) + talk.change_and_finish())
    connection.server(talk.server_finish(ticket=False))
    connection.client(talk.application(90))
    connection.server(talk.application(60))
    connection.close()


def tls12_refused_then_accepted(trace):
    """The client refuses the server's certificate; a second try, half a second later, succeeds.

    The first connection ends with the client's alert certificate_unknown (46) in clear, after
    Server Hello Done. Verdict: the first failed in the TLS handshake, by the client; the second
    completed.
    """
    talk, connection = Tls(trace.random), trace.connection()
    connection.open()
    connection.client(hello_12(talk))
    connection.server(in_records(talk.server_flight()))
    connection.ack('client')
    connection.client(talk.alert(CERTIFICATE_UNKNOWN))
    connection.close()
    trace.wait(0.5)
    complete_12(trace.connection(client=('10.1.0.10', 50_001)), talk, requests=1)


def alert_from_server(trace):
    """The server has no cipher suite in common with the client.

    It answers the Client Hello with the alert handshake_failure (40) and closes. Verdict: failed in
    the TLS handshake, by the server, after the Client Hello.
    """
    talk, connection = Tls(trace.random), trace.connection()
    connection.open()
    connection.client(hello_12(talk, suites=(0x0005, 0x000A)))
    connection.ack('server')
    connection.server(talk.alert(HANDSHAKE_FAILURE))
    connection.close(first='server')


def reset_in_handshake(trace):
    """The server resets the connection after the Client Hello, as middleboxes do with names they bar.

    Verdict: failed in the TLS handshake, reset, by the server.
    """
    talk, connection = Tls(trace.random), trace.connection()
    connection.open()
    connection.client(hello_12(talk, sni='barred.example.test'))
    connection.ack('server')
    connection.reset('server')


def abandoned_in_handshake(trace):
    """The client closes in the middle of the handshake, without an alert.

    It acknowledges the server's flight and sends FIN. Verdict: failed in the TLS handshake,
    abandoned, by the client, after Server Hello Done.
    """
    talk, connection = Tls(trace.random), trace.connection()
    connection.open()
    connection.client(hello_12(talk))
    connection.server(in_records(talk.server_flight()))
    connection.ack('client')
    trace.wait(0.2)
    connection.close()


def no_server_hello(trace):
    """A Client Hello that is acknowledged and never answered.

    After 20 seconds the client gives up with FIN, which the server answers with its own. Verdict:
    failed in the TLS handshake after the Client Hello.
    """
    talk, connection = Tls(trace.random), trace.connection()
    connection.open()
    connection.client(hello_12(talk))
    connection.ack('server')
    trace.wait(20)
    connection.close()


def tls13_basic(trace):
    """TLS 1.3 from SYN to FIN.

    Only the hellos are in clear. Two session tickets follow the client's Finished; a close_notify
    from either side, hidden like all else, precedes the FINs. Verdict: completed, established by
    inference from the record pattern.
    """
    talk, connection = Tls(trace.random), trace.connection()
    session_id = talk.noise(32)
    connection.open()
    connection.client(hello_13(talk, session_id=session_id))
    connection.ack('server')
    connection.server(talk.server_flight_13(session_id))
    connection.ack('client')
    connection.client(talk.client_finish_13())
    connection.server(talk.hidden(250) + talk.hidden(250))
    connection.client(talk.application(500))
    connection.server(talk.application(4000))
    connection.ack('client')
    connection.client(talk.hidden(19))
    connection.send('client', 'FA')
    connection.ack('server')
    connection.server(talk.hidden(19))
    connection.send('server', 'FA')
    connection.ack('client')


def tls13_hello_retry(trace):
    """TLS 1.3 with a Hello Retry Request.

    The client offers a key share for X25519, the server wants P-256 and says so; the second Client
    Hello brings it. Verdict: completed, with two Client Hellos, a Hello Retry Request and one
    Server Hello in the list of messages.
    """
    talk, connection = Tls(trace.random), trace.connection()
    session_id = talk.noise(32)
    connection.open()
    connection.client(hello_13(talk, session_id=session_id))
    connection.server(in_records(talk.server_hello_13(session_id=session_id, group=tls.P256, retry=True)) +
                      talk.change_cipher_spec())
    connection.client(talk.change_cipher_spec() +
                      in_records(talk.client_hello(versions=(TLS13, TLS12), session_id=session_id,
                                                   key_share=(tls.P256,))))
    flight = in_records(talk.server_hello_13(session_id=session_id, group=tls.P256))
    connection.server(flight + b''.join(talk.hidden(n) for n in (41, 1900, 281, 53)))
    connection.ack('client')
    connection.client(talk.hidden(53))
    connection.client(talk.application(300))
    connection.server(talk.application(900))
    connection.close()


def tls13_rejected(trace):
    """TLS 1.3: the client refuses the server's certificate with an alert that nobody outside can read.

    After the server's flight the client sends one short record and closes. Verdict: failed in the
    TLS handshake, rejected by the client; inferred, since the alert is hidden.
    """
    talk, connection = Tls(trace.random), trace.connection()
    session_id = talk.noise(32)
    connection.open()
    connection.client(hello_13(talk, session_id=session_id))
    connection.server(talk.server_flight_13(session_id))
    connection.ack('client')
    connection.client(talk.change_cipher_spec() + talk.hidden(19))
    connection.close()


def late_decode_error(trace):
    """A completed session whose last word is a fatal alert.

    The server drops the connection without a close_notify; the client's library answers the
    unexpected end with the encrypted alert decode_error (50). That says nothing against the
    connection. Verdict: completed.
    """
    talk, connection = Tls(trace.random), trace.connection()
    connection.open()
    connection.client(hello_12(talk))
    connection.server(in_records(talk.server_flight()))
    connection.ack('client')
    connection.client(talk.client_finish())
    connection.server(talk.server_finish())
    connection.client(talk.application(300))
    connection.server(talk.application(700))
    connection.send('server', 'FA')
    connection.client(talk.encrypted_alert())
    connection.send('client', 'FA')
    connection.ack('server')


CASES = (
    tls12_complete, tls12_split_hello, tls12_out_of_order, tls12_resumed, tls12_client_certificate,
    tls12_refused_then_accepted, alert_from_server, reset_in_handshake, abandoned_in_handshake,
    no_server_hello, tls13_basic, tls13_hello_retry, tls13_rejected, late_decode_error,
)
