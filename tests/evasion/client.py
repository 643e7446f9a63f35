"""The client: a TCP of its own, so that it can send what no kernel would, and OpenSSL above it."""

import contextlib
import ssl
import struct
import time

from server import NAME, PORT, Server
from wire import CLIENT, SERVER, packets

MSS = 1400
FIRST_PORT = 40000  # each evasion has one to itself
DECOY = 'evil.example.test'
PATIENCE = 2.0  # seconds until an answer counts as not coming


class Silence(Exception):
    """The server says nothing more, or has gone."""


def changed(data, at, new):
    return data[:at] + new + data[at + len(new):]


def damaged(data, at):
    return changed(data, at, bytes((data[at] ^ 0x5A,)))


class Client:
    def __init__(self, wire, pki, number, version=4, connects=False, small=False, stamps=False, most=None, name=NAME):
        self.wire, self.version = wire, version
        self.address, self.port = CLIENT[version].format(number), FIRST_PORT + number
        self.peer = SERVER[version]
        self.server = Server(pki, version, (self.address, self.port) if connects else None, small)
        self.isn = self.seq = 0x10000000 + number * 0x01000000
        self.ack = self.acked = 0
        self.ident, self.heard, self.told = 1, b'', []
        self.stamps, self.echo, self.window = stamps, 0, 64240
        self.gone = ''
        self.tls_in, self.tls_out = ssl.MemoryBIO(), ssl.MemoryBIO()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if most:
            context.maximum_version = most
        self.tls = context.wrap_bio(self.tls_in, self.tls_out, server_hostname=name)

    # --- segments and packets

    def now(self):
        """Of the timestamps option: milliseconds."""
        return self.wire.clock // 1000 & 0xFFFFFFFF

    def segment(self, flags='A', data=b'', seq=None, ack=None, options=b'', window=None, stamp=None, bits=0, urgent=0,
                bad_sum=False):
        """One of TCP. `bits`: flags without a letter; `stamp`: a value of the timestamps option."""
        if self.stamps or stamp is not None:
            options = packets.option_timestamps(self.now() if stamp is None else stamp, self.echo) + options
        made = packets.tcp(self.address, self.port, self.peer, PORT, self.seq if seq is None else seq,
                           self.ack if ack is None else ack, flags, data, options, self.window if window is None else window)
        made = changed(made, 12, struct.pack('!H', int.from_bytes(made[12:14], 'big') | bits))
        made = self.summed(changed(made, 18, struct.pack('!H', urgent)))
        return damaged(made, 16) if bad_sum else made

    def summed(self, segment):
        blank = changed(segment, 16, b'\0\0')
        head = packets.pseudo_header(self.address, self.peer, packets.TCP, len(segment))
        return changed(segment, 16, struct.pack('!H', packets.checksum(head + blank)))

    def packet(self, segment, ttl=64, bad_sum=False, options=b'', extensions=(), protocol=packets.TCP):
        """Of IP, around a segment."""
        if self.version == 6:
            return changed(packets.ipv6(self.address, self.peer, protocol, segment, extensions), 7, bytes((ttl,)))
        self.ident += 1
        made = changed(packets.ipv4(self.address, self.peer, protocol, segment, self.ident, options), 8, bytes((ttl,)))
        size = 20 + len(options)
        blank = changed(made[:size], 10, b'\0\0')
        made = changed(made, 10, struct.pack('!H', packets.checksum(blank)))
        return damaged(made, 10) if bad_sum else made

    def fragment(self, segment, start, end, ident=7, more=None, data=None):
        """The piece [start, end) of a segment; `data` in the place of its own bytes."""
        piece = segment[start:end] if data is None else data
        more = end < len(segment) if more is None else more
        if self.version == 6:
            return packets.ipv6(self.address, self.peer, packets.TCP, piece,
                                [(44, struct.pack('!HI', start | more, ident))])
        return packets.ipv4(self.address, self.peer, packets.TCP, piece, ident, offset=start // 8, more=more,
                            dont_fragment=False)

    # --- sending and receiving

    def put(self, packet):
        """Onto the wire; then what the kernel answers at once."""
        self.wire.send(packet)
        self.listen()

    def send(self, flags='A', data=b'', ip=None, **segment):
        self.put(self.packet(self.segment(flags, data, **segment), **(ip or {})))

    def say(self, data, size=MSS):
        """Bytes as any client sends them."""
        for at in range(0, len(data), size):
            piece = data[at:at + size]
            self.send('PA' if at + size >= len(data) else 'A', piece)
            self.seq += len(piece)

    def listen(self, limit=0.0):
        """Takes what has come; True if something had."""
        came = False
        while packet := self.wire.receive(0 if came else limit):
            came |= self.take(packet)
        if came and self.ack != self.acked:
            self.acked = self.ack
            self.wire.send(self.packet(self.segment()))
            self.listen()
        return came

    def take(self, packet):
        head = (packet[0] & 15) * 4 if packet[0] >> 4 == 4 else 40
        protocol = packet[9] if packet[0] >> 4 == 4 else packet[6]
        if protocol in (1, 58):
            if packet[16:20] == packets.ipaddress.ip_address(self.address).packed:
                self.wire.show(packet)
            return False
        if protocol != packets.TCP or int.from_bytes(packet[head + 2:head + 4], 'big') != self.port:
            return False
        self.wire.show(packet)
        self.read(packet[head:])
        return True

    def read(self, segment):
        seq, ack = struct.unpack('!II', segment[4:12])
        offset, flags = segment[12] >> 4, segment[13]
        self.told.append((flags, seq, ack))
        self.offered = int.from_bytes(segment[14:16], 'big')  # no scale was asked for
        self.note_stamp(segment[20:offset * 4])
        data = segment[offset * 4:]
        if flags & 0x04:
            self.gone = self.gone or 'reset'
        elif flags & 0x02:
            self.ack = seq + 1 & 0xFFFFFFFF
            self.acked = self.ack  # whoever opened acknowledges this himself
        elif seq == self.ack or (self.ack - seq & 0xFFFFFFFF) < len(data):
            new = data[self.ack - seq & 0xFFFFFFFF:]
            self.heard += new
            self.tls_in.write(new)
            self.ack = self.ack + len(new) + (flags & 1) & 0xFFFFFFFF
            if flags & 1:
                self.gone = self.gone or 'fin'

    def note_stamp(self, options):
        at = options.find(b'\x08\x0a')
        if at >= 0 and len(options) >= at + 6:
            self.echo = int.from_bytes(options[at + 2:at + 6], 'big')

    def pause(self, seconds):
        self.wire.pause(seconds)
        self.listen()

    def until(self, condition, limit=PATIENCE):
        end = time.monotonic() + limit
        while not condition():
            if time.monotonic() > end:
                raise Silence
            self.listen(0.01)

    # --- a conversation

    def connect(self, options=b'', data=b''):
        """The handshake of TCP."""
        self.syn(options, data)
        self.opened()

    def syn(self, options=b'', data=b''):
        self.send('S', data, options=packets.option_mss(MSS) + options)
        self.seq = self.isn + 1

    def opened(self):
        self.until(lambda: any(flags & 0x12 == 0x12 for flags, _, _ in self.told))
        self.send()
        self.until(lambda: self.server.heard.accepted)

    def hello(self):
        """The Client Hello that OpenSSL means to send, in its record."""
        with contextlib.suppress(ssl.SSLWantReadError):
            self.tls.do_handshake()
        return self.tls_out.read()

    def decoy(self):
        """The hello with another name in it, of the same length."""
        return self.hello_bytes.replace(NAME.encode(), DECOY.encode())

    @property
    def hello_bytes(self):
        if not hasattr(self, 'kept'):
            self.kept = self.hello()
        return self.kept

    def handshake(self):
        while True:
            try:
                self.tls.do_handshake()
                self.say(self.tls_out.read())
                break
            except ssl.SSLWantReadError:
                self.say(self.tls_out.read())
                self.more()
        self.until(lambda: self.server.heard.finished and self.server.idle or self.gone)
        self.listen()

    def more(self):
        """Waits for more of the server's bytes."""
        had = len(self.heard)
        self.until(lambda: len(self.heard) > had or self.gone or self.tls_in.pending)
        if len(self.heard) == had and not self.tls_in.pending:
            raise Silence

    def ask(self, question=b'ping\n'):
        self.tls.write(question)
        self.say(self.tls_out.read())
        self.answer()

    def answer(self):
        while True:
            try:
                self.tls.read(100)
                return
            except ssl.SSLWantReadError:
                self.more()

    def close(self):
        """close_notify, and FIN when the server has closed."""
        with contextlib.suppress(ssl.SSLError):
            self.tls.unwrap()
        self.say(self.tls_out.read())
        self.until(lambda: self.gone)
        self.fin()

    def fin(self):
        self.send('FA')
        self.seq += 1
        with contextlib.suppress(Silence):
            self.until(lambda: self.gone and self.server.settled())

    def converse(self):
        """All that follows the opening: hello (unless it was sent), handshake, question, answer, goodbye."""
        self.handshake()
        self.ask()
        self.close()

    def converse_hello(self):
        """The same, where a hello was made but not sent."""
        self.say(self.hello_bytes)
        self.until(lambda: self.server.heard.accepted)
        self.converse()

    def room(self):
        """Bytes that the server's window still takes."""
        _, _, ack = self.told[-1]
        return self.offered - (self.seq - ack & 0xFFFFFFFF)

    def go_on(self):
        """The same, where the server may have other plans."""
        try:
            self.converse()
        except (Silence, ssl.SSLError):
            self.leave()

    def calm(self):
        """Waits until the server has done what follows from what it has begun to answer."""
        self.until(lambda: self.server.idle or self.server.settled())
        self.listen()

    def finish(self):
        """Waits until the server is done with the connection."""
        self.until(self.server.settled)
        self.listen()

    def leave(self):
        """Goes as a client does that was refused, or gets no answer."""
        self.calm()
        if self.gone != 'reset':
            self.fin()

    def settle(self, seconds=0.02):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.listen(0.005)
