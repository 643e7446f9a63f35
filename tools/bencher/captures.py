"""The captures that everything is measured with, made by tools/make-captures when they are wanted."""

import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .fault import Fault
from .place import BUILD, ROOT

MAKERS = (ROOT / 'tools/make-captures', *sorted((ROOT / 'tools/capture_maker').glob('*.py')))
FLOOD_FLOWS = 65_536  # fewer than a flood's clients: whoever comes again has given way before


@dataclass(frozen=True)
class Mix:
    name: str
    shows: str             # in a line, for people
    connections: int = 0   # 0: of a file that somebody named
    packets: int = 0       # of each
    words: tuple = ()      # for make-captures mix
    flood: bool = False
    file: Path = None      # instead of one that is made

    def path(self):
        if self.file:
            return self.file
        count = ('--connections', self.connections)
        if self.flood:
            return made(self.name, 'syns', *count)
        return made(self.name, 'mix', *count, '--packets', self.packets, *self.words)


SMALL, FULL = ('--data', 'small'), ('--data', 'full')
MIXES = (
    Mix('small', 'HTTPS, 64-byte data packets', 1_000, 60, SMALL),
    Mix('full', 'HTTPS, full-size data packets', 1_000, 60, FULL),
    Mix('handshakes', 'TLS handshakes and next to nothing behind them', 1_000, 18, SMALL),
    Mix('long', '1,000 small packets a connection', 100, 1_000, SMALL),
    Mix('flood', 'SYN flood: each packet opens a connection', 100_000, 1, flood=True),
    Mix('ipv6', 'as small, over IPv6', 1_000, 60, (*SMALL, '--ipv6')),
    Mix('vlan', 'as small, in 50 VLANs', 1_000, 60, (*SMALL, '--vlans', '50')),
)
# Connections that stay open: what each takes.
OPEN = (
    Mix('open-tls', 'established TLS 1.2', 1_000, 16, (*SMALL, '--stay-open')),
    Mix('open-plain', 'established HTTP', 1_000, 8, (*SMALL, '--stay-open', '--plain')),
)


def chosen(names, files):
    """Of MIXES those with these names (none: all), or the user's own files."""
    if files:
        return [Mix(Path(file).name, 'a capture of yours', file=Path(file).resolve()) for file in files]
    unknown = set(names) - {mix.name for mix in MIXES}
    if unknown:
        raise Fault(f'no such capture: {", ".join(sorted(unknown))} (there are {", ".join(m.name for m in MIXES)})')
    return [mix for mix in MIXES if not names or mix.name in names]


def made(name, *words):
    """A file in the build directory, made again when its maker is newer."""
    path = BUILD / 'bench' / f'{name}.pcap'
    if not path.exists() or path.stat().st_mtime < max(maker.stat().st_mtime for maker in MAKERS):
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([ROOT / 'tools/make-captures', *map(str, words), '-o', path], check=True)
    return path


def packets_in(capture):
    """Of a classic pcap file."""
    data = Path(capture).read_bytes()
    order = '<' if data[:4] in (b'\xd4\xc3\xb2\xa1', b'\x4d\x3c\xb2\xa1') else '>'
    position, count = 24, 0
    while position + 16 <= len(data):
        position += 16 + struct.unpack_from(order + 'I', data, position + 8)[0]
        count += 1
    return count
