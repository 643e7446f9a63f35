"""IPv4: fragments, options, checksums, hops."""

import struct

from evasion import TWICE, evasion, marked
from server import NEAR
from wire import packets

RECORD_ROUTE = bytes((7, 11, 4)) + bytes(8) + b'\0'
ROUTER_ALERT = bytes((148, 4, 0, 0))
SOURCE_ROUTE = bytes((131, 7, 4, 10, 79, 9, 9)) + b'\0'


def hello_in(c, pieces):
    """Opens, sends the hello as these pieces of its segment, goes on."""
    c.connect()
    hello = c.hello_bytes
    segment = c.segment('PA', hello)
    for piece in pieces(c, segment):
        c.put(piece)
    c.seq += len(hello)
    return hello


def cut(c, segment, size, **more):
    return [c.fragment(segment, at, min(at + size, len(segment)), **more) for at in range(0, len(segment), size)]


@evasion('the hello in fragments of 8 bytes')
def tiny_fragments(c):
    hello_in(c, lambda c, s: cut(c, s, 8))
    c.converse()


@evasion('the hello in fragments, the last first')
def fragments_backwards(c):
    hello_in(c, lambda c, s: cut(c, s, 64)[::-1])
    c.converse()


@evasion('each fragment of the hello twice')
def fragments_twice(c):
    hello_in(c, lambda c, s: [p for piece in cut(c, s, 64) for p in (piece, piece)])
    c.converse()


def overlap(other):
    def pieces(c, segment):
        middle = segment[64:192] if not other else b'\xAA' * 128
        return [c.fragment(segment, 0, 128), c.fragment(segment, 64, 192, data=middle),
                c.fragment(segment, 128, len(segment))]
    return pieces


@evasion('fragments that overlap with the same bytes, then the whole segment: Linux drops the datagram')
def fragments_overlap_alike(c):
    hello = hello_in(c, overlap(False))
    c.seq -= len(hello)
    c.say(hello)
    c.converse()


@evasion('fragments that overlap with other bytes, then the whole segment: Linux drops the datagram')
def fragments_overlap_other(c):
    hello = hello_in(c, overlap(True))
    c.seq -= len(hello)
    c.say(hello)
    c.converse()


@evasion('a fragment twice, another name in the second: Linux keeps the first')
def fragment_again_other(c):
    def pieces(c, s):
        decoy = s[:20] + c.decoy()
        return [c.fragment(s, 0, 64), c.fragment(s, 64, 320), c.fragment(decoy, 64, 320), c.fragment(s, 320, len(s))]
    hello_in(c, pieces)
    c.converse()


@evasion('the first fragment of a hello for another name, never completed; then the hello')
def fragments_never_completed(c):
    def pieces(c, s):
        return [c.fragment(c.segment('PA', c.decoy()), 0, 400), c.packet(s)]
    hello_in(c, pieces)
    c.converse()


@evasion('fragments of two datagrams in turn, the first of them for another name and with a bad TCP checksum',
         record=marked('checksum'), checksums='drop')
def fragments_bad_sum(c):
    def pieces(c, s):
        decoy = cut(c, c.segment('PA', c.decoy(), bad_sum=True), 200, ident=8)
        return [p for pair in zip(decoy, cut(c, s, 200)) for p in pair]
    hello_in(c, pieces)
    c.converse()


@evasion('a last fragment that ends elsewhere than the one before said; then the hello whole')
def fragments_two_ends(c):
    def pieces(c, s):
        return [c.fragment(s, 0, 64), c.fragment(s, 192, 256, more=False), c.fragment(s, 64, 192),
                c.fragment(s, 256, len(s)), c.packet(s)]
    hello_in(c, pieces)
    c.converse()


@evasion('the hello behind a record-route option')
def option_record_route(c):
    hello_in(c, lambda c, s: [c.packet(s, options=RECORD_ROUTE)])
    c.converse()


@evasion('the hello behind a router alert')
def option_router_alert(c):
    hello_in(c, lambda c, s: [c.packet(s, options=ROUTER_ALERT)])
    c.converse()


@evasion('a hello for another name with a source route, which Linux refuses; then the hello',
         record=TWICE, unknowable='whether a host takes source routes is its setting')
def option_source_route(c):
    hello_in(c, lambda c, s: [c.packet(c.segment('PA', c.decoy()), options=SOURCE_ROUTE), c.packet(s)])
    c.converse()


@evasion('a hello for another name with a bad IP checksum; then the hello',
         record=marked('checksum'), checksums='drop')
def ip_checksum(c):
    hello_in(c, lambda c, s: [c.packet(c.segment('PA', c.decoy()), bad_sum=True), c.packet(s)])
    c.converse()


@evasion('a hello for another name whose hops end before the server; then the hello',
         record=marked('hop_limit'))
def ttl_hello(c):
    hello_in(c, lambda c, s: [c.packet(c.segment('PA', c.decoy()), ttl=NEAR - 1), c.packet(s)])
    c.converse()


@evasion('a hello for another name in a packet that is longer by its header than it is; then the hello', record=TWICE,
         unknowable='mirrors that cut packets make such, too')
def ip_length(c):
    def pieces(c, s):
        decoy = c.packet(c.segment('PA', c.decoy()))
        decoy = decoy[:2] + struct.pack('!H', len(decoy) + 100) + decoy[4:]
        head = decoy[:10] + b'\0\0' + decoy[12:20]
        return [decoy[:10] + struct.pack('!H', packets.checksum(head)) + decoy[12:], c.packet(s)]
    hello_in(c, pieces)
    c.converse()


@evasion('the hello with bytes behind the end of its IP packet')
def ip_trailer(c):
    hello_in(c, lambda c, s: [c.packet(s) + b'trailer' * 3])
    c.converse()
