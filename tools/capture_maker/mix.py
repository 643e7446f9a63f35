"""The benchmark's traffic: many TLS 1.2 connections, interleaved, of a given number of packets each."""

from .cases_tls import hello_12
from .tls import Tls, in_records, record, APPLICATION
from .trace import Trace

SMALL_FRAME = 64
MINIMUM_FRAME = 60  # Ethernet's, without the checksum
MSS = 1460
RECORD, HEADER, SMALLEST_RECORD = 16_384, 5, 64
NAMES = ('shop', 'www', 'api', 'img', 'mail', 'login', 'static', 'pay')


class Link:
    """Where connections that are written one after the other leave their frames, to be interleaved."""

    def __init__(self, random):
        self.random = random
        self.now = 0
        self.queue = []

    def add(self, data):
        self.queue.append(data)


def data_pieces(talk, small, count):
    """`count` segments of one side's application data, in whole records."""
    if small:
        return [record(APPLICATION, talk.noise(5))] * count  # 10 bytes: a frame of 64
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


def address(prefix, number):
    return f'10.{prefix}.{number // 250}.{number % 250 + 1}'


def write_connection(link, number, packets, small):
    """One connection: 3 + 10 packets of handshakes, data, 4 packets of FIN."""
    talk = Tls(link.random)
    connection = Trace.connection(link, client=(address(1, number % 400), 20_000 + number),
                                  server=(address(2, number % 60), 443), mss=MSS, options=False,
                                  pad_to=MINIMUM_FRAME)
    name = f'{NAMES[number % len(NAMES)]}-{number % 60}.example.test'
    connection.open()
    connection.client(hello_12(talk, sni=name, pad=250))
    connection.ack('server')
    connection.server(in_records(talk.server_flight()))
    connection.ack('client')
    connection.client(talk.client_finish())
    connection.server(talk.server_finish())
    turns = [PATTERN[n % len(PATTERN)] for n in range(packets - 4 - len(link.queue))]
    data = {side: iter(data_pieces(talk, small, turns.count(side))) for side in ('client', 'server')}
    for turn in turns:
        if turn == 'ack':
            connection.ack('client')
        else:
            connection.data(turn, next(data[turn]))
    connection.close(first='client' if number % 2 else 'server')


def make(connections, packets, small, seed=1):
    """A Trace in which `connections` run at once, round robin, each a few packets behind another."""
    trace = Trace(seed=seed, step=1)
    link = Link(trace.random)
    queues = []
    for number in range(connections):
        link.queue = []
        write_connection(link, number, packets, small)
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
