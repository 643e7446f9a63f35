#!/usr/bin/env python3
"""Floods, through the daemon with its default bounds: beside packets that anybody can make up, every
real connection is told as it is told without them, and what gave way is shown.

  flood_test.py --handspand PATH --handspan PATH CAPTURE...

The captures hold one connection each, which is over at their end. A thousand copies of them, each from an
address of its own, run beside the flood.
"""

import heapq
import json
import re
import signal
import socket
import struct
import subprocess
from pathlib import Path

from daemon_test import ACK, LIMIT, PROGRAMS, START, SYN, run_tests, segment
from vantage_test import Asked

COPIES = 1000
MICROSECOND, SECOND = 1_000, 1_000_000_000
FLOOD_LENGTH = 3 * SECOND  # less than timeouts.syn: nothing of the flood is told before its end
ETHERNET, SOURCE, TARGET = 14, slice(26, 30), slice(30, 34)  # of the addresses of IPv4


def frames_of(path):
    """(nanoseconds since the first, frame) of a classic little-endian capture."""
    data = Path(path).read_bytes()
    unit = {0xA1B23C4D: 1, 0xA1B2C3D4: 1000}[struct.unpack_from('<I', data)[0]]
    found, at = [], 24
    while at < len(data):
        seconds, part, kept, _ = struct.unpack_from('<IIII', data, at)
        found.append((seconds * SECOND + part * unit, data[at + 16:at + 16 + kept]))
        at += 16 + kept
    return [(time - found[0][0], frame) for time, frame in found]


def payload_of(timed):
    frame = timed[1]
    header = ETHERNET + 20
    return frame[header + (frame[header + 12] >> 4) * 4:ETHERNET + int.from_bytes(frame[16:18], 'big')]


def of_another_client(frame, client, address):
    parts = [frame[:26], *(address if frame[part] == client else frame[part] for part in (SOURCE, TARGET)), frame[34:]]
    return b''.join(parts)


def real_frames(cases):
    """Copies of the cases in turn, begun evenly over the first third of the flood."""
    flows = []
    for number in range(COPIES):
        frames = cases[number % len(cases)]
        client = frames[0][1][SOURCE]
        address = bytes([10, 77, number // 250, 1 + number % 250])
        begin = FLOOD_LENGTH // 3 * number // COPIES
        flows.append([(begin + time, of_another_client(frame, client, address)) for time, frame in frames])
    return heapq.merge(*flows, key=lambda timed: timed[0])


def flood(template, count):
    """Each from another made-up address and port, of a network that nobody else is in."""
    for number in range(count):
        scattered = (number * 0x9E3779B1) & 0xFFFFFF
        port = struct.pack('>H', 1024 + number % 60_000)
        yield (FLOOD_LENGTH * number // count,
               template[:26] + b'\x2d' + scattered.to_bytes(3, 'big') + template[30:34] + port + template[36:])


def later():
    """The capture's clock goes on until what is over has been told."""
    frame = segment(('10.78.0.1', 9), ('192.0.2.9', 9), 1, 0, SYN)
    return [(FLOOD_LENGTH + n * SECOND // 1000, frame) for n in range(2000)]


def capture(timed):
    parts = [struct.pack('<IHHiIII', 0xA1B23C4D, 2, 4, 0, 0, 262_144, 1)]
    for time, frame in timed:
        parts += [struct.pack('<IIII', *divmod(START + time, SECOND), len(frame), len(frame)), frame]
    return b''.join(parts)


def verdicts(records):
    """What is told of the real connections, by client."""
    return {record['src_ip']: [record[name] for name in ('outcome', 'cause', 'by', 'step', 'phase', 'confidence')
                               if name in record] + [record.get('tls', {}).get('sni'), record.get('probe_limit')]
            for record in records
            if record['event_type'] == 'connection' and record['src_ip'].startswith('10.77.')}


class Floods(Asked):
    def setUp(self):
        super().setUp()
        self.real = list(real_frames([frames_of(path) for path in PROGRAMS.captures]))

    def expected(self):
        path = self.write('real.pcap', capture(self.real))
        done = subprocess.run([PROGRAMS.handspan, 'read', '--json', path], capture_output=True, text=True,
                              timeout=LIMIT, check=True)
        return verdicts(json.loads(line) for line in done.stdout.splitlines())

    def beside(self, template, count):
        """The daemon's account of all, once every packet is through."""
        path = self.write('flood.pcap', capture(heapq.merge(self.real, flood(template, count), later(),
                                                            key=lambda timed: timed[0])))
        config = self.write('flood.toml', f'[capture]\nports = ["net_pcap0,rx_pcap={path}"]\n'
                                          '[dpdk]\neal_args = ["--no-huge", "--no-telemetry"]\n')
        process = self.start('--config', config)
        stat = self.wait_for('received_packets', len(self.real) + count + 2000)
        want, told = self.expected(), verdicts(self.records())
        self.assertEqual(len(want), COPIES)
        wrong = {client: (told.get(client), verdict) for client, verdict in want.items()
                 if told.get(client) != verdict}
        self.assertEqual(len(wrong), 0, list(wrong.items())[:3])
        findings = {finding['id'] for finding in json.loads(self.handspan('doctor', '--json').stdout)['findings']}
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=LIMIT)
        full = [line for line in log.splitlines() if 'full: ' in line]
        told = [what for line in full for what in re.findall(r'\d+ (.+?) \(', line)]
        self.assertTrue(told)
        self.assertLessEqual(max(map(told.count, told)), 2, 'once, however many gave way, and at the end for the rest')
        return stat['counters'], findings, '\n'.join(full)

    def check_table(self, flags):
        counters, findings, line = self.beside(segment(('45.0.0.0', 9), ('192.0.2.1', 443), 77, 88, flags), 300_000)
        self.assertGreater(counters['flows_gave_way_untold'], 30_000)
        self.assertEqual(counters['untracked_table_full'], 0)
        self.assertIn('flows_gave_way', findings)
        self.assertIn('connections gave way in full flow tables', line)

    def test_of_syn_packets(self):
        self.check_table(SYN)

    def test_of_bare_acknowledgements(self):
        self.check_table(ACK)

    def test_of_client_hellos(self):
        hello = next(payload for path in PROGRAMS.captures for payload in map(payload_of, frames_of(path))
                     if payload.startswith(b'\x16'))
        counters, findings, line = self.beside(
            segment(('45.0.0.0', 9), ('192.0.2.1', 443), 77, 88, ACK, hello), 100_000)
        self.assertGreater(counters['tls_sessions_gave_way'], 30_000)
        self.assertEqual(counters['tls_sessions_full'], 0)
        self.assertIn('sessions_gave_way', findings)
        self.assertIn('TLS connections gave up their session', line)


if __name__ == '__main__':
    run_tests(__doc__, captures=True)
