#!/usr/bin/env python3
"""The recorded situations, each seen from one direction only, as a mirror port may show them: nobody may be accused of
what could not be seen.

  one_sided.py FOLDER --handspan PATH

Each capture is cut to the packets of the clients, then to those of the servers. Whatever Handspan says failed then must
be a fatal alert in clear of the side that was seen, or what the path did, where both directions tell the same: who
sends again and again is not heard, and a RST in another's name shows beside that side's own packets. All else has no cause.
"""

import argparse
import json
import struct
import subprocess
import sys
import tempfile
from pathlib import Path


def packets(capture):
    """Header and bytes of each packet of a classic pcap file."""
    data = capture.read_bytes()
    order = '<' if data[:4] in (b'\xd4\xc3\xb2\xa1', b'\x4d\x3c\xb2\xa1') else '>'
    at = 24
    while at + 16 <= len(data):
        length = struct.unpack(order + 'I', data[at + 8:at + 12])[0]
        yield data[at:at + 16], data[at + 16:at + 16 + length]
        at += 16 + length


def endpoints(frame):
    """Source and destination (address, port) and the TCP flags of an Ethernet frame with IPv4; None for others."""
    if frame[12:14] != b'\x08\x00' or frame[23] != 6:
        return None
    tcp = 14 + (frame[14] & 15) * 4
    source, destination = struct.unpack('>HH', frame[tcp:tcp + 4])
    return (frame[26:30], source), (frame[30:34], destination), frame[tcp + 13]


def cut(capture, to, keep_clients):
    """Only one direction. False if nothing is left."""
    clients, kept = set(), []
    for head, frame in packets(capture):
        ends = endpoints(frame)
        if ends is None:
            continue
        source, destination, flags = ends
        if flags & 0x12 == 0x02:
            clients.add((source, destination))
        if ((source, destination) in clients) == keep_clients:
            kept.append(head + frame)
    to.write_bytes(capture.read_bytes()[:24] + b''.join(kept))
    return bool(kept)


def verdicts(handspan, capture):
    done = subprocess.run([handspan, 'read', '--json', '--lang', 'en', str(capture)], capture_output=True, text=True,
                          timeout=60, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def accusations(records, whole, side):
    """What is wrong with what was said of one direction."""
    said = {alert['sender'] for record in whole for alert in record.get('tls', {}).get('alerts', ())
            if not alert['encrypted'] and alert['level'] == 'fatal'}
    paths = {(record.get('cause'), record.get('by')) for record in whole if record['outcome'] == 'failed'}
    for record in records:
        bare_syn = side == 'client' and record.get('cause') in ('syn_timeout', 'reset') and \
            record['phase'] == 'tcp_handshake'  # no more was there to be seen
        if record['outcome'] != 'failed' or bare_syn:
            if record['outcome'] == 'completed':
                yield f'claims completion: {record["summary"]}'
        elif record.get('by') == 'network' and (record['cause'], 'network') in paths:
            pass
        elif record['cause'] != 'alert':
            yield f'{record["cause"]} by {record.get("by")}: {record["summary"]}'
        elif record['by'] != side or side not in said:
            yield f'alert by {record["by"]}: {record["summary"]}'


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('folder', type=Path)
    parser.add_argument('--handspan', required=True)
    options = parser.parse_args()
    folder = options.folder if options.folder.exists() else Path(__file__).parent / options.folder
    faults = looked = 0
    with tempfile.TemporaryDirectory() as scratch:
        part = Path(scratch) / 'part.pcap'
        for capture in sorted(folder.glob('*/capture.pcap')):
            whole = verdicts(options.handspan, capture)
            for side in ('client', 'server'):
                if not cut(capture, part, side == 'client'):
                    continue
                looked += 1
                for fault in accusations(verdicts(options.handspan, part), whole, side):
                    faults += 1
                    print(f'{capture.parent.name}, only the {side}: {fault}')
    print(f'{looked} one-sided captures, {faults} unfounded claims')
    return 1 if faults or not looked else 0


if __name__ == '__main__':
    sys.exit(main())
