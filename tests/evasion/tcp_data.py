"""TCP: segments of the hello, in pieces, again and otherwise, and such as Linux drops."""

from client import DECOY, changed
from evasion import COMPLETED, HELLO_ONLY, NO_HELLO, TWICE, evasion, marked

MD5 = bytes((19, 18)) + bytes(16)
FAR = 0x20000000
HOSTS_DIFFER = 'hosts differ in which of two versions they keep'


def pieces(data, size):
    return [(at, data[at:at + size]) for at in range(0, len(data), size)]


def put_pieces(c, parts):
    """(offset, bytes) each, from the place where the hello begins."""
    c.connect()
    for at, data in parts:
        c.send('PA', data, seq=c.seq + at)
    c.seq += len(c.hello_bytes)


@evasion('the hello in segments of one byte')
def one_byte(c):
    put_pieces(c, pieces(c.hello_bytes, 1))
    c.converse()


@evasion('the segments of the hello swapped in pairs')
def swapped(c):
    parts = pieces(c.hello_bytes, 40)
    put_pieces(c, [p for i in range(0, len(parts), 2) for p in parts[i:i + 2][::-1]])
    c.converse()


@evasion('the segments of the hello, the last first')
def backwards(c):
    put_pieces(c, pieces(c.hello_bytes, 100)[::-1])
    c.converse()


@evasion('each segment of the hello overlaps the one before with the same bytes')
def overlap_alike(c):
    hello = c.hello_bytes
    put_pieces(c, [(at, hello[at:at + 120]) for at in range(0, len(hello), 60)])
    c.converse()


@evasion('the second half first, for another name, then the whole hello over it: Linux takes what is in order',
         record=TWICE, unknowable=HOSTS_DIFFER)
def overlap_before(c):
    put_pieces(c, [(100, c.decoy()[100:]), (0, c.hello_bytes)])
    c.converse()


@evasion('the hello for another name behind a hole, then the real one over it, then what fills the hole: Linux keeps the first',
         got={**HELLO_ONLY, 'sni': DECOY, 'hello': True}, record={'by': lambda b: b != 'server'})
def overlap_both_early(c):
    put_pieces(c, [(100, c.decoy()[100:]), (100, c.hello_bytes[100:]), (0, c.hello_bytes[:100])])
    c.go_on()


@evasion('the real bytes behind a hole, then others over them, then what fills the hole')
def overlap_other_early(c):
    put_pieces(c, [(100, c.hello_bytes[100:]), (100, c.decoy()[100:]), (0, c.hello_bytes[:100])])
    c.go_on()


@evasion('bytes behind a hole, then others that begin before and end behind them, then what fills the hole',
         record=TWICE, unknowable=HOSTS_DIFFER)
def overlap_around(c):
    hello, decoy = c.hello_bytes, c.decoy()
    put_pieces(c, [(120, decoy[120:300]), (60, hello[60:400]), (400, hello[400:]), (0, hello[:60])])
    c.go_on()


@evasion('a segment that repeats old bytes as others, with new ones behind them')
def overlap_old(c):
    hello = c.hello_bytes
    put_pieces(c, [(0, hello[:400]), (0, c.decoy()[:400] + hello[400:])])
    c.converse()


@evasion('the hello once more, for another name')
def repeat_other(c):
    put_pieces(c, [(0, c.hello_bytes), (0, c.decoy())])
    c.converse()


# --- decoys: a hello for another name where the real one is to be, in a segment that Linux drops

def decoy(does, record=None, **more):
    """A row: the decoy that the function sends, then the hello."""
    def add(send):
        def play(c):
            c.connect()
            send(c)
            c.converse_hello()
        play.__name__, play.__module__ = send.__name__, send.__module__
        evasion(f'a hello for another name {does}; then the hello', record=record or COMPLETED, **more)(play)
        return send
    return add


@decoy('with a bad TCP checksum', record=marked('checksum'), checksums='drop')
def tcp_checksum(c):
    c.send('PA', c.decoy(), bad_sum=True)


@decoy('far beyond the window')
def seq_beyond(c):
    c.send('PA', c.decoy(), seq=c.seq + FAR)


@decoy('far before the window')
def seq_before(c):
    c.send('PA', c.decoy(), seq=c.seq - FAR)


@decoy('without an ACK')
def no_ack(c):
    c.send('P', c.decoy())


@decoy('without any flag')
def no_flags(c):
    c.send('', c.decoy())


@decoy('with SYN')
def data_with_syn(c):
    c.send('SPA', c.decoy())


@decoy('that acknowledges what the server has not sent', record=marked('ack_unsent'))
def ack_unsent(c):
    c.send('PA', c.decoy(), ack=c.ack + 1_000_000)


