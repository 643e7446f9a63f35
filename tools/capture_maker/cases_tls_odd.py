"""Golden cases of old, rare and optional parts of TLS. Several connections a capture, told apart by
the client's port."""

import struct

from . import tls
from .cases_tls import hello_12, hello_13
from .tls import (RSA_AES128_CBC, SSL30, TLS10, TLS11, TLS12, TLS13, TLS13_DRAFT28, Tls, extension, handshake,
                  in_records, record, sized, with_version)
from .trace import own


GREASE = 0x6A6A
UNKNOWN_SUITE, UNKNOWN_EXTENSION = 0xC0FE, 0x6B6B
PADDING, PRE_SHARED_KEY, EARLY_DATA, ENCRYPTED_HELLO = 21, 41, 42, 0xFE0D


def finish(connection, talk, flight, version=TLS12, key_exchange=None, data=300):
    """The handshake after the Client Hello, a request, an answer, the FINs."""
    connection.server(with_version(flight, version))
    connection.ack('client')
    exchange = in_records(key_exchange or talk.client_key_exchange())
    connection.client(with_version(exchange + talk.change_and_finish(), version))
    connection.server(with_version(talk.change_and_finish(), version))
    connection.client(with_version(talk.application(data), version))
    connection.server(with_version(talk.application(data * 2), version))
    connection.close()


def rsa_flight(talk, version, **how):
    """Server Hello to Server Hello Done with RSA's key exchange, which has no Server Key Exchange."""
    return in_records(talk.server_hello(suite=RSA_AES128_CBC, alpn='', version=version, **how) +
                      talk.certificate() + talk.server_hello_done())


def rsa_exchange(talk, version):
    encrypted = talk.noise(256)
    return handshake(16, encrypted if version == SSL30 else sized(2, encrypted))  # RFC 5246, 7.4.7.1


def old_versions(trace):
    """Versions before TLS 1.2, and a draft of TLS 1.3.

    - 50001: a hello in the form of SSLv2 that offers TLS 1.0, answered in TLS 1.0 (RFC 5246, E.2).
    - 50002: SSLv3, hellos without extensions.
    - 50003, 50004: TLS 1.0 and TLS 1.1.
    - 50005: draft 28 of TLS 1.3, told by the version's number 0x7f1c.
    - 50006: the client offers TLS 1.2, the server refuses with the alert protocol_version (70).

    Verdict: all completed but the last, which the server refused.
    """
    talk = Tls(trace.random)

    connection = trace.connection(client=own(50_001))
    connection.open()
    suites = b''.join(b'\0' + struct.pack('!H', x) for x in (0x002F, 0x0035, 0x000A)) + b'\x01\0\x80'
    body = b'\x01' + struct.pack('!HHHH', TLS10, len(suites), 0, 32) + suites + talk.noise(32)
    connection.client(struct.pack('!H', 0x8000 | len(body)) + body)
    finish(connection, talk, rsa_flight(talk, TLS10), TLS10, rsa_exchange(talk, TLS10))

    for port, version in ((50_002, SSL30), (50_003, TLS10), (50_004, TLS11)):
        connection = trace.connection(client=own(port))
        connection.open()
        bare = version == SSL30
        hello = talk.client_hello(version=version, suites=(0x002F, 0x0035, 0x000A, 0x0005), alpn=(), bare=bare)
        connection.client(in_records(hello, version=min(version, TLS10)))
        finish(connection, talk, rsa_flight(talk, version, bare=bare), version, rsa_exchange(talk, version))

    connection = trace.connection(client=own(50_005))
    connection.open()
    session_id = talk.noise(32)
    connection.client(hello_12(talk, versions=(TLS13_DRAFT28, TLS12), session_id=session_id))
    connection.server(talk.server_flight_13(session_id, version=TLS13_DRAFT28))
    connection.client(talk.client_finish_13())
    connection.server(talk.hidden(250))
    connection.client(talk.application(300))
    connection.server(talk.application(800))
    connection.close()

    connection = trace.connection(client=own(50_006))
    connection.open()
    connection.client(hello_12(talk))
    connection.server(talk.alert(70))
    connection.close(first='server')


