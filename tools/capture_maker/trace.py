"""A capture in the making: frames with times, and TCP connections that write themselves into it."""

import ipaddress
import random
import struct

from . import files, packets

START = 1_796_115_600_000_000  # microseconds: 2026-12-01T09:00:00Z


def own(port):
    """A client with an address of its own: one connection's failure makes no other a retry."""
    return f'10.1.1.{port - 50_000}', port


class Frame:
    def __init__(self, time, data, length=None):
        self.time = time  # microseconds
        self.data = data
        self.length = length or len(data)  # as it was on the wire
        self.interface = 0  # in a pcapng file


class Trace:
    """Frames in the order of capture. The clock moves `step` microseconds with every frame."""

    def __init__(self, seed=0, start=START, step=250, snap_length=262_144):
        self.random = random.Random(seed)
        self.now = start
        self.step = step
        self.snap_length = snap_length
        self.frames = []
        self.form = {}  # the file's: of files.pcap, or `interfaces` of files.pcapng

    def wait(self, seconds):
        self.now += round(seconds * 1_000_000)

    def add(self, data):
        frame = Frame(self.now, data[:self.snap_length], len(data))
        self.frames.append(frame)
        self.now += self.step
        return frame

    def repeat(self, frame, after=4):
        """The same frame once more, as a badly set mirror port shows it: `after` microseconds."""
        self.frames.append(Frame(frame.time + after, frame.data, frame.length))

    def connection(self, **settings):
        return Connection(self, **settings)

    def file(self):
        """The capture's name and bytes."""
        if 'interfaces' in self.form:
            return 'capture.pcapng', files.pcapng(self.frames, **self.form)
        return 'capture.pcap', files.pcap(self.frames, snap_length=self.snap_length, **self.form)


class Peer:
    def __init__(self, address, port, isn, number):
        self.address, self.port, self.mac = address, port, packets.mac(number)
        self.isn = isn
        self.next = isn          # sequence number of its next byte
        self.acknowledged = 0    # what it has acknowledged of the other side


class Connection:
    """One TCP connection. Each call writes what one side sends; 'client' and 'server' name the sides.

    Sequence and acknowledgement numbers follow by themselves. With lost=True a segment is sent, and
    counts for what follows, but the capture does not have it.
    """

    def __init__(self, trace, client=('10.1.0.10', 50_000), server=('10.2.0.20', 443), tags=(), mss=1460,
                 options=True, isn=None, extensions=(), ip_options=b'', pad_to=0, fast_open=b'', wrap=None):
        self.trace = trace
        first, second = isn or (trace.random.getrandbits(32), trace.random.getrandbits(32))
        self.peers = {'client': Peer(*client, first, 1), 'server': Peer(*server, second, 2)}
        self.tags, self.mss, self.options, self.pad_to = tags, mss, options, pad_to
        self.extensions, self.ip_options = extensions, ip_options
        self.fast_open = fast_open  # cookie of the client's SYN (RFC 7413)
        self.wrap = wrap or (lambda frame: frame)  # puts the Ethernet frame into something else
        self.is_ipv6 = ipaddress.ip_address(client[0]).version == 6
        self.ident = trace.random.getrandbits(16)
        # a full-size segment's payload
        self.room = mss - (12 if options else 0)

    def other(self, side):
        return self.peers['server' if side == 'client' else 'client']

    def _options(self, flags):
        if not self.options:
            return packets.option_mss(self.mss) if 'S' in flags else b''
        if flags == 'S' and self.fast_open:
            return packets.option_mss(self.mss) + packets.option_fast_open(self.fast_open)
        ticks = self.trace.now // 1000
        stamps = packets.option_timestamps(ticks, ticks if 'A' in flags else 0)
        if 'S' in flags:
            return (packets.option_mss(self.mss) + packets.OPTION_SACK_PERMITTED + stamps[2:] +
                    packets.option_window_scale(7))
        return stamps

    def packet(self, side, flags, payload, seq, ack, window=64240):
        """The frame's bytes; no state changes."""
        me, other = self.peers[side], self.other(side)
        segment = packets.tcp(me.address, me.port, other.address, other.port, seq, ack, flags, payload,
                              self._options(flags), window)
        if self.is_ipv6:
            ethertype = packets.ETHERTYPE_IPV6
            packet = packets.ipv6(me.address, other.address, packets.TCP, segment, self.extensions)
        else:
            ethertype = packets.ETHERTYPE_IPV4
            self.ident += 1
            packet = packets.ipv4(me.address, other.address, packets.TCP, segment, self.ident,
                                  self.ip_options)
        return self.wrap(packets.ethernet(me.mac, other.mac, ethertype, packet, self.tags, self.pad_to))

    def send(self, side, flags, payload=b'', lost=False, seq=None, ack=None, window=64240):
        me, other = self.peers[side], self.other(side)
        if 'A' in flags and ack is None:
            me.acknowledged = other.next
        bytes_ = self.packet(side, flags, payload, me.next if seq is None else seq,
                             me.acknowledged if ack is None else ack, window)
        if seq is None:
            me.next = (me.next + len(payload) + ('S' in flags) + ('F' in flags)) & 0xFFFFFFFF
        return None if lost else self.trace.add(bytes_)

    def open(self):
        self.send('client', 'S')
        self.send('server', 'SA')
        self.send('client', 'A')

    def ack(self, side):
        return self.send(side, 'A')

    def data(self, side, payload, cut=None, order=None, lose=()):
        """Sends bytes, cut into segments of the given sizes (the rest full-size). `order` is the order
        in which the capture sees the segments, `lose` the ones it does not see, both by index."""
        pieces, position = [], 0
        for size in cut or ():
            pieces.append(payload[position:position + size])
            position += size
        while position < len(payload):
            pieces.append(payload[position:position + self.room])
            position += self.room
        start = self.peers[side].next
        self.peers[side].acknowledged = self.other(side).next
        offsets = [sum(len(p) for p in pieces[:i]) for i in range(len(pieces))]
        for index in order or range(len(pieces)):
            if index not in lose:
                flags = 'PA' if index == len(pieces) - 1 else 'A'
                self.send(side, flags, pieces[index], seq=start + offsets[index])
        self.peers[side].next = (start + len(payload)) & 0xFFFFFFFF

    def client(self, payload, **how):
        self.data('client', payload, **how)

    def server(self, payload, **how):
        self.data('server', payload, **how)

    def close(self, first='client'):
        """FIN, ACK, FIN, ACK."""
        second = 'server' if first == 'client' else 'client'
        self.send(first, 'FA')
        self.send(second, 'A')
        self.send(second, 'FA')
        self.send(first, 'A')

    def reset(self, side, with_ack=True):
        self.send(side, 'RA' if with_ack else 'R')
