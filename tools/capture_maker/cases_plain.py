"""Golden cases of what is said in plain: protocols by their first words, refusals, TLS right behind."""

from .cases_starttls import MYSQL_GREETING, MYSQL_SSL_REQUEST, START_TLS_OID, ber, ldap, mysql, say
from .cases_tls import hello_12
from .tls import Tls, in_records
from .trace import own

PG_SSL_REQUEST = b'\0\0\0\x08\x04\xd2\x16\x2f'
RDP_REQUEST = b'\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x03\0\0\0'
PROXY_V1 = b'PROXY TCP4 10.9.0.7 10.2.0.20 40001 443\r\n'
PROXY_V2 = (b'\r\n\r\n\0\r\nQUIT\n' + b'\x21\x11\0\x0c' + b'\x0a\x09\0\x07' + b'\x0a\x02\0\x14' + b'\x9c\x41\x01\xbb')
TDS_OPTIONS = b'\0\0\x1a\0\x06\x01\0\x20\0\x01\x02\0\x21\0\x01\x03\0\x22\0\x04\x04\0\x26\0\x01\xff'
TDS_ANSWER = TDS_OPTIONS + b'\x10\0\x10\0\0\0' + b'\x01' + b'\0' + bytes(4) + b'\0'
SMTP_HELLO = (('server', b'220 mail.example.test ESMTP\r\n'), ('client', b'EHLO till.example.test\r\n'),
              ('server', b'250-mail.example.test\r\n250 STARTTLS\r\n'))


def tds(kind, content):
    return bytes((kind, 1)) + (len(content) + 8).to_bytes(2, 'big') + b'\0\0\x01\0' + content


