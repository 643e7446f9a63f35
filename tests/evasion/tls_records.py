"""TLS: how the hello lies in records, and what comes before it."""

import struct

from capture_maker import tls
from evasion import COMPLETED, HELLO_ONLY, NO_HELLO, evasion
from server import ASKED_SHORT

CLOSED = {'outcome': 'failed', 'by': lambda by: by != 'network', 'tls.established': lambda e: not e}


def message(c):
    """The Client Hello without its record."""
    return c.hello_bytes[5:]


def send_as(c, data):
    """Opens, sends this in the place of the hello, goes on as the server wills."""
    c.connect()
    c.say(data)
    c.go_on()


def records(data, size, version=tls.TLS10):
    return b''.join(tls.record(tls.HANDSHAKE, data[at:at + size], version) for at in range(0, len(data), size))


@evasion('the hello in records of one byte')
def records_of_one_byte(c):
    send_as(c, records(message(c), 1))


@evasion('the hello in records of one byte, each in a segment of its own')
def records_one_a_segment(c):
    c.connect()
    for at in range(len(message(c))):
        c.say(tls.record(tls.HANDSHAKE, message(c)[at:at + 1]))
    c.converse()


@evasion('the hello in records of 50 bytes')
def records_many(c):
    send_as(c, records(message(c), 50))


@evasion('the header of the message in a record, its body in the next')
def records_head_apart(c):
    send_as(c, records(message(c)[:4], 4) + records(message(c)[4:], 1000))


@evasion('a segment ends within the header of a record')
def record_header_split(c):
    c.connect()
    c.say(c.hello_bytes[:3])
    c.say(c.hello_bytes[3:])
    c.converse()


@evasion('an empty handshake record before the hello')
def record_empty_before(c):
    send_as(c, tls.record(tls.HANDSHAKE, b'') + c.hello_bytes)


@evasion('an empty handshake record in the midst of the hello')
def record_empty_within(c):
    hello = message(c)
    send_as(c, records(hello[:100], 100) + tls.record(tls.HANDSHAKE, b'') + records(hello[100:], 1000))


def version(number, name, does, **judged):
    def play(c):
        send_as(c, tls.with_version(c.hello_bytes, number))
    play.__name__ = name
    evasion(does, **judged)(play)


version(0x0300, 'record_version_ssl3', 'the record of the hello says SSLv3')
version(0x0303, 'record_version_12', 'the record of the hello says TLS 1.2')
version(0x03FF, 'record_version_03ff', 'the record of the hello says 0x03ff')
version(0x0500, 'record_version_05', 'the record of the hello says 0x0500', got=NO_HELLO, record=CLOSED)


@evasion('each record of the hello says another version')
def record_versions_mixed(c):
    hello = message(c)
    parts = [hello[at:at + 100] for at in range(0, len(hello), 100)]
    send_as(c, b''.join(tls.record(tls.HANDSHAKE, part, 0x0300 + i % 4) for i, part in enumerate(parts)))


@evasion('a warning before the hello', got=NO_HELLO, record=CLOSED)
def warning_before(c):
    send_as(c, tls.Tls.alert(112, level=1, version=tls.TLS10) + c.hello_bytes)


@evasion('five warnings before the hello', got=NO_HELLO, record=CLOSED)
def warnings_before(c):
    send_as(c, tls.Tls.alert(112, level=1, version=tls.TLS10) * 5 + c.hello_bytes)


@evasion('close_notify before the hello', got=NO_HELLO, record={'by': lambda by: by != 'network', 'tls.sni': None})
def goodbye_before(c):
    c.connect()
    c.say(tls.Tls.alert(0, level=1))
    c.finish()
    c.leave()


@evasion('a fatal alert in the place of the hello', got=NO_HELLO, record={'outcome': 'failed', 'by': 'client'})
def alert_for_hello(c):
    c.connect()
    c.say(tls.Tls.alert(40))
    c.finish()
    c.leave()


