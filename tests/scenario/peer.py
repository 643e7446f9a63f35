#!/usr/bin/env python3
"""One end of a connection that does on purpose what well-behaved programs do not.

  peer.py server BEHAVIOUR [--port N] [TLS options]
  peer.py client BEHAVIOUR [--port N] [TLS options]

It prints what it did (`did: …`), every TLS message and alert that it sent or got (`sent: …`, `got: …`)
and what it takes to be wrong (`error: …`): that is its testimony.
"""

import argparse
import socket
import ssl
import struct
import sys
import time

HANDSHAKE, ALERT, FINISHED = 22, 21, 20
REQUEST = b'GET / HTTP/1.0\r\n\r\n'
REPLY = b'HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nhello\n'


def say(*words):
    print(*words, flush=True)


def tell_message(_, direction, version, content, message, data):
    """Python's own debugging hook: each protocol message as its OpenSSL saw it."""
    verb = 'sent' if direction == 'write' else 'got'
    if content == ALERT and len(data) == 2:
        say(f'{verb}: alert level {data[0]} code {data[1]}')
    elif content == HANDSHAKE and data:
        say(f'{verb}: {getattr(message, "name", message)}')


def context(options, server):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
    made._msg_callback = tell_message
    if options.ciphers:
        made.set_ciphers(options.ciphers)
    if options.version:
        made.minimum_version = made.maximum_version = getattr(ssl.TLSVersion, options.version)
    if options.cert:
        made.load_cert_chain(options.cert, options.key)
    if options.alpn:
        made.set_alpn_protocols(options.alpn.split(','))
    if options.ca:
        made.load_verify_locations(options.ca)
        if server:
            made.verify_mode = ssl.CERT_REQUIRED
    elif not server:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    return made


def close(sock):
    sock.close()
    say('did: close')


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    sock.close()
    say('did: reset')


def read_some(sock, least=1, pause=0.3):
    """What comes until a pause; empty at the end of the stream."""
    got = b''
    sock.settimeout(5)
    try:
        while True:
            part = sock.recv(65536)
            if not part:
                break
            got += part
            if len(got) >= least:
                sock.settimeout(pause)
    except TimeoutError:
        pass
    say(f'did: read {len(got)}')
    return got


class HandMade:
    """TLS whose bytes we carry ourselves, to stop where we like."""

    def __init__(self, options, server):
        self.inward, self.outward = ssl.MemoryBIO(), ssl.MemoryBIO()
        name = None if server else options.name
        self.tls = context(options, server).wrap_bio(self.inward, self.outward, server, name)

    def step(self, got=b''):
        """Feeds what came, returns what to send."""
        if got:
            self.inward.write(got)
        try:
            self.tls.do_handshake()
        except ssl.SSLWantReadError:
            pass
        return self.outward.read()


def speak_tls(sock, options, server):
    try:
        tls = context(options, server).wrap_socket(sock, server_side=server,
                                                   server_hostname=None if server else options.name)
    except (OSError, ValueError) as fault:
        say(f'error: {fault}')
        sock.close()
        return None
    say(f'version: {tls.version()} reused: {tls.session_reused}')
    return tls


def converse(tls, server):
    try:
        if server:
            if tls.recv(4096):
                say('data: request')
            tls.sendall(REPLY)
        else:
            tls.sendall(REQUEST)
            if tls.recv(4096):
                say('data: reply')
        return True
    except OSError as fault:
        say(f'error: {fault}')
        return False


def farewell(tls):
    try:
        tls.settimeout(2)
        tls.unwrap().close()
    except OSError as fault:
        say(f'error: after the data: {fault}')
        tls.close()
    say('did: close_notify')


# What a server does with a connection.

def server_tls(sock, options):
    tls = speak_tls(sock, options, True)
    if tls and converse(tls, True):
        farewell(tls)


def server_tls_reset(sock, options):
    tls = speak_tls(sock, options, True)
    if tls and converse(tls, True):
        time.sleep(0.1)
        reset(tls)


def server_tls_no_notify(sock, options):
    tls = speak_tls(sock, options, True)
    if tls and converse(tls, True):
        close(tls)


def server_tls_half_close(sock, options):
    """Reads to the end of the client's stream, then goes on sending."""
    tls = speak_tls(sock, options, True)
    if not tls:
        return
    try:
        while tls.recv(4096):
            say('data: request')
    except OSError as fault:
        say(f'error: after the data: {fault}')
    for _ in range(3):
        time.sleep(0.05)
        tls.sendall(REPLY)
    say('did: data after the client\'s FIN')
    close(tls)


def server_hello_close(sock, _):
    read_some(sock)
    close(sock)


def server_hello_reset(sock, _):
    read_some(sock)
    reset(sock)


def server_flight_close(sock, options):
    hand = HandMade(options, True)
    sock.sendall(hand.step(read_some(sock)))
    read_some(sock)
    close(sock)


def server_flight_reset(sock, options):
    hand = HandMade(options, True)
    sock.sendall(hand.step(read_some(sock)))
    time.sleep(0.1)
    reset(sock)


def server_flight_silent(sock, options):
    hand = HandMade(options, True)
    sock.sendall(hand.step(read_some(sock)))
    say('did: silent')
    sock.settimeout(8)
    while sock.recv(65536):
        pass
    close(sock)


def server_silent(sock, _):
    say('did: silent')
    sock.settimeout(8)
    while sock.recv(65536):
        pass
    close(sock)


