"""The situations: which server, which client, in a line each. What comes of it is not written here;
the endpoints tell.

A situation is (name, servers, clients): programs that listen, then clients that come one after the
other, each a connection. Options in braces are filled with paths of the run.
"""

from dataclasses import dataclass

from path import Path

NAME = 'shop.example.test'


@dataclass
class Situation:
    name: str
    server: tuple   # (program, option, …); None: nobody listens
    clients: list   # of (program, option, …)
    about: str
    wait: float = 0  # seconds that the capture goes on, for timeouts to pass
    path: Path | None = None  # what stands between the hosts


ALL = []


def add(name, server, *clients, about='', wait=0.0, path=None):
    ALL.append(Situation(name, server, list(clients), about, wait, path))


GOOD = ('openssl', '{good}')
OPENSSL, CURL, GNUTLS, PYTHON = ('openssl',), ('curl',), ('gnutls',), ('python', 'tls', '{ca}')
ALL_LEVELS = '-cipher', 'ALL:@SECLEVEL=0'

# Success: versions, key exchanges, stacks.
for version in ('tls1', 'tls1_1', 'tls1_2', 'tls1_3'):
    add(f'{version.replace("_", ".")}-openssl', GOOD + ALL_LEVELS, OPENSSL + (f'-{version}',) + ALL_LEVELS)
for suite in ('AES128-SHA', 'DHE-RSA-AES256-GCM-SHA384', 'ECDHE-RSA-CHACHA20-POLY1305', 'ECDHE-RSA-AES128-SHA256'):
    add(f'tls1.2-{suite.lower()}', GOOD, OPENSSL + ('-tls1_2', '-cipher', suite))
add('tls1.2-ecdhe-ecdsa', ('openssl', '{ec}'), OPENSSL + ('-tls1_2',))
for curve in ('X25519', 'P-256', 'P-384', 'P-521', 'X448'):
    add(f'tls1.2-curve-{curve.lower()}', GOOD, OPENSSL + ('-tls1_2', '-curves', curve))
for curve in ('X25519', 'P-384'):
    add(f'tls1.3-curve-{curve.lower()}', GOOD, OPENSSL + ('-tls1_3', '-curves', curve))
