"""The receiver: Linux' TCP and OpenSSL, and their testimony."""

import contextlib
import select
import socket
import ssl
import struct
import threading
from dataclasses import dataclass

from wire import SERVER, sh

PORT = 443
NEAR = 4   # a packet with fewer hops left dies before the server, played by its kernel (IP_MINTTL)
IP_MINTTL, IPV6_MINHOPCOUNT = 21, 73
NAME = 'shop.example.test'
ANSWER = b'pong ' * 40  # longer than an alert
ASKED_SHORT, SHORT = b'hi\n', b'hello'


class Pki:
    def __init__(self, folder):
        self.key, self.certificate = f'{folder}/key.pem', f'{folder}/certificate.pem'
        sh('openssl', 'req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-days', '3650',
           '-subj', f'/CN={NAME}', '-addext', f'subjectAltName=DNS:{NAME}', '-keyout', self.key, '-out', self.certificate)


@dataclass
class Testimony:
    """What the server received."""
    accepted: int = 0        # connections that its kernel gave it
    raw: bytes = b''         # bytes of TCP
    sni: str = None          # OpenSSL's, of the hello that it read
    hello: bool = False      # OpenSSL read a Client Hello and answered it
    finished: bool = False   # the TLS handshake
    plain: bytes = b''       # what came through TLS
    end: str = ''            # goodbye (close_notify), fin, reset
    complaint: str = ''      # OpenSSL's


class Server:
    """Listens, or, where the kernel is to open the connection, connects."""

    def __init__(self, pki, version, connects_to=None, small=False):
        self.pki, self.heard, self.open, self.threads = pki, Testimony(), [], []
        self.reads = threading.Event()
        self.reads.set()
        self.over = threading.Event()
        self.socket = socket.socket(socket.AF_INET if version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if version == 4:
            self.socket.setsockopt(socket.IPPROTO_IP, IP_MINTTL, NEAR)
        else:
            self.socket.setsockopt(socket.IPPROTO_IPV6, IPV6_MINHOPCOUNT, NEAR)
        if small:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.bind((SERVER[version], PORT))
        if not connects_to:
            self.socket.listen(8)
        self.main = threading.Thread(target=self.connect if connects_to else self.accept, args=connects_to or ())
        self.main.start()

    def accept(self):
        while not self.over.is_set():
            if select.select([self.socket], [], [], 0.005)[0]:
                self.begin(self.socket.accept()[0])

    def connect(self, host, port):
        self.socket.settimeout(2)
        with contextlib.suppress(OSError):
            self.socket.connect((host, port))
            self.begin(self.socket)

    def begin(self, connection):
        connection.settimeout(0.005)
        self.open.append(connection)
        thread = threading.Thread(target=self.talk, args=(connection,))
        self.threads.append(thread)
        thread.start()
        self.heard.accepted += 1

    def context(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.pki.certificate, self.pki.key)

        def named(_, name, __):
            self.heard.sni, self.heard.hello = name, True
        context.sni_callback = named
        return context

    idle = False  # nothing of what it has read waits to be answered

    def talk(self, connection):
        bio = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = self.context().wrap_bio(*bio, server_side=True)
        try:
            while not self.over.is_set() and self.turn(tls, bio[1], connection):
                self.idle = True
                while not self.over.is_set():
                    with contextlib.suppress(TimeoutError):
                        if self.reads.wait(0.005):
                            break
                if (got := self.hear(connection)) is None:
                    return
                self.idle = False
                if not got:
                    self.heard.end = self.heard.end or 'fin'
                    bio[0].write_eof()
                else:
                    self.heard.raw += got
                    bio[0].write(got)
        except ConnectionResetError:
            self.heard.end = 'reset'
        except OSError:
            self.heard.end = self.heard.end or 'reset'
        finally:
            connection.close()

    def hear(self, connection):
        while not self.over.is_set():
            with contextlib.suppress(TimeoutError):
                return connection.recv(65536)
        return None

    def turn(self, tls, out, connection):
        """What OpenSSL makes of it; whether the conversation goes on."""
        goes_on = True
        try:
            if not self.heard.finished:
                tls.do_handshake()
                self.heard.finished = True
            while said := tls.read(65536):
                self.heard.plain += said
                if said.endswith(b'\n'):
                    tls.write(SHORT if said == ASKED_SHORT else ANSWER)
            goes_on, self.heard.end = False, 'goodbye'
            self.say(out, connection)
            tls.unwrap()
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError as fault:
            if goes_on:
                self.heard.complaint = (fault.reason or 'end').lower()
            goes_on = False
        self.say(out, connection)
        return goes_on

    @staticmethod
    def say(out, connection):
        if out.pending:
            connection.settimeout(2)
            connection.sendall(out.read())
            connection.settimeout(0.005)

    def settled(self):
        """Whether nobody is talking any more."""
        return not any(t.is_alive() for t in self.threads)

    def stop(self):
        self.over.set()
        self.main.join()
        for thread in self.threads:
            thread.join()
        for connection in self.open:
            with contextlib.suppress(OSError):  # nothing of it may wait for a client that has gone
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
            connection.close()
        self.socket.close()
        return self.heard
