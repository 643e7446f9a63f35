"""TLS: what stands in the hello. Where its bytes are changed the client cannot finish the handshake that
it began: it ends it by an alert, once the server has answered.
"""

import random
import ssl
import struct

from capture_maker import tls
from evasion import COMPLETED, HELLO_ONLY, NO_HELLO, evasion
from server import NAME

ANSWERED = {**HELLO_ONLY, 'hello': True}
LEFT = {'outcome': 'failed', 'by': 'client'}          # the client's alert
REFUSED = {'outcome': 'failed', 'by': 'server'}       # the server's
GREASE = 0x3A3A


def name_list(*names, kind=0):
    """The body of the extension (RFC 6066, section 3)."""
    return tls.sized(2, b''.join(bytes((kind,)) + tls.sized(2, name) for name in names))


def sni(*names, **more):
    return tls.extension(0, name_list(*names, **more))


def made(c, hello):
    """Sends a hello of our own making; answers what comes by an alert, and goes."""
    c.connect()
    c.say(tls.in_records(hello, version=tls.TLS10))
    c.more()
    c.calm()
    if not c.gone:
        c.say(tls.Tls.alert(80))
    c.leave()


def hello_of(**parts):
    return tls.Tls(random.Random(1)).client_hello(**{'versions': (tls.TLS13, tls.TLS12), 'alpn': (), **parts})


@evasion('the name in capitals', got={'sni': NAME.upper()}, record=COMPLETED, name=NAME.upper())
def name_capitals(c):
    c.connect()
    c.converse()


@evasion('a dot behind the name', got={'sni': NAME + '.'}, record=COMPLETED, name=NAME + '.')
def name_dot(c):
    c.connect()
    c.converse()


@evasion('no name', got={'sni': None}, record=COMPLETED, name=None)
def name_none(c):
    c.connect()
    c.converse()


@evasion('TLS 1.2', most=ssl.TLSVersion.TLSv1_2)
def version_12(c):
    c.connect()
    c.converse()


@evasion('TLS 1.2, each flight of the client in segments of 3 bytes, backwards', most=ssl.TLSVersion.TLSv1_2)
def version_12_backwards(c):
    def say(data, _=0):
        for at in reversed(range(0, len(data), 3)):
            c.send('PA', data[at:at + 3], seq=c.seq + at)
        c.seq += len(data)
    c.connect()
    c.say = say
    c.converse()


@evasion('a name of 63 letters a label, 200 in all', got={'sni': '.'.join(['a' * 63] * 3) + '.example'}, record=COMPLETED,
         name='.'.join(['a' * 63] * 3) + '.example')
def name_long(c):
    c.connect()
    c.converse()


@evasion('the extension of the name twice, with another name in the second', got=NO_HELLO, record=REFUSED)
def name_twice(c):
    made(c, hello_of(extra=sni(b'evil.example.test')))


@evasion('two names in the extension', got=NO_HELLO, record=REFUSED)
def name_two_in_list(c):
    made(c, hello_of(sni='', extra=sni(NAME.encode(), b'evil.example.test')))


@evasion('a name of a kind that is not a host', got=NO_HELLO, record=REFUSED)
def name_kind(c):
    made(c, hello_of(sni='', extra=sni(NAME.encode(), kind=1)))


@evasion('an empty name', got={**ANSWERED, 'sni': ''}, record=LEFT)
def name_empty(c):
    made(c, hello_of(sni='', extra=sni(b'')))


@evasion('a zero byte in the name', got=NO_HELLO, record=REFUSED)
def name_zero(c):
    made(c, hello_of(sni='', extra=sni(b'shop\0evil.example.test')))


@evasion('a name of 300 letters', got=NO_HELLO, record=REFUSED)
def name_too_long(c):
    made(c, hello_of(sni='a' * 300))


@evasion('the extension of the name longer than its list', got=NO_HELLO, record=REFUSED)
def name_list_short(c):
    made(c, hello_of(sni='', extra=tls.extension(0, name_list(NAME.encode()) + b'more')))


@evasion('unknown extensions around the name', got=ANSWERED, record=LEFT)
def extensions_unknown(c):
    unknown = b''.join(tls.extension(0xF000 + i, bytes(i)) for i in range(40))
    made(c, hello_of(sni='', extra=unknown + sni(NAME.encode()) + tls.extension(0xFAFA, b'x')))


@evasion('GREASE in suites, groups, versions and extensions', got=ANSWERED, record=LEFT)
def grease(c):
    made(c, hello_of(suites=(GREASE, *tls.OFFERED_13), groups=(GREASE, tls.X25519, tls.P256),
                     versions=(GREASE, tls.TLS13, tls.TLS12), extra=tls.extension(GREASE, b'') + tls.extension(0x4A4A, b'\0')))


@evasion('the name behind 12 kB of padding, in many segments', got=ANSWERED, record=LEFT)
def padding_long(c):
    made(c, hello_of(sni='', pad=12000, extra=sni(NAME.encode())))


@evasion('an extension that ends beyond the hello', got=NO_HELLO, record={'outcome': 'failed', 'by': 'server'})
def extension_beyond(c):
    made(c, hello_of(extra=struct.pack('!HH', 0xF000, 100)))


@evasion('bytes behind the extensions', got=NO_HELLO, record={'outcome': 'failed'})
def bytes_behind(c):
    hello = hello_of()
    made(c, hello[:1] + (len(hello) - 4 + 5).to_bytes(3, 'big') + hello[4:] + b'extra')


@evasion('a session id of 33 bytes', got=NO_HELLO, record={'outcome': 'failed'})
def session_id_long(c):
    made(c, hello_of(session_id=bytes(33)))


@evasion('no extensions at all', got={**ANSWERED, 'sni': None}, record=REFUSED)
def extensions_none(c):
    made(c, hello_of(versions=None, sni='', bare=True, suites=tls.OFFERED_12))


@evasion('a legacy version of 0x0304', got=ANSWERED, record=LEFT)
def version_legacy_0304(c):
    made(c, hello_of(version=0x0304))


@evasion('versions that nobody knows', got=NO_HELLO, record=REFUSED)
def versions_unknown(c):
    made(c, hello_of(versions=(0x0399, 0x7F7F), key_share=(tls.X25519,)))


@evasion('suites that nobody knows', got=NO_HELLO, record=REFUSED)
def suites_unknown(c):
    made(c, hello_of(suites=(0x13FE, 0xFEFE)))


@evasion('a key share that the server does not want: it asks once more', got=ANSWERED, record=LEFT)
def key_share_other(c):
    made(c, hello_of(key_share=()))
