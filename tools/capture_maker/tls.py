"""TLS records and handshake messages, as a client and a server write them (RFC 5246, RFC 8446)."""

import base64
import re
import struct
from pathlib import Path

SSL30, TLS10, TLS11, TLS12, TLS13 = 0x0300, 0x0301, 0x0302, 0x0303, 0x0304
TLS13_DRAFT28 = 0x7F1C
CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION, HEARTBEAT = 20, 21, 22, 23, 24
ECDHE_RSA_AES128_GCM, RSA_AES128_GCM, RSA_AES128_CBC, AES128_GCM_13 = 0xC02F, 0x009C, 0x002F, 0x1301
X25519, P256 = 0x001D, 0x0017
# Random of a Server Hello that is a Hello Retry Request (RFC 8446, 4.1.3).
RETRY_RANDOM = bytes.fromhex('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c')

OFFERED_12 = (0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xC013, 0xC014, 0x009C, 0x009D, 0x002F, 0x0035)
OFFERED_13 = (0x1301, 0x1302, 0x1303) + OFFERED_12


def certificates(name='certificates.pem'):
    """Those of a file beside this one, DER; by default a server's, its issuer's and a client's."""
    text = (Path(__file__).parent / name).read_text(encoding='ascii')
    found = re.findall(r'-----BEGIN CERTIFICATE-----(.*?)-----END', text, re.DOTALL)
    return [base64.b64decode(x) for x in found]


LEAF, ISSUER, CLIENT = certificates()


def sized(width, data):
    return len(data).to_bytes(width, 'big') + data


def record(kind, body, version=TLS12):
    return struct.pack('!BHH', kind, version, len(body)) + body


def handshake(kind, body):
    return struct.pack('!B', kind) + sized(3, body)


def in_records(messages, sizes=(), version=TLS12):
    """Handshake messages, cut into records of the given sizes, the rest in one."""
    out, position = b'', 0
    for size in sizes:
        out += record(HANDSHAKE, messages[position:position + size], version)
        position += size
    rest = messages[position:]
    return out + (record(HANDSHAKE, rest, version) if rest else b'')


def with_version(records, version):
    """The same records under another version in their headers."""
    out, position = bytearray(records), 0
    while position < len(out):
        out[position + 1:position + 3] = struct.pack('!H', version)
        position += 5 + int.from_bytes(out[position + 3:position + 5], 'big')
    return bytes(out)


def extension(kind, body):
    return struct.pack('!H', kind) + sized(2, body)


def numbers(values):
    return b''.join(struct.pack('!H', x) for x in values)


