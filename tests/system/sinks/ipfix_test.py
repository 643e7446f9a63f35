#!/usr/bin/env python3
"""The sink `ipfix` read back by others: nfcapd and nfdump have IANA's elements over UDP, libfixbuf's own reader has all
of them over TCP.

  ipfix_test.py --handspan PATH --exporter PATH --segment-writer PATH --capture PATH --source PATH
"""
import datetime
import json
import pathlib
import re
import signal
import socket
import struct
import subprocess

import exports
import suite
from exports import JSONL, PROGRAMS
from syslog_test import Receiver, bound, free_port

ALL_ONES = str(2 ** 64 - 1)


def millis(row, more=0):
    moment = datetime.datetime.fromisoformat(row['timestamp'][:26] + '+00:00') + datetime.timedelta(seconds=more)
    return moment.isoformat(timespec='milliseconds')[:23]


class Nfcapd:
    def __init__(self, test):
        suite.need_program(test, 'nfcapd', 'nfdump')
        self.folder = test.folder / 'flows'
        self.folder.mkdir()
        self.port = free_port(socket.SOCK_DGRAM)
        self.process = subprocess.Popen(['nfcapd', '-w', str(self.folder), '-b', '127.0.0.1', '-p', str(self.port), '-t',
                                         '3600'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        test.addCleanup(self.stop)
        test.wait_until(lambda: bound('udp', self.port), 'nfcapd listens')

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=exports.export_test.LIMIT)

    def has_read_all(self):
        with open('/proc/net/udp', encoding='ascii') as table:
            return any(line.split()[1] == f'0100007F:{self.port:04X}' and line.split()[4].endswith(':00000000')
                       for line in table.readlines()[1:])

    def flows(self):
        done = subprocess.run(['nfdump', '-R', str(self.folder), '-o', 'json'], capture_output=True, text=True, check=True,
                              env={'TZ': 'UTC', 'PATH': '/usr/bin:/bin'})
        return json.loads(done.stdout)


def dumped(path):
    """What ipfixDump tells of a file of messages: (elements of its templates, records) by name."""
    done = subprocess.run(['ipfixDump', '--rfc5610', '-i', path], capture_output=True, text=True, check=True)
    elements = {name: (int(ent), int(number)) for ent, number, name in
                re.findall(r'^\tent: *(\d+)  id: *(\d+)  type: .*? (\w+)$', done.stdout, re.MULTILINE)}
    records = []
    for part in re.split(r'^--- data record \d+ ---$', done.stdout, flags=re.MULTILINE)[1:]:
        fields = re.findall(r'^\t\([^)]*\) *(?:\(S\) *)?(\w+) : (?:\(len: \d+\) ?)?(.*)$', part, re.MULTILINE)
        records.append(dict(fields))
    return elements, records


def parsed(messages):
    """Records by the letter of RFC 7011, section 3: {(enterprise, number): bytes} each, of the templates 300 and 301."""
    templates, at = {}, 0
    while at < len(messages):
        end = at + int.from_bytes(messages[at + 2:at + 4], 'big')
        place = at + 16
        while place < end:
            kind, size = struct.unpack('>HH', messages[place:place + 4])
            body = messages[place + 4:place + size]
            if kind == 2:
                while body:
                    number, count = struct.unpack('>HH', body[:4])
                    body, fields = body[4:], []
                    for _ in range(count):
                        element, length = struct.unpack('>HH', body[:4])
                        own = element >> 15
                        enterprise = int.from_bytes(body[4:8], 'big') if own else 0
                        fields.append(((enterprise, element & 0x7fff), length))
                        body = body[8 if own else 4:]
                    templates[number] = fields
            while kind in (300, 301) and body:
                record = {}
                for name, length in templates[kind]:
                    if length == 0xffff:
                        length, body = (body[0], body[1:]) if body[0] < 255 else (int.from_bytes(body[1:3], 'big'), body[3:])
                    record[name], body = body[:length], body[length:]
                yield record
            place += size
        at = end


def ntp(eight):
    """Nanoseconds since the epoch of section 6.1.9."""
    seconds, fraction = struct.unpack('>II', eight)
    return (seconds - 2_208_988_800) * 10 ** 9 + (fraction * 10 ** 9 >> 32)


def nanoseconds(timestamp):
    """Of a row's."""
    seconds = int(datetime.datetime.fromisoformat(timestamp[:19] + '+00:00').timestamp())
    return seconds * 10 ** 9 + int(timestamp[20:29])


class Ipfix(exports.SinkTest):
    def test_nfdump_has_what_the_rows_say(self):
        self.configure()
        open(self.path('log'), 'ab').close()
        nfcapd = Nfcapd(self)
        writer = self.start_with(f'type = "ipfix"\nto = "udp://127.0.0.1:{nfcapd.port}"\n', JSONL)
        writer.do('records 20')
        writer.do(f'flood {PROGRAMS.capture} 10 1')
        self.wait_for_read(30)
        self.wait_until(nfcapd.has_read_all, 'nfcapd has read all')
        self.stop()
        nfcapd.stop()
        flows, rows = nfcapd.flows(), self.lines()
        self.assertEqual(len(flows), len(rows))
        self.assertEqual(len(rows), 25)  # of the ten, five are events of handshakes
        for flow, row in zip(flows, rows):
            self.assertEqual([flow[name] for name in ('src4_addr', 'src_port', 'dst4_addr', 'dst_port', 'proto')],
                             [row[name] for name in ('src_ip', 'src_port', 'dest_ip', 'dest_port')] + [6])
            self.assertEqual([flow['in_packets'], flow['out_packets']], list(row['packets'].values()))
            self.assertEqual([flow['in_bytes'], flow['out_bytes']], list(row['wire_bytes'].values()))
            self.assertEqual((flow['first'], flow['last']), (millis(row), millis(row, row['duration'])))
            self.assertEqual('S' in flow['tcp_flags'], row['tcp']['syn'])
            self.assertEqual('F' in flow['tcp_flags'], row['tcp']['fin']['client'] > 0)
            self.assertEqual('A' in flow['tcp_flags'], row['tcp']['established'])

    def collected(self, more=''):
        receiver = Receiver([])
        receiver.start()
        self.addCleanup(receiver.listener.close)
        writer = self.start_with(f'type = "ipfix"\nto = "tcp://127.0.0.1:{receiver.port}"\n{more}', JSONL)
        writer.do(f'flood {PROGRAMS.capture} 10 1')
        self.wait_for_read(10)
        self.stop()
        (self.folder / 'messages').write_bytes(b''.join(receiver.streams))
        elements, records = dumped(self.path('messages'))
        self.messages = b''.join(receiver.streams)
        return elements, [record for record in records if 'handspanRowId' in record], self.lines()

    def test_libfixbuf_has_all_of_it(self):
        elements, records, rows = self.collected()
        self.assertEqual(len(records), len(rows))
        by_id = {row['id']: row for row in rows}
        for record in records:
            row = by_id[record['handspanRowId']]
            tls, timings = row['tls'], row['timings']
            self.assertEqual((record['flowStartMilliseconds'], record['flowEndMilliseconds']),
                             (millis(row).replace('T', ' '), millis(row, row['duration']).replace('T', ' ')))
            self.assertEqual([int(record[name]) for name in ('octetDeltaCount', 'reverseOctetDeltaCount')],
                             list(row['wire_bytes'].values()))
            self.assertEqual([int(record[name]) for name in ('transportOctetDeltaCount', 'reverseTransportOctetDeltaCount')],
                             list(row['payload_bytes'].values()))
            self.assertEqual([record[name] for name in ('sourceIPv4Address', 'destinationIPv4Address', 'applicationName')],
                             [row['src_ip'], row['dest_ip'], 'tls'])
            self.assertEqual((record['flowEndReason'], record['biflowDirection']), ('3', '1'))
            for element, value in (('FlowId', row['flow_id']), ('CommunityId', row['community_id']), ('Probe', 'tap-1'),
                                   ('Phase', row['phase']), ('Outcome', row['outcome']), ('Cause', row['cause']),
                                   ('By', row['by']), ('Step', row['step']), ('VerdictRule', row['rule']),
                                   ('TlsServerName', tls.get('sni', '')), ('TlsJa4', tls.get('ja4', '')),
                                   ('TlsAlerts', ';'.join(alert['name'] for alert in tls['alerts'])), ('Rate', '1')):
                self.assertEqual(record['handspan' + element], value, element)
            for element, value in (('SynToSynAck', timings['syn_to_syn_ack']), ('TlsTotal', timings.get('tls_total'))):
                self.assertEqual(record['handspan' + element], ALL_ONES if value is None else str(round(value * 1e9)))
            phases = {phase['name']: phase['duration'] for phase in row['phases']}
            for element, name in (('TcpHandshake', 'tcp_handshake'), ('TlsHandshake', 'tls_handshake'), ('Data', 'data')):
                value = phases.get(name)
                self.assertEqual(record[f'handspan{element}Duration'], ALL_ONES if value is None else str(round(value * 1e9)))

    def test_times_are_nanoseconds_of_ntp(self):
        """Which ipfixDump shows without their fractions."""
        _, _, rows = self.collected()
        by_id = {row['id']: row for row in rows}
        records = list(parsed(self.messages))
        self.assertEqual(len(records), len(rows))
        for record in records:
            row = by_id[record[32473, 1].decode()]
            start = nanoseconds(row['timestamp'])
            self.assertEqual((ntp(record[0, 156]), ntp(record[0, 157])), (start, start + round(row['duration'] * 1e9)))

    def test_own_elements_are_those_of_the_table(self):
        elements, _, _ = self.collected('enterprise = 4711\n')
        own = {name: number for name, (enterprise, number) in elements.items() if enterprise == 4711}
        page = (pathlib.Path(PROGRAMS.source) / 'docs' / 'export.md').read_text()
        table = page[page.index('own elements begin'):page.index('own elements end')]
        self.assertEqual(own, {name: int(number) for number, name in re.findall(r'^\| (\d+) \| `(\w+)` \|', table, re.MULTILINE)})


if __name__ == '__main__':
    exports.main('source')
