"""TCP: RST and FIN, in and out of place."""

from evasion import ASKED, COMPLETED, HELLO_ONLY, NO_HELLO, evasion
from server import NEAR


def answered_hello(c):
    c.say(c.hello_bytes)
    c.more()
    c.calm()


def decoy(does, flags='R', **segment):
    """A row: a RST or FIN behind the hello that Linux drops; the conversation goes on."""
    ip = segment.pop('ip', {})

    def add(change):
        def play(c):
            c.connect()
            answered_hello(c)
            c.send(flags, ip=ip, **{**segment, **change(c)})
            c.converse()
        play.__name__, play.__module__ = change.__name__, change.__module__
        evasion(does, record={**COMPLETED, 'tcp.teardown': 'fin'})(play)
        return change
    return add


@decoy('a RST far outside the window')
def rst_outside(c):
    return {'seq': c.seq + 0x20000000}


@decoy('a RST before the window')
def rst_before(c):
    return {'seq': c.seq - 1}


@decoy('a RST inside the window, but not at its edge: Linux asks back by an ACK')
def rst_in_window(c):
    return {'seq': c.seq + 100}


@decoy('a RST at the right place with a bad TCP checksum', bad_sum=True)
def rst_checksum(c):
    return {}


@decoy('a RST at the right place with a bad IP checksum', ip={'bad_sum': True})
def rst_ip_checksum(c):
    return {}


@decoy('a RST at the right place whose hops end before the server', ip={'ttl': NEAR - 1})
def rst_ttl(c):
    return {}


@decoy('a RST at the right place with an MD5 signature that nobody asked for', options=bytes((19, 18)) + bytes(16))
def rst_md5(c):
    return {}


@decoy('a SYN with RST far outside the window', flags='SR')
def rst_with_syn(c):
    return {'seq': c.seq + 0x20000000}


@evasion('a RST at the right place', got={'end': 'reset'}, record={'outcome': 'failed', 'cause': 'reset', 'by': 'client'})
def rst_exact(c):
    c.connect()
    c.handshake()
    c.ask()
    c.send('R')
    c.finish()


@evasion('a RST at the right place that acknowledges what was never sent: Linux takes it', got={'end': 'reset'},
         record={'outcome': 'failed', 'by': lambda b: b != 'server'})
def rst_ack_unsent(c):
    c.connect()
    c.handshake()
    c.ask()
    c.send('RA', ack=c.ack + 1_000_000)
    c.finish()


@evasion('a RST at the right place with an old timestamp: Linux takes it', got={'end': 'reset'},
         record={'outcome': 'failed', 'cause': 'reset', 'by': lambda b: b != 'server'}, stamps=True)
def rst_paws(c):
    c.connect()
    c.handshake()
    c.ask()
    c.send('R', stamp=c.now() - 1_000_000)
    c.finish()


@evasion('a RST instead of the hello', got={**NO_HELLO, 'end': 'reset'}, record={'by': 'client'})
def rst_for_hello(c):
    c.connect()
    c.send('RA')
    c.finish()


@decoy('a FIN far outside the window', flags='FA')
def fin_outside(c):
    return {'seq': c.seq + 0x20000000}


@decoy('a FIN before the window', flags='FA')
def fin_before(c):
    return {'seq': c.seq - 10}


@decoy('a FIN without ACK', flags='F')
def fin_no_ack(c):
    return {}


@decoy('a FIN with a bad TCP checksum', flags='FA', bad_sum=True)
def fin_checksum(c):
    return {}


@decoy('a FIN whose hops end before the server', flags='FA', ip={'ttl': NEAR - 1})
def fin_ttl(c):
    return {}


@evasion('a FIN beyond a hole, whose bytes then come', got={'plain': ASKED}, record=COMPLETED)
def fin_early(c):
    c.connect()
    c.handshake()
    c.tls.write(ASKED)
    asked = c.tls_out.read()
    c.send('FA', seq=c.seq + len(asked))
    c.say(asked)
    c.seq += 1
    c.answer()
    c.finish()


@evasion('bytes behind the FIN, which Linux drops')
def data_behind_fin(c):
    c.connect()
    c.handshake()
    c.ask()
    c.close()
    c.send('PA', b'behind the end')
    c.finish()


@evasion('a hello for another name behind a FIN; the hello before it is read', got=HELLO_ONLY,
         record={'by': lambda b: b != 'server'})
def hello_behind_fin(c):
    c.connect()
    answered_hello(c)
    c.send('FA')
    c.send('PA', c.decoy(), seq=c.seq + 1)
    c.finish()


@evasion('the client closes its half, then hears the answer')
def half_close(c):
    c.connect()
    c.handshake()
    c.tls.write(ASKED)
    c.say(c.tls_out.read())
    c.send('FA')
    c.seq += 1
    c.answer()
    c.finish()


@evasion('a FIN with the last bytes of the hello', got=HELLO_ONLY, record={'by': 'client'})
def fin_with_hello(c):
    c.connect()
    c.send('FPA', c.hello_bytes)
    c.seq += len(c.hello_bytes) + 1
    c.finish()


@evasion('a FIN, then the same FIN with other bytes before it')
def fin_again(c):
    c.connect()
    c.handshake()
    c.ask()
    c.close()
    c.send('FPA', b'other', seq=c.seq - 6)
    c.finish()