class Tls:
    """Makes messages; what is random in them comes from `random`, so that it is the same each time."""

    def __init__(self, random):
        self.random = random

    def noise(self, size):
        return self.random.randbytes(size)

    # --- what the client says in clear

    def client_hello(self, sni='shop.example.test', alpn=('h2', 'http/1.1'), versions=None, version=TLS12,
                     suites=None, groups=(X25519, P256), key_share=(X25519,), session_id=None, pad=0,
                     extra=b'', bare=False):
        """`versions`: of the supported_versions extension, none for a client up to TLS 1.2. `pad`: size of
        a padding extension (RFC 7685). `bare`: without extensions, as in SSLv3."""
        extensions = b''
        if sni:
            extensions += extension(0, sized(2, b'\0' + sized(2, sni.encode())))
        extensions += extension(23, b'') + extension(0xFF01, b'\0')
        extensions += extension(10, sized(2, numbers(groups))) + extension(11, b'\x01\0')
        extensions += extension(35, b'')
        if alpn:
            extensions += extension(16, sized(2, b''.join(sized(1, x.encode()) for x in alpn)))
        extensions += extension(13, sized(2, numbers((0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501))))
        if versions:
            shares = b''.join(struct.pack('!H', g) + sized(2, self.noise(32 if g == X25519 else 65))
                              for g in key_share)
            extensions += extension(51, sized(2, shares)) + extension(45, b'\x01\x01')
            extensions += extension(43, sized(1, numbers(versions)))
        extensions += extra
        if pad:
            extensions += extension(21, bytes(pad))
        if session_id is None:
            session_id = self.noise(32) if versions else b''
        suites = suites or (OFFERED_13 if versions else OFFERED_12)
        return handshake(1, struct.pack('!H', version) + self.noise(32) + sized(1, session_id) +
                         sized(2, numbers(suites)) + b'\x01\0' + (b'' if bare else sized(2, extensions)))

    def client_key_exchange(self):
        return handshake(16, sized(1, self.noise(32)))

    def certificate_verify(self, size=72):
        return handshake(15, struct.pack('!H', 0x0403) + sized(2, self.noise(size)))

    # --- what the server says in clear

    def server_hello(self, suite=ECDHE_RSA_AES128_GCM, alpn='http/1.1', session_id=b'', version=TLS12,
                     bare=False):
        extensions = extension(0xFF01, b'\0') + extension(11, b'\x01\0') + extension(35, b'')
        if alpn:
            extensions += extension(16, sized(2, sized(1, alpn.encode())))
        return handshake(2, struct.pack('!H', version) + self.noise(32) + sized(1, session_id) +
                         struct.pack('!H', suite) + b'\0' + (b'' if bare else sized(2, extensions)))

    def server_hello_13(self, suite=AES128_GCM_13, session_id=b'', group=X25519, retry=False, version=TLS13,
                        extra=b''):
        extensions = extension(43, struct.pack('!H', version))
        share = b'' if retry else sized(2, self.noise(32 if group == X25519 else 65))
        extensions += extension(51, struct.pack('!H', group) + share) + extra
        return handshake(2, struct.pack('!H', TLS12) + (RETRY_RANDOM if retry else self.noise(32)) +
                         sized(1, session_id) + struct.pack('!H', suite) + b'\0' + sized(2, extensions))

    @staticmethod
    def certificate(chain=(LEAF, ISSUER)):
        return handshake(11, sized(3, b''.join(sized(3, x) for x in chain)))

    def server_key_exchange(self):
        return handshake(12, b'\x03' + struct.pack('!H', X25519) + sized(1, self.noise(32)) +
                         struct.pack('!H', 0x0804) + sized(2, self.noise(256)))

    @staticmethod
    def certificate_request():
        return handshake(13, sized(1, b'\x01\x40') + sized(2, numbers((0x0403, 0x0804, 0x0401))) + sized(2, b''))

    @staticmethod
    def server_hello_done():
        return handshake(14, b'')

    def new_session_ticket(self, size=180):
        return handshake(4, struct.pack('!I', 7200) + sized(2, self.noise(size)))

    # --- whole flights

    def server_flight(self, session_id=b'', request=False, chain=(LEAF, ISSUER), **hello):
        """Server Hello to Server Hello Done, TLS 1.2 with ephemeral keys."""
        return (self.server_hello(session_id=session_id, **hello) + self.certificate(chain) +
                self.server_key_exchange() + (self.certificate_request() if request else b'') +
                self.server_hello_done())

    def client_finish(self):
        """Client Key Exchange, Change Cipher Spec, Finished."""
        return in_records(self.client_key_exchange()) + self.change_and_finish()

    def change_and_finish(self):
        return self.change_cipher_spec() + self.finished()

    def server_finish(self, ticket=True):
        return (in_records(self.new_session_ticket()) if ticket else b'') + self.change_and_finish()

    def server_flight_13(self, session_id, certificate_size=1900, **hello):
        """Server Hello in clear, then what TLS 1.3 hides: Encrypted Extensions to Finished."""
        hidden = b''.join(self.hidden(x) for x in (41, certificate_size, 281, 53))
        return in_records(self.server_hello_13(session_id=session_id, **hello)) + self.change_cipher_spec() + hidden

    def client_finish_13(self):
        return self.change_cipher_spec() + self.hidden(53)

    # --- single records

    @staticmethod
    def change_cipher_spec():
        return record(CHANGE_CIPHER_SPEC, b'\x01')

    def finished(self, size=40):
        """Encrypted, TLS 1.2."""
        return record(HANDSHAKE, self.noise(size))

    def application(self, size):
        return record(APPLICATION, self.noise(size))

    def hidden(self, size):
        """What TLS 1.3 shows of any message: an application data record."""
        return record(APPLICATION, self.noise(size))

    @staticmethod
    def alert(code, level=2, version=TLS12):
        return record(ALERT, bytes((level, code)), version)

    def encrypted_alert(self, size=26):
        return record(ALERT, self.noise(size))
