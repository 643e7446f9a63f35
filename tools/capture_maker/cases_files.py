"""Golden cases of capture file formats; the traffic in them is the plainest."""

from . import files
from .cases_links import split
from .cases_tls import complete_12
from .tls import Tls


def file_nanoseconds(trace):
    """A classic capture in nanoseconds.

    Verdict: completed, with the same times as in microseconds.
    """
    trace.form = {'magic': files.NANOSECONDS}
    complete_12(trace.connection(), Tls(trace.random), requests=1)


def file_big_endian(trace):
    """A classic capture written by a big-endian machine.

    Verdict: completed.
    """
    trace.form = {'order': '>'}
    complete_12(trace.connection(), Tls(trace.random), requests=1)


def file_pcapng(trace):
    """A pcapng file of two Ethernet interfaces; each sees one direction, the second in nanoseconds.

    Verdict: completed, both directions are one connection.
    """
    trace.form = {'interfaces': ((files.LINK_ETHERNET, 262_144, 6), (files.LINK_ETHERNET, 262_144, 9))}
    connection = trace.connection()
    complete_12(connection, Tls(trace.random), requests=1)
    for frame in trace.frames:
        frame.interface = int(frame.data[6:12] == connection.peers['server'].mac)


def file_pcapng_mixed(trace):
    """A big-endian pcapng file of an Ethernet interface and a raw IP one with another snap length.

    Each has a connection. Verdict: both completed.
    """
    trace.form = {'interfaces': ((files.LINK_ETHERNET, 262_144, 6), (files.LINK_RAW, 65_535, 9)), 'order': '>'}
    talk = Tls(trace.random)
    complete_12(trace.connection(), talk, requests=1)
    first = len(trace.frames)
    complete_12(trace.connection(client=('10.1.0.10', 50_001), wrap=lambda frame: split(frame)[1]), talk, requests=1)
    for frame in trace.frames[first:]:
        frame.interface = 1


CASES = (file_nanoseconds, file_big_endian, file_pcapng, file_pcapng_mixed)
