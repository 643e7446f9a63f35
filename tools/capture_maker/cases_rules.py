"""Golden cases of what the shipped rules look for. Each function writes one capture; its text is the case's README."""

from . import tls
from .cases_tls import hello_12, hello_13
from .tls import Tls, in_records

WEAK_KEY, EXPIRES_SOON = tls.certificates('rules_certificates.pem')
ECDHE_RSA_RC4_SHA, X25519_MLKEM768 = 0xC011, 0x11EC


def served(trace, port, name, **flight):
    """A TLS 1.2 handshake for that name, with that flight of the server."""
    talk, connection = Tls(trace.random), trace.connection(client=('10.1.0.10', port))
    connection.open()
    connection.client(hello_12(talk, sni=name))
    connection.server(in_records(talk.server_flight(**flight)))
    connection.ack('client')
    connection.client(talk.client_finish())
    connection.server(talk.server_finish())
    connection.client(talk.application(300))
    connection.server(talk.application(700))
    connection.close()
    trace.wait(1)


def what_rules_look_for(trace):
    """What the rules of conf/rules/starter.toml look for and no other case shows.

    One connection each: a suite with RC4, a key of 1,024 bits, a certificate that expires in eight days, a server name
    that is an address, and TLS 1.3 with a post-quantum group offered and chosen. Verdict: all completed.
    """
    served(trace, 50_001, 'shop.example.test', suite=ECDHE_RSA_RC4_SHA)
    served(trace, 50_002, 'weak.example.test', chain=(WEAK_KEY,))
    served(trace, 50_003, 'soon.example.test', chain=(EXPIRES_SOON,))
    served(trace, 50_004, '192.0.2.20')
    talk, connection = Tls(trace.random), trace.connection(client=('10.1.0.10', 50_005))
    session_id = talk.noise(32)
    connection.open()
    connection.client(hello_13(talk, session_id=session_id, groups=(X25519_MLKEM768, tls.X25519),
                               key_share=(X25519_MLKEM768,)))
    connection.server(talk.server_flight_13(session_id, group=X25519_MLKEM768))
    connection.client(talk.client_finish_13())
    connection.server(talk.hidden(250) + talk.hidden(250))
    connection.client(talk.application(300))
    connection.server(talk.application(700))
    connection.close()


def sweep_without_names(trace, count=100):
    """One client begins a hundred handshakes without a server name within seconds, and resets each."""
    for i in range(count):
        talk, connection = Tls(trace.random), trace.connection(client=('10.1.0.10', 50_000 + i))
        connection.open()
        connection.client(hello_12(talk, sni='', alpn=()))
        connection.reset('client')


CASES = (what_rules_look_for,)