@decoy('that acknowledges a few bytes more than the server has sent', record=marked('ack_unsent'))
def ack_unsent_near(c):
    c.send('PA', c.decoy(), ack=c.ack + 100)


@decoy('that acknowledges far less than the server has sent', record=marked('ack_unsent'))
def ack_old(c):
    c.send('PA', c.decoy(), ack=c.ack - FAR)


@decoy('with a timestamp from before the last one (PAWS)', record=marked('old_timestamp'), stamps=True)
def paws(c):
    c.send('PA', c.decoy(), stamp=c.now() - 1_000_000)


@decoy('without the timestamps that were agreed on, which Linux takes', stamps=True)
def no_stamps(c):
    c.stamps = False
    c.send('PA', c.hello_bytes)
    c.stamps = True


@decoy('with an MD5 signature that nobody asked for', record=marked('signature'))
def md5(c):
    c.send('PA', c.decoy(), options=MD5)


@decoy('whose header is shorter than a header can be')
def short_header(c):
    made = c.segment('PA', c.decoy())
    c.put(c.packet(c.summed(changed(made, 12, b'\x40'))))


@decoy('whose header is longer than the segment')
def long_header(c):
    made = c.segment('PA', b'short')
    c.put(c.packet(c.summed(changed(made, 12, b'\xF0'))))


# --- odd, but heard

@evasion('an option whose length is none, in the segment of the hello')
def option_length_zero(c):
    c.connect()
    c.send('PA', c.hello_bytes, options=b'\x42\x00')
    c.seq += len(c.hello_bytes)
    c.converse()


@evasion('reserved flags and ECN marks in the segment of the hello')
def reserved_flags(c):
    c.connect()
    c.send('PA', c.hello_bytes, bits=0x0FC0)
    c.seq += len(c.hello_bytes)
    c.converse()


@evasion('a byte more in the midst of the hello that is urgent: Linux takes it out of the stream',
         record=marked('urgent'))
def urgent_byte(c):
    hello = c.hello_bytes
    c.connect()
    c.send('PAU', hello[:150] + b'!' + hello[150:], urgent=151)
    c.seq += len(hello) + 1
    c.converse()


@evasion('an urgent byte before the hello, in a segment of its own', record=marked('urgent'))
def urgent_before(c):
    c.connect()
    c.send('PAU', b'!', urgent=1)
    c.seq += 1
    c.say(c.hello_bytes)
    c.converse()


@evasion('an urgent byte whose pointer comes a segment before it', record=marked('urgent'))
def urgent_ahead(c):
    hello = c.hello_bytes
    c.connect()
    c.send('PAU', hello[:100], urgent=151)
    c.send('PA', hello[100:150] + b'!' + hello[150:], seq=c.seq + 100)
    c.seq += len(hello) + 1
    c.converse()


@evasion('keep-alives with a byte of their own')
def keep_alive_byte(c):
    c.connect()
    c.send('A', b'!', seq=c.seq - 1)
    c.say(c.hello_bytes)
    c.send('A', b'!', seq=c.seq - 1)
    c.converse()


@evasion('the hello but for its last bytes, and nothing more', got=NO_HELLO,
         record={'outcome': lambda o: o in ('unknown', 'open', 'failed'), 'by': lambda b: b != 'server', 'cause': lambda x: x != 'alert'})
def never_whole(c):
    c.connect()
    c.say(c.hello_bytes[:-10])
    c.pause(0.05)


@evasion('a hole before the last bytes of the hello that nobody fills', got=NO_HELLO,
         record={'by': lambda b: b != 'server', 'tls.sni': None})
def hole(c):
    hello = c.hello_bytes
    put_pieces(c, [(0, hello[:100]), (300, hello[300:])])
    c.pause(0.05)


@evasion('a window of none from the opening on; it opens when the server has waited')
def zero_window(c):
    c.window = 0
    c.connect()
    c.say(c.hello_bytes)
    c.pause(0.05)
    c.window = 64240
    c.send()
    c.converse()


@evasion('a byte beyond the window of a server that does not read, sent again when it does',
         got={'plain': b'x' * 12000 + b'\n'}, record=COMPLETED, small=True)
def window_probe(c):
    c.connect()
    c.handshake()
    c.settle()
    c.server.reads.clear()
    c.settle()
    c.tls.write(b'x' * 12000 + b'\n')
    rest = c.tls_out.read()
    while rest and c.room():
        piece = rest[:min(1000, c.room())]
        c.send('PA', piece)
        c.seq += len(piece)
        rest = rest[len(piece):]
    c.send('A', rest[:1])  # into the closed window
    c.server.reads.set()
    while rest:
        c.until(lambda: c.room() > 0)
        piece = rest[:min(1000, c.room())]
        c.send('PA', piece)
        c.seq += len(piece)
        rest = rest[len(piece):]
    c.answer()
    c.close()
