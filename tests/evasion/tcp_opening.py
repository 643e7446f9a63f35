"""TCP: how a connection opens."""

from evasion import evasion, marked
from server import NEAR

OTHER_ISN = 0x00100000  # so far from the real one


@evasion('the SYN carries a hello for another name, which nobody asked for; then the hello')
def syn_with_decoy(c):
    c.connect(data=c.decoy())
    c.converse_hello()


@evasion('the SYN carries the beginning of the hello, which comes again behind the handshake')
def syn_with_data(c):
    c.connect(data=c.hello_bytes[:100])
    c.converse_hello()


@evasion('the third segment carries the hello')
def ack_with_hello(c):
    c.syn()
    c.until(lambda: c.told)
    c.converse_hello()


@evasion('a SYN with another number while the first is answered: Linux keeps the first',
         record=marked('unheeded'))
def syn_twice_half_open(c):
    c.syn()
    c.send('S', seq=c.isn + OTHER_ISN)
    c.opened()
    c.converse()


@evasion('a SYN with another number in the open connection: Linux answers with an ACK')
def syn_in_connection(c):
    c.connect()
    c.send('S', seq=c.seq + OTHER_ISN)
    c.converse()


@evasion('a SYN inside the window of the open connection: Linux answers with an ACK')
def syn_in_window(c):
    c.connect()
    c.send('S', seq=c.seq + 5)
    c.converse()


@evasion('first a SYN with another number and a bad TCP checksum')
def syn_checksum(c):
    c.send('S', seq=c.isn + OTHER_ISN, bad_sum=True)
    c.connect()
    c.converse()


@evasion('first a SYN with another number whose hops end before the server')
def syn_ttl(c):
    c.send('S', seq=c.isn + OTHER_ISN, ip={'ttl': NEAR - 1})
    c.connect()
    c.converse()


@evasion('first a SYN with FIN, which Linux drops')
def syn_with_fin(c):
    c.send('SF', seq=c.isn + OTHER_ISN)
    c.connect()
    c.converse()


@evasion('a SYN with PSH and URG, which Linux takes')
def syn_odd_flags(c):
    c.send('SPU')
    c.seq = c.isn + 1
    c.opened()
    c.converse()


@evasion('first a SYN-ACK to the server, which it refuses by RST')
def syn_ack_first(c):
    c.send('SA', ack=1)
    c.gone = ''
    c.connect()
    c.converse()


@evasion('the third segment first acknowledges what the server did not send, which it refuses by RST')
def ack_of_another(c):
    c.syn()
    c.until(lambda: c.told)
    c.send(ack=c.ack + 1000)
    c.gone = ''
    c.opened()
    c.converse()


@evasion('a RST outside the window before the third segment')
def rst_half_open(c):
    c.syn()
    c.send('R', seq=c.seq - 100000)
    c.opened()
    c.converse()


@evasion('the server opens, a SYN meets its SYN (simultaneous open)', connects=True)
def simultaneous_open(c):
    c.until(lambda: c.told)
    c.syn()
    c.opened()
    c.converse()


@evasion('the server opens and is answered with an ACK, then a SYN (split handshake)', connects=True)
def split_handshake(c):
    c.until(lambda: c.told)
    c.send(seq=c.isn)
    c.syn()
    c.opened()
    c.converse()


@evasion('numbers that go beyond 2^32 within the hello')
def sequence_wraps(c):
    c.isn = c.seq = 2 ** 32 - 100
    c.connect()
    c.converse()
