"""IPv6: extension headers, fragments."""

import struct

from evasion import TWICE, evasion, marked
from ip import cut, hello_in, overlap
from server import NEAR

HOP_BY_HOP, ROUTING, DESTINATION = 0, 43, 60
PAD = b'\x01\x04' + bytes(4)
UNKNOWN_PASS, UNKNOWN_DROP = b'\x1E\x04' + bytes(4), b'\x5E\x04' + bytes(4)


def with_headers(*extensions):
    return lambda c, s: [c.packet(s, extensions=extensions)]


def decoy_with(*extensions):
    return lambda c, s: [c.packet(c.segment('PA', c.decoy()), extensions=extensions), c.packet(s)]


@evasion('the hello behind hop-by-hop and destination options', version=6)
def ip6_options(c):
    hello_in(c, with_headers((HOP_BY_HOP, PAD), (DESTINATION, PAD)))
    c.converse()


@evasion('the hello behind eight headers of destination options', version=6)
def ip6_many_headers(c):
    hello_in(c, with_headers(*[(DESTINATION, PAD)] * 8))
    c.converse()


@evasion('the hello behind an unknown option that may be passed over', version=6)
def ip6_option_passed(c):
    hello_in(c, with_headers((DESTINATION, UNKNOWN_PASS)))
    c.converse()


@evasion('a hello for another name behind an unknown option that says drop; then the hello', version=6,
         record=TWICE, unknowable='which options a host knows')
def ip6_option_drops(c):
    hello_in(c, decoy_with((DESTINATION, UNKNOWN_DROP)))
    c.converse()


@evasion('a hello for another name behind a routing header of type 0, which Linux refuses; then the hello', version=6)
def ip6_routing(c):
    hello_in(c, decoy_with((ROUTING, struct.pack('!BBI', 0, 1, 0) + bytes(15) + b'\x01')))
    c.converse()


@evasion('the hello in fragments, the last first', version=6)
def ip6_fragments(c):
    hello_in(c, lambda c, s: cut(c, s, 64)[::-1])
    c.converse()


@evasion('the hello in one fragment that is all of it', version=6)
def ip6_atomic(c):
    hello_in(c, lambda c, s: [c.fragment(s, 0, len(s))])
    c.converse()


@evasion('fragments that overlap with other bytes, then the whole segment: Linux drops the datagram', version=6)
def ip6_overlap(c):
    hello = hello_in(c, overlap(True))
    c.seq -= len(hello)
    c.say(hello)
    c.converse()


@evasion('a fragment twice, another name in the second: Linux keeps the first', version=6)
def ip6_fragment_again(c):
    def pieces(c, s):
        decoy = s[:20] + c.decoy()
        return [c.fragment(s, 0, 64), c.fragment(s, 64, 320), c.fragment(decoy, 64, 320), c.fragment(s, 320, len(s))]
    hello_in(c, pieces)
    c.converse()


@evasion('a hello for another name whose hops end before the server; then the hello', version=6,
         record=marked('hop_limit'))
def ip6_hops(c):
    hello_in(c, lambda c, s: [c.packet(c.segment('PA', c.decoy()), ttl=NEAR - 1), c.packet(s)])
    c.converse()
