"""What both ends of peer.py share: telling what happens, and TLS with every message told."""

import socket
import ssl
import struct

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


def converse(tls, server, to_the_end=True):
    try:
        if server:
            if not tls.recv(4096):
                return False
            say('data: request')
            tls.sendall(REPLY)
        else:
            tls.sendall(REQUEST)
            while tls.recv(4096):
                say('data: reply')
                if not to_the_end:
                    break
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
