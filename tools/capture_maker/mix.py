"""The benchmark's traffic: many connections, interleaved, of a given number of packets each; a SYN flood."""

from dataclasses import dataclass

from .cases_tls import hello_12
from .packets import TAG_8021Q
from .tls import Tls, in_records, record, APPLICATION
from .trace import Trace

SMALL_FRAME = 64
MINIMUM_FRAME = 60  # Ethernet's, without the checksum
MSS = 1460
RECORD, HEADER, SMALLEST_RECORD = 16_384, 5, 64
FIRST_VLAN = 100
NAMES = ('shop', 'www', 'api', 'img', 'mail', 'login', 'static', 'pay')


@dataclass
class Form:
    """What the connections of a mix are like."""
    packets: int = 60      # of each
    small: bool = True     # data packets of 64 bytes, else of full size
    ipv6: bool = False
    vlans: int = 0         # so many, in turn; 0: untagged
    plain: bool = False    # HTTP instead of TLS 1.2
    stays_open: bool = False


class Link:
    """Where connections that are written one after the other leave their frames, to be interleaved."""

    def __init__(self, random):
        self.random = random
        self.now = 0
        self.queue = []

    def add(self, data):
        self.queue.append(data)


def in_tls(talk, size):
    return record(APPLICATION, talk.noise(size))


def data_pieces(talk, form, count):
    """`count` segments of one side's data, in whole records where it is TLS."""
    if form.plain:
        return [talk.noise(10 if form.small else MSS)] * count
    if form.small:
        return [in_tls(talk, 5)] * count  # 10 bytes: a frame of 64
    block = talk.noise(RECORD)
    left, stream = count * MSS, b''
    while left:
        size = min(left, HEADER + RECORD)
        if 0 < left - size < SMALLEST_RECORD:
            size -= SMALLEST_RECORD
        stream += record(APPLICATION, block[:size - HEADER])
        left -= size
    return [stream[i:i + MSS] for i in range(0, len(stream), MSS)]


# A request, then an answer of several segments; the receiver acknowledges every second one.
PATTERN = ('client', 'client', 'server', 'server', 'ack', 'server', 'server', 'ack')


def address(prefix, number, ipv6=False):
    if ipv6:
        return f'2001:db8:{prefix}::{number // 250:x}:{number % 250 + 1:x}'
    return f'10.{prefix}.{number // 250}.{number % 250 + 1}'


def say_hello(connection, talk, name, plain):
    """10 packets of a TLS handshake, 2 of an HTTP request and its answer."""
    if plain:
        connection.client(f'GET / HTTP/1.1\r\nHost: {name}\r\n\r\n'.encode())
        connection.server(b'HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n')
        return
    connection.client(hello_12(talk, sni=name, pad=250))
    connection.ack('server')
    connection.server(in_records(talk.server_flight()))
    connection.ack('client')
    connection.client(talk.client_finish())
    connection.server(talk.server_finish())


def write_connection(link, number, form):
    """One connection: 3 packets of TCP's handshake, what follows at once, data, 4 packets of FIN."""
    talk = Tls(link.random)
    connection = Trace.connection(link, client=(address(1, number % 400, form.ipv6), 20_000 + number),
                                  server=(address(2, number % 60, form.ipv6), 80 if form.plain else 443), mss=MSS,
                                  options=False, pad_to=MINIMUM_FRAME,
                                  tags=((TAG_8021Q, FIRST_VLAN + number % form.vlans),) if form.vlans else ())
    connection.open()
    say_hello(connection, talk, f'{NAMES[number % len(NAMES)]}-{number % 60}.example.test', form.plain)
    closing = 0 if form.stays_open else 4
    turns = [PATTERN[n % len(PATTERN)] for n in range(form.packets - closing - len(link.queue))]
    data = {side: iter(data_pieces(talk, form, turns.count(side))) for side in ('client', 'server')}
    for turn in turns:
        if turn == 'ack':
            connection.ack('client')
        else:
            connection.data(turn, next(data[turn]))
    if not form.stays_open:
        connection.close(first='client' if number % 2 else 'server')


def make(connections, form, seed=1):
    """A Trace in which `connections` run at once, round robin, each a few packets behind another."""
    trace = Trace(seed=seed, step=1)
    link = Link(trace.random)
    queues = []
    for number in range(connections):
        link.queue = []
        write_connection(link, number, form)
        queues.append(link.queue)
    longest = max(len(queue) for queue in queues)
    # Connection n begins in round n % spread, so that all phases meet at any time.
    spread = longest
    for turn in range(longest + spread):
        for number, queue in enumerate(queues):
            index = turn - number % spread
            if 0 <= index < len(queue):
                trace.add(queue[index])
    return trace


def make_syns(count, seed=1):
    """A SYN flood: each packet opens a connection of its own, and none is answered."""
    trace = Trace(seed=seed, step=1)
    link = Link(trace.random)
    for number in range(count):
        Trace.connection(link, client=(address(number // 50_000, number % 50_000), 1024 + number % 50_000),
                         server=('10.200.0.1', 443), options=False, pad_to=MINIMUM_FRAME).send('client', 'S')
    for frame in link.queue:
        trace.add(frame)
    return trace