for suite in ('TLS_AES_128_GCM_SHA256', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_CCM_8_SHA256'):
    limit = ('-ciphersuites', suite)
    add(f'tls1.3-{suite[4:].lower().replace("_", "-")}', GOOD + limit, OPENSSL + limit)
PSK = ('-psk', '0123456789abcdef0123456789abcdef', '-psk_identity', 'someone')
add('tls1.2-psk', ('openssl', '-nocert', '-tls1_2', *PSK), OPENSSL + ('-cipher', 'PSK', *PSK))
add('tls1.3-psk', ('openssl', '-nocert', '-tls1_3', *PSK), OPENSSL + ('-tls1_3', *PSK))
SAVE, USE = ('-sess_out', '{tmp}/session'), ('-sess_in', '{tmp}/session')
add('tls1.2-resumed-by-ticket', GOOD, OPENSSL + ('-tls1_2', *SAVE), OPENSSL + ('-tls1_2', *USE))
add('tls1.2-resumed-by-id', GOOD + ('-no_ticket',), OPENSSL + ('-tls1_2', '-no_ticket', *SAVE),
    OPENSSL + ('-tls1_2', '-no_ticket', *USE))
add('tls1.3-resumed', GOOD, OPENSSL + ('-tls1_3', *SAVE), OPENSSL + ('-tls1_3', *USE))
add('tls1.3-hello-retry', GOOD + ('-groups', 'P-384'), OPENSSL + ('-tls1_3', '-groups', 'X25519:P-384'))
add('tls1.3-no-tickets', GOOD + ('-num_tickets', '0'), OPENSSL + ('-tls1_3',))
add('tls1.3-hello-retry-gnutls', GOOD + ('-groups', 'P-521'), GNUTLS)
for version in ('1.2', '1.3'):
    only = f'--priority=NORMAL:-VERS-ALL:+VERS-TLS{version}'
    add(f'tls{version}-gnutls', ('gnutls', '{good}', only), GNUTLS + (only,))
    add(f'tls{version}-nginx-curl', ('nginx', f'ssl_protocols TLSv{version};'), CURL)
    add(f'tls{version}-haproxy-curl', ('haproxy', f'ssl-min-ver TLSv{version} ssl-max-ver TLSv{version}'), CURL)
    add(f'tls{version}-python', ('python', 'tls', '{good}', '--version', f'TLSv{version.replace(".", "_")}'), PYTHON)
    add(f'tls{version}-node', ('nginx', f'ssl_protocols TLSv{version};'), ('node',))
add('nginx-wget', ('nginx', ''), ('wget',))
add('nginx-gnutls', ('nginx', ''), GNUTLS)
add('gnutls-curl', ('gnutls', '{good}'), CURL)
add('alpn-agreed', ('nginx', ''), CURL + ('--http1.1',))
add('long-chain', ('openssl', '-cert', '{pki}/deep.crt', '-key', '{pki}/deep.key', '-cert_chain', '{pki}/chain.pem'),
    OPENSSL + ('-tls1_2',), OPENSSL + ('-tls1_3',), about='a Certificate message of 9 kB')
add('split-hello', ('python', 'tls', '{good}'), ('python', 'split'), about='the hello in three segments')
add('big-hello', GOOD, OPENSSL + ('-alpn', ','.join(f'protocol-{i:03}' for i in range(150))),
    about='a hello of more than 2 kB')
add('starttls-smtp', ('python', 'smtp', '{good}', '--port', '25'), OPENSSL + ('-starttls', 'smtp'))

# Client certificates.
for version, option in (('1.2', '-tls1_2'), ('1.3', '-tls1_3')):
    wants = GOOD + ('-Verify', '2', '-CAfile', '{pki}/ca.crt', '-verify_return_error', option)
    add(f'tls{version}-client-certificate', wants, OPENSSL + ('{user}',))
    add(f'tls{version}-client-certificate-missing', wants, OPENSSL)
    add(f'tls{version}-client-certificate-refused', wants, OPENSSL + ('{outsider}',))
    python = ('python', 'tls', '{good}', '{ca}', '--version', f'TLSv{version.replace(".", "_")}')
    add(f'tls{version}-client-certificate-missing-python', python, CURL)
    strict = ('gnutls', '{good}', '--require-client-cert', '--x509cafile={pki}/ca.crt',
              f'--priority=NORMAL:-VERS-ALL:+VERS-TLS{version}')
    add(f'tls{version}-client-certificate-missing-gnutls', strict, CURL)
    hap = ('haproxy', f'ca-file {{pki}}/ca.crt verify required ssl-min-ver TLSv{version} ssl-max-ver TLSv{version}')
    add(f'tls{version}-client-certificate-missing-haproxy', hap, OPENSSL)
    add(f'tls{version}-client-certificate-refused-haproxy', hap, OPENSSL + ('{outsider}',))
add('client-certificate-missing-nginx', ('nginx', 'ssl_client_certificate {pki}/ca.crt; ssl_verify_client on;'), CURL,
    about='nginx completes TLS and answers with HTTP 400')

# The client turns the server's certificate away.
CLIENTS = {'openssl': OPENSSL, 'gnutls': GNUTLS, 'curl': CURL, 'python': PYTHON, 'node': ('node',), 'wget': ('wget',)}
for program in ('node', 'wget'):  # these look at it when the handshake is over
    for fault in ('expired', 'selfsigned', 'misnamed'):
        add(f'tls1.2-{fault}-{program}', ('openssl', f'{{{fault}}}', '-tls1_2'), CLIENTS[program])
add('tls1.2-wrong-name-curl-http2',
    ('nginx', 'ssl_protocols TLSv1.2; ssl_certificate {pki}/misnamed.crt; ssl_certificate_key {pki}/misnamed.key;'), CURL,
    about='HTTP/2: the server speaks first')
for version, option in (('1.2', '-tls1_2'), ('1.3', '-tls1_3')):
    for program, client in CLIENTS.items():
        add(f'tls{version}-unknown-ca-{program}', ('openssl', '{unknown}', option), client)
    for fault in ('expired', 'early', 'selfsigned'):
        add(f'tls{version}-{fault}-curl', ('openssl', f'{{{fault}}}', option), CURL)
    add(f'tls{version}-expired-gnutls', ('openssl', '{expired}', option), GNUTLS)
    add(f'tls{version}-wrong-name-curl', ('openssl', '{misnamed}', option), CURL,
        about='curl completes the handshake, then closes in good order')
    add(f'tls{version}-wrong-name-python', ('openssl', '{misnamed}', option), PYTHON)
    add(f'tls{version}-wrong-name-gnutls', ('openssl', '{misnamed}', option), GNUTLS)

# GnuTLS says close_notify right behind its request, before the server can say what it thinks of the certificate.
for name, server in (('openssl', GOOD + ('-Verify', '2', '-CAfile', '{pki}/ca.crt', '-verify_return_error', '-tls1_3')),
                     ('haproxy', ('haproxy', 'ca-file {pki}/ca.crt verify required'))):
    add(f'tls1.3-client-certificate-missing-{name}-gnutls', server, GNUTLS)

# Java sends its Finished in a record of its own, and late; Go says before it what it thinks of the certificate.
GO_WANTS = ('go', 'serve', '{good}', '{pki}/ca.crt')
add('tls1.3-client-certificate-go-java', GO_WANTS, ('java', 'request', 'user'))
add('tls1.3-client-certificate-missing-go-java', GO_WANTS, ('java', 'request'))
add('tls1.3-client-certificate-refused-go-java', GO_WANTS, ('java', 'request', 'expired'))

# Nothing in common.
add('no-shared-cipher', GOOD + ('-tls1_2', '-cipher', 'ECDHE-RSA-AES256-GCM-SHA384'),
    OPENSSL + ('-tls1_2', '-cipher', 'AES128-SHA'))
add('no-shared-cipher-gnutls', ('gnutls', '{good}', '--priority=NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-256-GCM'),
    OPENSSL + ('-tls1_2', '-cipher', 'ECDHE-RSA-AES128-SHA'))
add('no-shared-group', GOOD + ('-tls1_3', '-groups', 'P-521'), OPENSSL + ('-tls1_3', '-groups', 'X25519'))
add('no-shared-version', GOOD + ('-tls1_3',), OPENSSL + ('-tls1_2',))
add('no-shared-version-client', GOOD + ('-tls1_2',), OPENSSL + ('-tls1_3',))
add('no-shared-version-nginx', ('nginx', 'ssl_protocols TLSv1.3;'), CURL + ('--tls-max', '1.2'))
add('unrecognized-name', GOOD + ('{ec2}', '-servername', 'other.example.test', '-servername_fatal'), OPENSSL)
add('no-application-protocol', GOOD + ('-alpn', 'h2'), OPENSSL + ('-alpn', 'imap'))
add('no-application-protocol-nginx', ('nginx', ''), OPENSSL + ('-alpn', 'imap'))

# Somebody goes away, or never says a word.
for how in ('close', 'reset'):
    add(f'server-{how}-after-hello', ('python', f'hello-{how}'), CURL)
    for version in ('TLSv1_2', 'TLSv1_3'):
        flight = ('python', f'flight-{how}', '{good}', '--version', version)
        add(f'{version.lower().replace("v1_", "1.")}-server-{how}-after-flight', flight, CURL)
        add(f'{version.lower().replace("v1_", "1.")}-client-{how}-after-flight', ('python', 'tls', '{good}'),
            ('python', f'flight-{how}', '--version', version))
add('client-close-after-hello', ('python', 'tls', '{good}'), ('python', 'hello-close'))
add('silent-server-client-resets', ('python', 'silent'), ('python', 'hello-reset'))
add('client-half-hello', ('python', 'tls', '{good}'), ('python', 'half-hello'))
add('silent-server', ('python', 'silent'), CURL + ('--max-time', '1'))
add('stalled-server', ('python', 'flight-silent', '{good}', '--version', 'TLSv1_2'), CURL + ('--max-time', '1'))
add('silent-client', ('nginx', ''), ('python', 'silent'), about='nginx waits for a hello, then closes')
add('refused-port', None, CURL)
add('refused-port-openssl', None, OPENSSL)
add('dropped-syn', None, ('curl', '--connect-timeout', '6', '{absent}'), CURL,
    about='the second connection moves the capture\'s clock on')
add('never-acknowledged', GOOD, ('python', 'syn-only'), OPENSSL)

# Not TLS.
add('plain-http-to-nginx', ('nginx', ''), ('curl', '{http}'))
add('plain-http-to-openssl', GOOD, ('curl', '{http}'))
add('plain-http-to-gnutls', ('gnutls', '{good}'), ('curl', '{http}'))
add('tls-to-plain-http', ('nginx-plain', ''), CURL)
add('tls-to-plain-http-gnutls', ('python', 'plain'), GNUTLS)
add('tls-to-ssh', ('python', 'banner'), CURL)
add('garbage-to-openssl', GOOD, ('python', 'garbage'))
add('garbage-to-nginx', ('nginx', ''), ('python', 'garbage'))

add('garbage-to-gnutls', ('gnutls', '{good}'), ('python', 'garbage'))
add('ssh-to-openssl', GOOD, ('python', 'ssh'))
add('ssh-to-haproxy', ('haproxy', ''), ('python', 'ssh'))
add('oversized-record-to-openssl', GOOD, ('python', 'oversized'))
add('plain-to-a-server-known-by-others', ('openssl', '{good}'), CURL, ('python', 'ssh'))

add('plain-to-a-silent-server', ('python', 'silent'), ('python', 'ssh-patient'), about='on port 443, but nobody hears it speak TLS')

# PROXY headers to servers that expect them, and to others.
for header in ('proxy-v1', 'proxy-v2'):
    add(f'{header}-expected', ('haproxy', 'accept-proxy'), ('python', header))
    for program, server in (('openssl', GOOD), ('gnutls', ('gnutls', '{good}')), ('haproxy', ('haproxy', ''))):
        add(f'{header}-unexpected-{program}', server, ('python', header))
    add(f'{header}-to-plain-http', ('nginx-plain', ''), ('python', header))

# Health checks and spare connections.
for program, server in (('nginx', ('nginx', '')), ('haproxy', ('haproxy', '')), ('gnutls', ('gnutls', '{good}'))):
    for how in ('close', 'reset'):
        add(f'opened-and-{how}d-{program}'.replace('resetd', 'reset'), server, ('python', f'spare-{how}'))
for version in ('TLSv1_2', 'TLSv1_3'):
    short = version[4:].replace('_', '.')
    for how in ('close', 'reset', 'notify'):
        add(f'tls{short}-unused-{how}', ('nginx', f'ssl_protocols {version.replace("_", ".")};'),
            ('python', f'tls-spare-{how}', '--version', version))
add('haproxy-checks-tcp', ('nginx', ''), ('haproxy-check', 'check'))
add('haproxy-checks-tls', ('nginx', ''), ('haproxy-check', 'check check-ssl verify none'))
add('haproxy-checks-tls12', ('nginx', 'ssl_protocols TLSv1.2;'), ('haproxy-check', 'check check-ssl verify none'))
add('closed-after-accept', ('python', 'leave'), ('python', 'silent'))

# After the handshake.
for version in ('TLSv1_2', 'TLSv1_3'):
    tail = ('--version', version)
    short = version[4:].replace('_', '.')
    add(f'tls{short}-server-resets-data', ('python', 'tls-reset', '{good}', *tail), PYTHON)
    add(f'tls{short}-client-resets-data', ('python', 'tls-hold', '{good}', *tail), ('python', 'tls-reset', '{ca}'))
    add(f'tls{short}-no-close-notify', ('python', 'tls-no-notify', '{good}', *tail), CURL)
    add(f'tls{short}-half-close', ('python', 'tls-half-close', '{good}', *tail), ('python', 'tls-half-close', '{ca}'))
add('retry-after-failure', ('openssl', '{unknown}'), CURL, CURL + ('--insecure',))
add('retry-after-two-failures', ('openssl', '{unknown}', '-tls1_2'), GNUTLS, GNUTLS, CURL + ('--insecure',))

# The path loses, refuses or forgets; seen at both ends of it.
IMPATIENT = CURL + ('--max-time', '4')
LONG_HELLO = OPENSSL + ('-alpn', ','.join(f'protocol-{i:03}' for i in range(120)))
for end in ('client', 'server'):
    add(f'mtu-hole-at-{end}', GOOD, IMPATIENT, path=Path('mtu-hole', end), about='large packets of the server vanish')
    add(f'hello-head-lost-at-{end}', ('python', 'tls', '{good}'), ('python', 'long-hello'), path=Path('loses-hello-head', end),
        about='of a hello in two segments the first vanishes')
add('request-lost', ('python', 'tls', '{good}'), ('python', 'patient', '{ca}', '--version', 'TLSv1_3'),
    path=Path('forgets', 'client'), about='the path forgets the connection behind the handshake; the server sees silence')
add('hello-lost', GOOD, IMPATIENT, path=Path('loses-hello', 'client'))
add('frozen-behind-handshake', ('python', 'bulk', '{good}'), ('python', 'insistent', '{ca}'), path=Path('freezes', 'client'))
add('hello-rejected-by-router', GOOD, IMPATIENT, path=Path('rejects-hello', 'client'))
add('syn-prohibited-by-router', GOOD, CURL + ('--connect-timeout', '2'), path=Path('prohibits', 'client'))
for what, client in (('ack', 'wait-reset'), ('ack-and-hello', 'hello-wait-reset')):
    add(f'{what}-lost-at-server', ('python', 'tls', '{good}'), ('python', client), path=Path('loses-acks', 'server'),
        about='the client opens, and the server hears no more of it than its RST')
add('syn-lost', GOOD, CURL + ('--connect-timeout', '8'), path=Path('loses-syn', 'client'))

add('full-backlog', ('python', 'never-accepts'), CURL + ('--max-time', '1'), CURL + ('--connect-timeout', '8'),
    about='the second SYN finds the accept queue full')

# Left while the other was talking.
add('upload-cut', ('python', 'cut', '{good}'), ('python', 'upload', '{ca}'), about='the server resets an upload')
add('upload-refused', ('python', 'refuses-upload', '{good}'), ('python', 'upload', '{ca}'),
    about='the server answers 413 and closes, while the upload goes on')
add('download-stalled-and-cut', ('python', 'bulk', '{good}'), ('python', 'stall-and-leave', '{ca}'),
    about='the client takes nothing more, and resets')
add('closed-on-request', ('python', 'tls-leave', '{good}'), ('python', 'late-request', '{ca}'),
    about='the server closes behind the handshake; the request bounces')
add('goodbye-before-request-go-java', ('go', 'leave', '{good}'), ('java', 'late-request'))
for version in ('TLSv1_2', 'TLSv1_3'):
    add(f'{version.lower().replace("v1_", "1.")}-goodbye-before-request-java', ('python', 'tls-goodbye', '{good}', '--version', version),
        ('java', 'late-request'), about='the server says close_notify behind the handshake, and takes the request all the same')
add('download-cut', ('python', 'bulk', '{good}'), ('python', 'leave-early', '{ca}'), about='the client resets a download')
add('record-cut', ('python', 'half-record', '{good}'), ('python', 'tls', '{ca}'), about='the server closes inside a TLS record')
