"""Golden cases of TLS that begins inside another protocol, or where nobody expects it."""

from .cases_tls import complete_12, hello_12
from .tls import CLIENT as CLIENT_CERTIFICATE
from .tls import Tls, in_records, sized
from .trace import own


START_TLS_OID = b'1.3.6.1.4.1.1466.20037'


def ber(tag, content):
    return bytes((tag, len(content))) + content


def ldap(operation):
    return ber(0x30, ber(2, b'\x01') + operation)


MYSQL_GREETING = (b'\x0a8.0.36\0' + b'\x15\0\0\0' + b'saltsalt\0' + b'\xff\xff\xff\x02\0\xff\xdf\x15' + bytes(10) +
                  b'saltsaltsalt\0caching_sha2_password\0')
MYSQL_SSL_REQUEST = b'\x05\xae\xff\x19' + b'\0\0\0\x01' + b'\xff' + bytes(23)  # CLIENT_SSL is set


def mysql(sequence, content):
    return len(content).to_bytes(3, 'little') + bytes((sequence,)) + content


# Protocol, port of the server, what is said before TLS begins.
CONVERSATIONS = (
    ('smtp', 587, (('server', b'220 mail.example.test ESMTP\r\n'), ('client', b'EHLO till.example.test\r\n'),
                   ('server', b'250-mail.example.test\r\n250 STARTTLS\r\n'), ('client', b'STARTTLS\r\n'),
                   ('server', b'220 2.0.0 Ready to start TLS\r\n'))),
    ('imap', 143, (('server', b'* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n'), ('client', b'a1 STARTTLS\r\n'),
                   ('server', b'a1 OK Begin TLS negotiation now\r\n'))),
    ('pop3', 110, (('server', b'+OK ready\r\n'), ('client', b'STLS\r\n'), ('server', b'+OK Begin TLS\r\n'))),
    ('ftp', 21, (('server', b'220 ready\r\n'), ('client', b'AUTH TLS\r\n'), ('server', b'234 AUTH TLS ok\r\n'))),
    ('ldap', 389, (('client', ldap(ber(0x77, ber(0x80, START_TLS_OID)))),
                   ('server', ldap(ber(0x78, ber(0x0A, b'\0') + ber(4, b'') + ber(4, b'') +
                                         ber(0x8A, START_TLS_OID)))))),
    ('xmpp', 5222, (('client', b"<stream:stream to='example.test' version='1.0' xmlns='jabber:client'>"),
                    ('server', b"<stream:stream id='1'><stream:features><starttls "
                               b"xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>"),
                    ('client', b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
                    ('server', b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"))),
    ('postgresql', 5432, (('client', b'\0\0\0\x08\x04\xd2\x16\x2f'), ('server', b'S'))),
    ('mysql', 3306, (('server', mysql(0, MYSQL_GREETING)), ('client', mysql(1, MYSQL_SSL_REQUEST)))),
    ('http', 3128, (('client', b'CONNECT shop.example.test:443 HTTP/1.1\r\nHost: shop.example.test\r\n\r\n'),
                    ('server', b'HTTP/1.1 200 Connection established\r\n\r\n'))),
)


def say(connection, words):
    for side, text in words:
        connection.data(side, text)
        connection.ack('client' if side == 'server' else 'server')


def _secure(connection, talk, sni):
    connection.client(hello_12(talk, sni=sni, alpn=()))
    connection.server(in_records(talk.server_flight(alpn='')))
    connection.ack('client')
    connection.client(talk.client_finish())
    connection.server(talk.server_finish())
    connection.client(talk.application(120))
    connection.server(talk.application(350))
    connection.close()


def starttls(trace):
    """TLS that begins inside SMTP, IMAP, POP3, FTP, LDAP, XMPP, PostgreSQL, MySQL, and behind an HTTP
    proxy's CONNECT.

    One connection each, in this order, with a server name that says which. Verdict: all completed;
    what comes before the Client Hello is no part of the TLS handshake.
    """
    for number, (name, port, words) in enumerate(CONVERSATIONS):
        connection = trace.connection(client=own(50_001 + number), server=('10.2.0.20', port))
        connection.open()
        say(connection, words)
        _secure(connection, Tls(trace.random), f'{name}.example.test')


def by_content_alone(trace):
    """TLS is told by its bytes, never by the port.

    - 50001: TLS on port 22. Completed.
    - 50002: SSH on port 443. Completed, without TLS.
    - 50003: a Client Hello on port 443 that the server answers in SMTP. Failed, not_tls.
    - 50004: active FTP over TLS (RFC 4217, section 7): the TCP server is the TLS client. Completed.
    - 50005: a reverse tunnel: the server speaks first, in plain, then the client begins TLS.
    - 50006: PostgreSQL's server refuses TLS with `N`, the client closes. Failed, tls_refused, by the server.
    """
    talk = Tls(trace.random)
    complete_12(trace.connection(client=own(50_001), server=('10.2.0.20', 22)), talk, requests=1)

    connection = trace.connection(client=own(50_002))
    connection.open()
    say(connection, (('server', b'SSH-2.0-OpenSSH_9.2\r\n'), ('client', b'SSH-2.0-OpenSSH_9.2\r\n'),
                      ('client', b'\0\0\x05\xdc\x06\x14' + talk.noise(1500))))
    connection.close()

    connection = trace.connection(client=own(50_003))
    connection.open()
    connection.client(hello_12(talk))
    say(connection, (('server', b'220 mail.example.test ESMTP\r\n500 5.5.1 Command unrecognized\r\n'),))
    connection.close(first='server')

    connection = trace.connection(client=own(50_004), server=('10.2.0.20', 50_900))
    connection.open()
    connection.server(hello_12(talk, sni='', alpn=()))
    connection.client(in_records(talk.server_flight(alpn='')))
    connection.server(talk.client_finish())
    connection.client(talk.server_finish())
    connection.client(talk.application(900))
    connection.close()

    connection = trace.connection(client=own(50_005), server=('10.2.0.20', 7000))
    connection.open()
    say(connection, (('server', b'HELLO agent 1\n'), ('client', b'READY\n')))
    _secure(connection, talk, 'agent.example.test')

    connection = trace.connection(client=own(50_006), server=('10.2.0.20', 5432))
    connection.open()
    say(connection, (('client', b'\0\0\0\x08\x04\xd2\x16\x2f'), ('server', b'N')))
    connection.close()


class OpenVpn:
    """One side's control channel over TCP, with tls-auth if `digest` bytes of HMAC are given."""

    def __init__(self, talk, digest=20):
        self.talk, self.digest, self.number, self.packet_id = talk, digest, 0, 0
        self.session = talk.noise(8)

    def frame(self, opcode, rest):
        self.packet_id += 1
        authentication = b''
        if self.digest:
            authentication = self.talk.noise(self.digest) + self.packet_id.to_bytes(4, 'big') + b'\x65\0\0\0'
        return sized(2, bytes((opcode << 3,)) + self.session + authentication + rest)

    def message(self, opcode, content=b''):
        rest = b'\0' + self.number.to_bytes(4, 'big') + content
        self.number += 1
        return self.frame(opcode, rest)

    def control(self, tls, size=100):
        return b''.join(self.message(4, tls[i:i + size]) for i in range(0, len(tls), size))


def openvpn(trace):
    """OpenVPN over TCP: TLS inside the frames of its control channel.

    - 50001: with tls-auth; messages cut into frames of 100 bytes, then the data channel. Completed.
    - 50002: without; the server refuses the client's certificate with alert 48 unknown_ca. Failed
      in the TLS handshake, by the server.
    - 50003: a hard reset that the server does not answer, as with a wrong tls-auth key. No TLS was seen.
    """
    reset_client, reset_server, data = 7, 8, 6
    talk = Tls(trace.random)
    for port, digest in ((50_001, 20), (50_002, 0)):
        connection = trace.connection(client=own(port), server=('10.2.0.20', 1194))
        connection.open()
        client, server = OpenVpn(talk, digest), OpenVpn(talk, digest)
        connection.client(client.message(reset_client))
        connection.server(server.message(reset_server))
        connection.client(client.control(hello_12(talk, sni='', alpn=())))
        connection.server(server.control(in_records(talk.server_flight(request=True, alpn=''))))
        connection.ack('client')
        proof = talk.certificate((CLIENT_CERTIFICATE,)) + talk.client_key_exchange() + talk.certificate_verify()
        connection.client(client.control(in_records(proof) + talk.change_and_finish()))
        if port == 50_002:
            connection.server(server.control(talk.alert(48)))
            connection.close(first='server')
            continue
        connection.server(server.control(talk.server_finish(ticket=False)))
        connection.client(client.control(talk.application(400)))
        connection.server(server.control(talk.application(300)))
        for size in (60, 1300, 900):
            connection.client(sized(2, bytes((data << 3,)) + talk.noise(size)))
            connection.server(sized(2, bytes((data << 3,)) + talk.noise(size)))
        connection.close()
    connection = trace.connection(client=own(50_003), server=('10.2.0.20', 1194))
    connection.open()
    connection.client(OpenVpn(talk).message(reset_client))
    connection.ack('server')
    trace.wait(30)
    connection.close()


CASES = (starttls, by_content_alone, openvpn)