def unknown_numbers(trace):
    """GREASE (RFC 8701) in every list of the Client Hello, and a suite and an extension without a name.

    The fingerprints leave GREASE out and keep the others. Verdict: completed; the suite that the
    server chose is told by its number.
    """
    talk, connection = Tls(trace.random), trace.connection()
    connection.open()
    session_id = talk.noise(32)
    extra = extension(GREASE, b'') + extension(UNKNOWN_EXTENSION, b'what')
    connection.client(in_records(talk.client_hello(
        versions=(GREASE, TLS13, TLS12), groups=(GREASE, tls.X25519), session_id=session_id, alpn=('h2',),
        suites=(GREASE, UNKNOWN_SUITE, 0x1301), extra=extra), version=TLS10))
    connection.server(talk.server_flight_13(session_id, suite=UNKNOWN_SUITE))
    connection.client(talk.client_finish_13())
    connection.server(talk.hidden(250))
    connection.client(talk.application(300))
    connection.server(talk.application(800))
    connection.close()


def _pre_shared_key(talk):
    """Of a Client Hello; the last extension (RFC 8446, section 4.2.11)."""
    identity = sized(2, talk.noise(180)) + talk.noise(4)
    return extension(PRE_SHARED_KEY, sized(2, identity) + sized(2, sized(1, talk.noise(32))))


def tls13_resumption(trace):
    """TLS 1.3 that knows the server already, or hides the name.

    - 50001: resumption by pre-shared key: the server takes the offered key and sends no certificate.
    - 50002: the same with early data (RFC 8446, section 2.3), sent before the server has answered.
    - 50003: a key is offered, the server does not take it: a full handshake.
    - 50004: Encrypted Client Hello: the name in clear is the public one.

    Verdict: all completed, the first two resumed.
    """
    talk = Tls(trace.random)
    for port, taken, early in ((50_001, True, False), (50_002, True, True), (50_003, False, False)):
        connection = trace.connection(client=own(port))
        connection.open()
        session_id = talk.noise(32)
        extra = (extension(EARLY_DATA, b'') if early else b'') + _pre_shared_key(talk)
        hello = hello_13(talk, session_id=session_id, extra=extra)
        if early:
            hello += talk.change_cipher_spec() + talk.hidden(350)
        connection.client(hello)
        selected = extension(PRE_SHARED_KEY, b'\0\0') if taken else b''
        flight = in_records(talk.server_hello_13(session_id=session_id, extra=selected)) + talk.change_cipher_spec()
        sizes = (27, 53) if taken else (27, 1900, 281, 53)
        connection.server(flight + b''.join(talk.hidden(x) for x in sizes))
        connection.client(talk.hidden(21) + talk.hidden(53) if early else talk.client_finish_13())
        connection.server(talk.hidden(250))
        connection.client(talk.application(300))
        connection.server(talk.application(800))
        connection.close()

    connection = trace.connection(client=own(50_004))
    connection.open()
    session_id = talk.noise(32)
    outer = b'\0' + struct.pack('!HHB', 1, 1, 42) + sized(2, talk.noise(32)) + sized(2, talk.noise(208))
    connection.client(hello_13(talk, sni='public.example.test', session_id=session_id,
                               extra=extension(ENCRYPTED_HELLO, outer)))
    connection.server(talk.server_flight_13(session_id))
    connection.client(talk.client_finish_13())
    connection.server(talk.hidden(250))
    connection.client(talk.application(300))
    connection.server(talk.application(800))
    connection.close()


def certificates(trace):
    """Certificate messages of all kinds, in TLS 1.2.

    - 50001: the server adds a Certificate Status (RFC 6066, section 8).
    - 50002: a chain of 24 certificates and more than 16 KiB, so that the message needs two records.
    - 50003: the server asks for a certificate, the client has none: an empty message.
    - 50004: as before, but the server insists and refuses with handshake_failure (40).
    - 50005: what stands for the server's certificate is no X.509.

    Verdict: all completed but 50004, refused by the server, and 50005, refused by the client.
    """
    talk = Tls(trace.random)

    def begun(port):
        connection = trace.connection(client=own(port))
        connection.open()
        connection.client(hello_12(talk))
        return connection

    status = handshake(22, b'\x01' + sized(3, talk.noise(471)))
    flight = talk.server_hello() + talk.certificate() + status + talk.server_key_exchange() + talk.server_hello_done()
    finish(begun(50_001), talk, in_records(flight))

    flight = talk.server_flight(chain=(tls.LEAF,) + 23 * (tls.ISSUER,))
    finish(begun(50_002), talk, in_records(flight, sizes=(16_384,)))

    for port, refused in ((50_003, False), (50_004, True)):
        connection = begun(port)
        flight = in_records(talk.server_flight(request=True))
        answer = talk.certificate(()) + talk.client_key_exchange()
        if not refused:
            finish(connection, talk, flight, key_exchange=answer)
            continue
        connection.server(flight)
        connection.client(in_records(answer) + talk.change_and_finish())
        connection.server(talk.alert(40))
        connection.close(first='server')

    connection = begun(50_005)
    connection.server(in_records(talk.server_flight(chain=(talk.noise(700),))))
    connection.client(talk.alert(42))
    connection.close()