@evasion('Change Cipher Spec before the hello', got=NO_HELLO, record=CLOSED)
def change_cipher_before(c):
    send_as(c, tls.Tls.change_cipher_spec() + c.hello_bytes)


@evasion('Change Cipher Spec behind the hello, as TLS 1.3 allows')
def change_cipher_behind(c):
    send_as(c, c.hello_bytes + tls.Tls.change_cipher_spec())


@evasion('Change Cipher Spec in the midst of the hello', got=NO_HELLO, record=CLOSED)
def change_cipher_within(c):
    hello = message(c)
    send_as(c, records(hello[:100], 100) + tls.Tls.change_cipher_spec() + records(hello[100:], 1000))


@evasion('application data before the hello', got=NO_HELLO, record=CLOSED)
def data_before(c):
    send_as(c, tls.record(tls.APPLICATION, b'data before any hello') + c.hello_bytes)


@evasion('a heartbeat before the hello', got=NO_HELLO, record=CLOSED)
def heartbeat_before(c):
    send_as(c, tls.record(tls.HEARTBEAT, b'\x01\0\x04beat' + bytes(16)) + c.hello_bytes)


@evasion('a line of HTTP before the hello', got=NO_HELLO, record={'outcome': 'failed', 'by': 'client', 'tls.sni': None})
def plain_before(c):
    send_as(c, b'GET / HTTP/1.1\r\nHost: shop.example.test\r\n\r\n' + c.hello_bytes)


@evasion('an empty line before the hello', got=NO_HELLO, record={'outcome': 'failed', 'by': 'client'})
def line_before(c):
    send_as(c, b'\r\n' + c.hello_bytes)


@evasion('bytes of nothing known before the hello', got=NO_HELLO, record={'outcome': 'failed', 'by': 'client'})
def noise_before(c):
    send_as(c, bytes(range(200, 240)) + c.hello_bytes)


@evasion('a PROXY header before the hello, to a server that wants none', got=NO_HELLO, record={'outcome': 'failed', 'by': 'client'})
def proxy_before(c):
    send_as(c, b'PROXY TCP4 192.0.2.1 192.0.2.2 1111 443\r\n' + c.hello_bytes)


@evasion('an answer that is hardly longer than an alert, then goodbye', got={'plain': ASKED_SHORT}, record=COMPLETED)
def answer_short(c):
    c.connect()
    c.handshake()
    c.ask(ASKED_SHORT)
    c.close()


@evasion('a record longer than records may be', got=NO_HELLO, record=CLOSED)
def record_oversized(c):
    send_as(c, struct.pack('!BHH', tls.HANDSHAKE, tls.TLS10, 20000) + message(c) + bytes(20000 - len(message(c))))


@evasion('a message that says it is longer than hellos may be', got=NO_HELLO, record=CLOSED)
def message_oversized(c):
    send_as(c, tls.record(tls.HANDSHAKE, b'\x01' + (300_000).to_bytes(3, 'big') + message(c)[4:]))


@evasion('two hellos in one record', got=NO_HELLO, record=CLOSED)
def hello_twice_in_record(c):
    decoy = c.decoy()[5:]
    send_as(c, tls.record(tls.HANDSHAKE, message(c) + decoy))


@evasion('a second hello behind the first, for another name', got=HELLO_ONLY, record=CLOSED)
def hello_twice(c):
    send_as(c, c.hello_bytes + c.decoy())


@evasion('the SSLv2 frame of a hello', got={'sni': None, 'hello': True, **HELLO_ONLY}, record={**CLOSED, 'tls.sni': None})
def sslv2_frame(c):
    suites = b''.join(b'\0' + struct.pack('!H', x) for x in (0xC02B, 0xC02F, 0x009C, 0x00FF))
    hello = struct.pack('!BHHHH', 1, 0x0303, len(suites), 0, 32) + suites + bytes(range(32))
    c.connect()
    c.say(struct.pack('!H', 0x8000 | len(hello)) + hello)
    c.more()
    c.leave()