def server_plain(sock, _):
    read_some(sock)
    say('did: plain')
    sock.sendall(b'HTTP/1.0 400 Bad Request\r\nConnection: close\r\n\r\n')
    close(sock)


def server_banner(sock, _):
    say('did: plain')
    sock.sendall(b'SSH-2.0-OpenSSH_9.2\r\n')
    read_some(sock)
    close(sock)


def server_smtp(sock, options):
    stream = sock.makefile('rwb', 0)
    stream.write(b'220 mail.example.test ESMTP\r\n')
    for line in stream:
        word = line[:8].upper()
        if word.startswith(b'EHLO'):
            stream.write(b'250-mail.example.test\r\n250 STARTTLS\r\n')
        elif word.startswith(b'STARTTLS'):
            stream.write(b'220 go ahead\r\n')
            server_tls(sock, options)
            return
        else:
            stream.write(b'221 bye\r\n')
            break
    close(sock)


# What a client does with a connection.

def client_tls(sock, options):
    tls = speak_tls(sock, options, False)
    if tls and converse(tls, False):
        farewell(tls)


def client_tls_reset(sock, options):
    tls = speak_tls(sock, options, False)
    if tls and converse(tls, False):
        time.sleep(0.1)
        reset(tls)


def client_tls_half_close(sock, options):
    tls = speak_tls(sock, options, False)
    if not tls:
        return
    tls.sendall(REQUEST)
    time.sleep(0.1)
    socket.socket.shutdown(tls, socket.SHUT_WR)
    try:
        while tls.recv(4096):
            say('data: reply')
    except OSError as fault:
        say(f'error: after the data: {fault}')
    close(tls)


def client_split(sock, options):
    """The Client Hello in three segments, the rest as usual."""
    hand = HandMade(options, False)
    hello = hand.step()
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for part in (hello[:3], hello[3:60], hello[60:]):
        sock.sendall(part)
        time.sleep(0.05)
    sock.settimeout(5)
    while True:
        try:
            hand.tls.do_handshake()
            break
        except ssl.SSLWantReadError:
            pending = hand.outward.read()
            if pending:
                sock.sendall(pending)
            hand.inward.write(sock.recv(65536))
    hand.tls.write(REQUEST)
    sock.sendall(hand.outward.read())
    if read_some(sock):
        say('data: reply')
    close(sock)


def client_hello_close(sock, options):
    sock.sendall(HandMade(options, False).step())
    close(sock)


def client_hello_reset(sock, options):
    sock.sendall(HandMade(options, False).step())
    time.sleep(0.3)
    reset(sock)


def client_flight_close(sock, options):
    sock.sendall(HandMade(options, False).step())
    read_some(sock)
    close(sock)


def client_flight_reset(sock, options):
    sock.sendall(HandMade(options, False).step())
    read_some(sock)
    reset(sock)


def client_half_hello(sock, options):
    sock.sendall(HandMade(options, False).step()[:100])
    time.sleep(0.2)
    close(sock)


def client_silent(sock, _):
    say('did: silent')
    read_some(sock)
    close(sock)


def client_garbage(sock, _):
    say('did: plain')
    sock.sendall(bytes((i * 73 + 41) % 256 for i in range(400)))
    read_some(sock)
    close(sock)


def client_syn_only(options):
    """A SYN from an address that nobody has: the SYN-ACK finds no taker."""
    source, target = (socket.inet_aton(a) for a in (options.source, options.host))
    tcp = struct.pack('!HHIIBBHHH', 40000, options.port, 0x01020304, 0, 5 << 4, 2, 64240, 0, 0)
    pseudo = source + target + struct.pack('!BBH', 0, 6, len(tcp)) + tcp
    total = sum(struct.unpack(f'!{len(pseudo) // 2}H', pseudo))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    tcp = tcp[:16] + struct.pack('!H', ~total & 0xffff) + tcp[18:]
    header = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0, source, target)
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        raw.sendto(header + tcp, (options.host, 0))
    say('did: never acknowledged')
    time.sleep(6)


def listen(behave, options):
    with socket.create_server(('', options.port)) as server:
        while True:
            sock, _ = server.accept()
            try:
                behave(sock, options)
            except OSError as fault:
                say(f'error: {fault}')
                sock.close()


def main():
    roles = {'server': {}, 'client': {}}
    for name, value in globals().items():
        role, _, behaviour = name.partition('_')
        if role in roles and callable(value):
            roles[role][behaviour.replace('_', '-')] = value
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('role', choices=roles)
    parser.add_argument('behaviour')
    parser.add_argument('--host', default='10.77.0.2')
    parser.add_argument('--source', default='10.77.0.8')
    parser.add_argument('--port', type=int, default=443)
    parser.add_argument('--name', default='shop.example.test')
    for option in ('ca', 'cert', 'key', 'version', 'ciphers', 'alpn'):
        parser.add_argument('--' + option)
    options = parser.parse_args()
    behave = roles[options.role].get(options.behaviour)
    if not behave:
        parser.error(f'no such behaviour: {options.behaviour}; there are {", ".join(roles[options.role])}')
    if options.role == 'server':
        listen(behave, options)
    elif behave is client_syn_only:
        client_syn_only(options)
    else:
        try:
            sock = socket.create_connection((options.host, options.port), 5)
            behave(sock, options)
        except OSError as fault:
            say(f'error: {fault}')
            return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
