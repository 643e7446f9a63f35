#!/usr/bin/env python3
"""One exporter, the same connections in every form at once: times, units and ids agree.

  agree_test.py --handspan PATH --exporter PATH --segment-writer PATH --capture PATH --kafka-cluster PATH --source PATH
"""
import csv
import datetime
import io
import ipaddress
import json
import pathlib
import subprocess

import exports
from exports import JSONL, PROGRAMS
from ipfix_test import dumped, ntp, parsed
from kafka_test import Cluster
from syslog_test import Receiver

CASES = ('alert-from-server', 'plain-http', 'icmp-errors')
COLUMNS = 'timestamp,duration,flow_id,community_id,src_ip,src_port,dest_ip,dest_port,wire_bytes.client,wire_bytes.server,' \
          'packets.client,packets.server,payload_bytes.client,payload_bytes.server,outcome'


def nanoseconds(text):
    """Since the epoch, of RFC 3339 or of seconds with a fraction."""
    whole, fraction = text.replace('+0000', '').rstrip('Z').split('.')
    seconds = int(whole) if whole.isdigit() else \
        int(datetime.datetime.fromisoformat(whole + '+00:00').timestamp())
    return seconds * 10 ** 9 + int(fraction.ljust(9, '0'))


def length(seconds):
    return round(float(seconds) * 1e9)


class Agreement(exports.SinkTest):
    def setUp(self):
        super().setUp()
        self.cluster = Cluster()
        self.addCleanup(self.cluster.close)
        self.receivers = {}
        for name in ('syslog', 'ipfix'):
            self.receivers[name] = Receiver([])
            self.receivers[name].start()
            self.addCleanup(self.receivers[name].listener.close)
        files = [f'type = "{kind}"\ndir = "DIR/{kind}"\nfile_time = "3600s"\n' for kind in ('zeek', 'eve')]
        streams = [f'type = "{kind}"\nto = "tcp://127.0.0.1:{receiver.port}"\n' for kind, receiver in self.receivers.items()]
        writer = self.start_with(JSONL, f'type = "csv"\ndir = "DIR/csv"\nfields = "{COLUMNS}"\n', *files, *streams,
                                 f'type = "kafka"\nbrokers = "{self.cluster.brokers}"\n')
        golden = pathlib.Path(PROGRAMS.source) / 'tests' / 'golden'
        for case in CASES:
            writer.do(f'flood {golden / case / "capture.pcap"} 12 1')
        self.wait_for_read(12 * len(CASES))
        self.stop()

    def text(self, pattern):
        files = sorted(str(path) for path in self.folder.glob(pattern))
        return subprocess.run(['zstd', '-dcq', *files], capture_output=True, text=True, check=True).stdout

    def rows_of_each(self):
        """{form: [(start, duration, wire bytes, packets, payload, endpoints, ids...)]}, what a form has not is None."""
        def of_json(row):
            return (nanoseconds(row['timestamp']), length(row['duration']), tuple(row['wire_bytes'].values()),
                    tuple(row['packets'].values()), tuple(row['payload_bytes'].values()),
                    (row['src_ip'], row['src_port'], row['dest_ip'], row['dest_port']), row['community_id'], row['flow_id'])
        rows = {'json': [of_json(line) for line in self.lines()]}
        rows['kafka'] = [of_json(row) for _, _, row in sorted(self.cluster.messages(), key=lambda m: int(m[2]['id'].split(':')[2]))]
        rows['syslog'] = [of_json(json.loads(message[message.index('{'):])) for message in self.receivers['syslog'].messages()]
        rows['csv'] = [(nanoseconds(row['timestamp']), length(row['duration']),
                        (int(row['wire_bytes.client']), int(row['wire_bytes.server'])),
                        (int(row['packets.client']), int(row['packets.server'])),
                        (int(row['payload_bytes.client']), int(row['payload_bytes.server'])),
                        (row['src_ip'], int(row['src_port']), row['dest_ip'], int(row['dest_port'])), row['community_id'],
                        row['flow_id']) for row in csv.DictReader(io.StringIO(self.text('csv/*.csv.zst')))]
        events = [json.loads(line) for line in self.text('eve/*.zst').splitlines()]
        rows['eve'] = [(nanoseconds(event['flow']['start']),
                        nanoseconds(event['flow']['end']) - nanoseconds(event['flow']['start']),
                        (event['flow']['bytes_toserver'], event['flow']['bytes_toclient']),
                        (event['flow']['pkts_toserver'], event['flow']['pkts_toclient']), None,
                        (event['src_ip'], event['src_port'], event['dest_ip'], event['dest_port']), event['community_id'],
                        event['handspan']['flow_id']) for event in events if event['event_type'] == 'flow']
        lines = self.text('zeek/conn-*.zst').splitlines()
        heads = next(line for line in lines if line.startswith('#fields')).split('\t')[1:]
        conn = [dict(zip(heads, line.split('\t'))) for line in lines if not line.startswith('#')]
        rows['zeek'] = [(nanoseconds(row['ts']), length(row['duration']), None, (int(row['orig_pkts']), int(row['resp_pkts'])),
                         (int(row['orig_bytes']), int(row['resp_bytes'])),
                         (row['id.orig_h'], int(row['id.orig_p']), row['id.resp_h'], int(row['id.resp_p'])),
                         row['community_id'], None) for row in conn]
        messages = b''.join(self.receivers['ipfix'].streams)
        (self.folder / 'messages').write_bytes(messages)
        times = {record[32473, 1].decode(): (ntp(record[0, 156]), ntp(record[0, 157])) for record in parsed(messages)}
        flows = [record for record in dumped(self.path('messages'))[1] if 'handspanRowId' in record]

        def pair(flow, name):
            return int(flow[name]), int(flow['reverse' + name[0].upper() + name[1:]])

        def address(flow, side):
            return str(ipaddress.ip_address(flow.get(f'{side}IPv4Address') or flow[f'{side}IPv6Address']))

        rows['ipfix'] = [(times[flow['handspanRowId']][0], times[flow['handspanRowId']][1] - times[flow['handspanRowId']][0],
                          pair(flow, 'octetDeltaCount'), pair(flow, 'packetDeltaCount'), pair(flow, 'transportOctetDeltaCount'),
                          (address(flow, 'source'), int(flow['sourceTransportPort']), address(flow, 'destination'),
                           int(flow['destinationTransportPort'])), flow['handspanCommunityId'], flow['handspanFlowId'])
                         for flow in flows]
        return rows

    def test_times_units_and_ids_agree(self):
        rows = self.rows_of_each()
        truth = rows.pop('json')
        self.assertGreater(len({row[5] for row in truth}), 3)
        micros = {'eve', 'zeek'}  # have six decimals, cut
        for form, told in rows.items():
            self.assertEqual(len(told), len(truth), form)
            for one, true in zip(told, truth):
                for place, (said, is_so) in enumerate(zip(one, true)):
                    if said is None:
                        continue
                    if form in micros and place < 2:
                        self.assertLess(abs(said - is_so), 1000 * (place + 1), (form, place))
                    else:
                        self.assertEqual(said, is_so, (form, place))


if __name__ == '__main__':
    exports.main('kafka-cluster', 'source')