def tls12_later(trace):
    """What may follow or interrupt a TLS 1.2 handshake.

    - 50001: the server asks with a Hello Request in clear before its Server Hello Done would have
      come; the client begins once more with a new Client Hello (RFC 5246, section 7.4.1.1).
    - 50002: renegotiation under encryption: hidden handshake records between the data.
    - 50003: heartbeats (RFC 6520), in clear before the handshake and hidden after it.
    - 50004: a warning, no_renegotiation (100), hidden after the handshake; the data goes on.

    Verdict: all completed.
    """
    talk = Tls(trace.random)

    def begun(port):
        connection = trace.connection(client=own(port))
        connection.open()
        connection.client(hello_12(talk))
        return connection

    connection = begun(50_001)
    connection.server(in_records(handshake(0, b'')))
    connection.client(hello_12(talk))
    finish(connection, talk, in_records(talk.server_flight()))

    connection = begun(50_002)
    connection.server(in_records(talk.server_flight()))
    connection.client(talk.client_finish())
    connection.server(talk.server_finish())
    connection.client(talk.application(300))
    connection.server(talk.finished(28))
    connection.client(talk.finished(420))
    connection.server(talk.finished(2200))
    connection.client(talk.finished(110) + talk.change_cipher_spec() + talk.finished())
    connection.server(talk.change_cipher_spec() + talk.finished())
    connection.server(talk.application(900))
    connection.close()

    connection = trace.connection(client=own(50_003))
    connection.open()
    beat = b'\x01' + sized(2, talk.noise(16)) + talk.noise(16)
    connection.client(hello_12(talk, extra=extension(15, b'\x01')))
    connection.client(record(tls.HEARTBEAT, beat))
    connection.server(in_records(talk.server_flight()) + record(tls.HEARTBEAT, b'\x02' + beat[1:]))
    connection.client(talk.client_finish())
    connection.server(talk.server_finish())
    connection.client(talk.application(300))
    connection.server(record(tls.HEARTBEAT, talk.noise(59)))
    connection.client(record(tls.HEARTBEAT, talk.noise(59)))
    connection.server(talk.application(900))
    connection.close()

    connection = begun(50_004)
    connection.server(in_records(talk.server_flight()))
    connection.client(talk.client_finish())
    connection.server(talk.server_finish())
    connection.client(talk.application(300))
    connection.server(talk.finished(28))
    connection.client(talk.encrypted_alert())
    connection.server(talk.application(900))
    connection.client(talk.application(300))
    connection.close()


def big_hellos(trace):
    """Client Hellos of 20,000, 65,000 and 70,000 bytes, in records of 16 KiB.

    A post-quantum key or a long padding makes them grow. The last is beyond what is put together
    (64 KiB): it is listed, but nothing is read of it. Verdict: all completed.
    """
    talk = Tls(trace.random)
    for port, size in ((50_001, 20_000), (50_002, 65_000), (50_003, 70_000)):
        connection = trace.connection(client=own(port))
        connection.open()
        # Extensions fill 65,535 bytes at most; what a longer hello has more are suites.
        suites = tls.OFFERED_12 + tuple(range(0xD000, 0xD000 + max(0, size - 65_000) // 2))
        filling = size - len(talk.client_hello(suites=suites)) - 4
        hello = talk.client_hello(suites=suites, extra=extension(PADDING, bytes(filling)))
        connection.client(in_records(hello, sizes=(16_384,) * (size // 16_384), version=TLS10))
        connection.ack('server')
        finish(connection, talk, in_records(talk.server_flight()))


CASES = (old_versions, unknown_numbers, tls13_resumption, certificates, tls12_later, big_hellos)