# What is said, in order; the port is that of the server.
CONVERSATIONS = (
    ('HTTP', 80, (('client', b'GET /stock HTTP/1.1\r\nHost: shop.example.test\r\n\r\n'),
                  ('server', b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'))),
    ('HTTP2', 80, (('client', b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' + bytes(9)),)),
    ('SSH', 22, (('server', b'SSH-2.0-OpenSSH_9.2\r\n'), ('client', b'SSH-2.0-OpenSSH_9.2\r\n'))),
    ('SMTP', 25, SMTP_HELLO + (('client', b'QUIT\r\n'), ('server', b'221 bye\r\n'))),
    ('IMAP', 143, (('server', b'* OK ready\r\n'), ('client', b'a1 LOGOUT\r\n'))),
    ('POP3', 110, (('server', b'+OK ready\r\n'), ('client', b'QUIT\r\n'))),
    ('FTP', 21, (('server', b'220 ready\r\n'), ('client', b'FEAT\r\n'), ('server', b'211 end\r\n'))),
    ('NNTP', 119, (('server', b'200 news.example.test NNTP ready\r\n'), ('client', b'QUIT\r\n'))),
    ('IRC', 6667, (('client', b'NICK anna\r\nUSER anna 0 * :Anna\r\n'), ('server', b':irc.test 001 anna :hi\r\n'))),
    ('LDAP', 389, (('client', ldap(ber(0x60, b'\x02\x01\x03\x04\0\x80\0'))),
                   ('server', ldap(ber(0x61, b'\x0a\x01\0\x04\0\x04\0'))))),
    ('XMPP', 5222, (('client', b"<?xml version='1.0'?><stream:stream to='example.test'>"),
                    ('server', b"<?xml version='1.0'?><stream:stream id='1'>"))),
    ('PostgreSQL', 5432, (('client', b'\0\0\0\x12\0\x03\0\0user\0anna\0\0'), ('server', b'R\0\0\0\x08\0\0\0\0'))),
    ('MySQL', 3306, (('server', mysql(0, MYSQL_GREETING)),)),
    ('TDS', 1433, (('client', tds(0x12, TDS_ANSWER)), ('server', tds(0x04, TDS_ANSWER)),
                   ('client', tds(0x10, bytes(90))))),
    ('RDP', 3389, (('client', RDP_REQUEST[:-4] + bytes(4)),
                   ('server', b'\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x02\0\x08\0\0\0\0\0'))),
    ('PROXY v1', 8080, (('client', PROXY_V1 + b'GET / HTTP/1.1\r\nHost: inner.example.test\r\n\r\n'),
                        ('server', b'HTTP/1.1 404 Not Found\r\n\r\n'))),
    ('PROXY v2', 8080, (('client', PROXY_V2), ('client', b'SSH-2.0-client\r\n'), ('server', b'SSH-2.0-server\r\n'))),
    ('SOCKS4', 1080, (('client', b'\x04\x01\0\x50\x0a\x02\0\x14anna\0'), ('server', b'\0\x5a\0\0\0\0\0\0'),
                      ('client', b'GET / HTTP/1.0\r\n\r\n'), ('server', b'HTTP/1.0 200 OK\r\n\r\n'))),
    ('SOCKS5', 1080, (('client', b'\x05\x01\0'), ('server', b'\x05\0'), ('client', b'\x05\x01\0\x01\x0a\x02\0\x14\0\x50'),
                      ('server', b'\x05\0\0\x01\0\0\0\0\0\0'), ('client', b'GET / HTTP/1.0\r\n\r\n'))),
    ('MQTT', 1883, (('client', b'\x10\x13\0\x04MQTT\x04\x02\0\x3c\0\x07sensor1'), ('server', b'\x20\x02\0\0'))),
    ('AMQP', 5672, (('client', b'AMQP\0\0\x09\x01'),)),
    ('Kafka', 9092, (('client', b'\0\0\0\x1c\0\x12\0\x03\0\0\0\x01\0\x07rdkafka\0\x08librdka\x022\0'),)),
    ('NATS', 4222, (('server', b'INFO {"server_id":"NA"}\r\n'), ('client', b'CONNECT {"verbose":false}\r\n'))),
    ('STOMP', 61613, (('client', b'CONNECT\naccept-version:1.2\n\n\0'), ('server', b'CONNECTED\nversion:1.2\n\n\0'))),
    ('Redis', 6379, (('client', b'*1\r\n$4\r\nPING\r\n'), ('server', b'+PONG\r\n'))),
    ('Memcached', 11211, (('client', b'get session:1\r\n'), ('server', b'END\r\n'))),
    ('Cassandra', 9042, (('client', b'\x04\0\0\0\x01\0\0\0\x16\0\x01\0\x0bCQL_VERSION\0\x053.0.0'),)),
    ('MongoDB', 27017, (('client', b'\x3a\0\0\0\x01\0\0\0\0\0\0\0\xd4\x07\0\0\0\0\0\0admin.$cmd\0' + bytes(27)),)),
    ('Oracle TNS', 1521, (('client', b'\0\x50\0\0\x01\0\0\0\x01\x39\x01\x2c' + bytes(68)),)),
    ('SMB', 445, (('client', b'\0\0\0\x45\xfeSMB' + bytes(65)),)),
    ('Telnet', 23, (('server', b'\xff\xfd\x18\xff\xfd\x20'), ('client', b'\xff\xfb\x18'))),
    ('VNC', 5900, (('server', b'RFB 003.008\n'), ('client', b'RFB 003.008\n'))),
    ('rsync', 873, (('server', b'@RSYNCD: 31.0\n'), ('client', b'@RSYNCD: 31.0\n'))),
    ('Git', 9418, (('client', b'0033git-upload-pack /project.git\0host=example\0'),)),
    ('BitTorrent', 6881, (('client', b'\x13BitTorrent protocol' + bytes(48)),)),
    ('SIP', 5060, (('client', b'OPTIONS sip:a@example.test SIP/2.0\r\n\r\n'), ('server', b'SIP/2.0 200 OK\r\n\r\n'))),
    ('RTSP', 554, (('client', b'OPTIONS rtsp://cam/1 RTSP/1.0\r\nCSeq: 1\r\n\r\n'), ('server', b'RTSP/1.0 200 OK\r\n\r\n'))),
    ('DICOM', 104, (('client', b'\x01\0\0\0\0\x44\0\x01\0\0' + b'ANY-SCP'.ljust(64)),)),
    ('BGP', 179, (('client', b'\xff' * 16 + b'\0\x1d\x01\x04\xfd\xe8\0\xb4\x0a\0\0\x01\0'),)),
    ('DNS', 53, (('client', b'\0\x1e\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x07example\x04test\0\0\x01\0\x01'),)),
    ('AJP', 8009, (('client', b'\x12\x34\0\x01\x0a'), ('server', b'AB\0\x01\x09'))),
    ('Modbus', 502, (('client', b'\0\x01\0\0\0\x06\x01\x03\0\0\0\x0a'),)),
    ('nothing known', 7000, (('server', b'HELLO agent 1\n'), ('client', b'READY\n'))),
    ('nothing said', 7001, ()),
)


def plain_protocols(trace):
    """What is no TLS is told by its first words, never by the port.

    One connection each, in this order: HTTP, HTTP/2, SSH, SMTP, IMAP, POP3, FTP, NNTP, IRC, LDAP, XMPP, PostgreSQL,
    MySQL, TDS, RDP, HTTP behind PROXY v1, SSH behind PROXY v2, HTTP through SOCKS 4 and 5, MQTT, AMQP, Kafka, NATS,
    STOMP, Redis, Memcached, Cassandra, MongoDB, Oracle TNS, SMB, Telnet, VNC, rsync, Git, BitTorrent, SIP, RTSP,
    DICOM, BGP, DNS, AJP, Modbus; then one that nobody knows, and one on which nothing is said. Verdict: all completed.
    """
    for number, (_, port, words) in enumerate(CONVERSATIONS):
        connection = trace.connection(client=own(50_001 + number), server=('10.2.0.20', port))
        connection.open()
        say(connection, words)
        connection.close()


STARTTLS_LDAP = ldap(ber(0x77, ber(0x80, START_TLS_OID)))
REFUSALS = (
    (25, SMTP_HELLO + (('client', b'STARTTLS\r\n'), ('server', b'454 4.7.0 TLS not available\r\n'),
                       ('client', b'QUIT\r\n'))),
    (143, (('server', b'* OK ready\r\n'), ('client', b'a1 STARTTLS\r\n'), ('server', b'a1 NO no certificate\r\n'))),
    (110, (('server', b'+OK ready\r\n'), ('client', b'STLS\r\n'), ('server', b'-ERR not supported\r\n'))),
    (21, (('server', b'220 ready\r\n'), ('client', b'AUTH TLS\r\n'), ('server', b'502 not implemented\r\n'))),
    (389, (('client', STARTTLS_LDAP), ('server', ldap(ber(0x78, b'\x0a\x01\x34\x04\0\x04\0'))))),
    (5222, (('client', b"<stream:stream to='example.test'>"), ('server', b"<stream:stream id='1'>"),
            ('client', b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
            ('server', b"<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>"))),
    (5432, (('client', PG_SSL_REQUEST), ('server', b'N'))),
    (3306, (('server', mysql(0, MYSQL_GREETING)), ('client', mysql(1, MYSQL_SSL_REQUEST)),
            ('server', mysql(2, b'\xff\xd8\x07#08S01bad handshake')))),
    (3389, (('client', RDP_REQUEST), ('server', b'\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x03\0\x08\0\x05\0\0\0'))),
    (3128, (('client', b'CONNECT shop.example.test:443 HTTP/1.1\r\nHost: shop.example.test\r\n\r\n'),
            ('server', b'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'))),
    (3128, (('client', b'CONNECT shop.example.test:443 HTTP/1.1\r\n\r\n'),
            ('server', b'HTTP/1.1 502 Bad Gateway\r\n\r\n'))),
    (1080, (('client', b'\x05\x01\0'), ('server', b'\x05\0'), ('client', b'\x05\x01\0\x03\x11shop.example.test\x01\xbb'),
            ('server', b'\x05\x05\0\x01\0\0\0\0\0\0'))),
    (1080, (('client', b'\x04\x01\x01\xbb\x0a\x02\0\x14\0'), ('server', b'\0\x5b\0\0\0\0\0\0'))),
    (25, SMTP_HELLO + (('client', b'STARTTLS\r\n'), ('server', b'454 4.7.0 TLS not available\r\n'),
                       ('client', b'MAIL FROM:<a@example.test>\r\n'), ('server', b'250 ok\r\n'))),
    (3128, (('client', b'CONNECT shop.example.test:443 HTTP/1.1\r\n\r\n'), ('server', b'HTTP/1.1 407 Who\r\n\r\n'),
            ('client', b'CONNECT shop.example.test:443 HTTP/1.1\r\nProxy-Authorization: Basic eDp5\r\n\r\n'),
            ('server', b'HTTP/1.1 200 OK\r\n\r\n'))),
)


def refused_in_plain(trace):
    """TLS, or a way through a proxy, is asked for in plain and refused.

    One connection each, in this order: SMTP 454 (the client says QUIT), IMAP NO, POP3 -ERR, FTP 502, LDAP 52, XMPP
    <failure>, PostgreSQL N, MySQL 2008, RDP 5: failed, tls_refused by the server. CONNECT 407 and 502, SOCKS5 5,
    SOCKS4 91: failed, proxy_refused. Then SMTP 454 whose client goes on in plain, and a CONNECT that is let through
    at the second try: both completed.
    """
    for number, (port, words) in enumerate(REFUSALS):
        connection = trace.connection(client=own(50_001 + number), server=('10.2.0.20', port))
        connection.open()
        say(connection, words)
        connection.close()


def _finish(connection, talk, client=lambda b: b, server=lambda b: b):
    connection.server(server(in_records(talk.server_flight(alpn=''))))
    connection.ack('client')
    connection.client(client(talk.client_finish()))
    connection.server(server(talk.server_finish()))
    connection.client(talk.application(120))
    connection.server(talk.application(350))
    connection.close()


def tls_behind_plain(trace):
    """TLS that begins in the same segment behind plain bytes, or inside of packets of another protocol.

    - 50001: a PROXY v1 line and the Client Hello in one segment. Completed.
    - 50002: a PROXY v2 header and the Client Hello in one segment. Completed.
    - 50003: MySQL's SSL request and the Client Hello in one segment. Completed.
    - 50004: TDS; the TLS handshake lies in its PRELOGIN packets, the records behind it do not. Completed.
    - 50005: SMTP; the Client Hello behind STARTTLS is lost, the Server Hello begins TLS. Completed; bytes are missing.
    - 50006: SMTP; the Client Hello is lost, the server answers with alert 40. Failed, alert, by the server.
    - 50007: a Client Hello that the server answers with HTTP status 400. Failed, not_tls, by the server.
    """
    talk = Tls(trace.random)
    hello = lambda name: hello_12(talk, sni=f'{name}.example.test', alpn=())  # noqa: E731

    for port, header in ((50_001, PROXY_V1), (50_002, PROXY_V2)):
        connection = trace.connection(client=own(port))
        connection.open()
        connection.client(header + hello('proxied'))
        _finish(connection, talk)

    connection = trace.connection(client=own(50_003), server=('10.2.0.20', 3306))
    connection.open()
    say(connection, (('server', mysql(0, MYSQL_GREETING)),))
    connection.client(mysql(1, MYSQL_SSL_REQUEST) + hello('mysql'))
    _finish(connection, talk)

    connection = trace.connection(client=own(50_004), server=('10.2.0.20', 1433))
    connection.open()
    say(connection, (('client', tds(0x12, TDS_ANSWER)), ('server', tds(0x04, TDS_ANSWER))))
    connection.client(tds(0x12, hello('tds')))

    def packets(tls):
        return b''.join(tds(0x12, tls[i:i + 500]) for i in range(0, len(tls), 500))
    _finish(connection, talk, packets, packets)

    smtp = SMTP_HELLO + (('client', b'STARTTLS\r\n'), ('server', b'220 go ahead\r\n'))
    for port in (50_005, 50_006):
        connection = trace.connection(client=own(port), server=('10.2.0.20', 587))
        connection.open()
        say(connection, smtp)
        connection.send('client', 'PA', hello('smtp'), lost=True)
        if port == 50_005:
            _finish(connection, talk)
            continue
        connection.server(talk.alert(40))
        connection.close(first='server')

    connection = trace.connection(client=own(50_007), server=('10.2.0.20', 80))
    connection.open()
    connection.client(hello('plain'))
    say(connection, (('server', b'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'),))
    connection.close(first='server')


CASES = (plain_protocols, refused_in_plain, tls_behind_plain)
