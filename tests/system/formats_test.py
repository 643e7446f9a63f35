#!/usr/bin/env python3
"""EVE and Zeek's logs against the JSON of the same captures: times, units, names and identifiers agree, each has the
fields that its consumers want, and what is written can be read by their rules.

  formats_test.py --handspan PATH CAPTURE...
"""
import argparse
import datetime
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import suite

PROGRAMS = argparse.Namespace()

# Fields and types of Zeek 6's logs, as `zeek -NN` shows them; community_id is what its plugin adds.
ZEEK = {
    'conn': 'ts:time uid:string id.orig_h:addr id.orig_p:port id.resp_h:addr id.resp_p:port proto:enum service:string '
            'duration:interval orig_bytes:count resp_bytes:count conn_state:string local_orig:bool local_resp:bool '
            'missed_bytes:count history:string orig_pkts:count orig_ip_bytes:count resp_pkts:count resp_ip_bytes:count '
            'tunnel_parents:set[string] community_id:string',
    'ssl': 'ts:time uid:string id.orig_h:addr id.orig_p:port id.resp_h:addr id.resp_p:port version:string cipher:string '
           'curve:string server_name:string resumed:bool last_alert:string next_protocol:string established:bool '
           'ssl_history:string cert_chain_fps:vector[string] client_cert_chain_fps:vector[string] sni_matches_cert:bool',
    'x509': 'ts:time fingerprint:string certificate.version:count certificate.serial:string certificate.subject:string '
            'certificate.issuer:string certificate.not_valid_before:time certificate.not_valid_after:time '
            'certificate.key_alg:string certificate.sig_alg:string certificate.key_type:string '
            'certificate.key_length:count certificate.exponent:string certificate.curve:string san.dns:vector[string] '
            'san.uri:vector[string] san.email:vector[string] san.ip:vector[addr] basic_constraints.ca:bool '
            'basic_constraints.path_len:count host_cert:bool client_cert:bool',
}
READ = {'count': int, 'port': int, 'time': float, 'interval': float, 'bool': {'T': True, 'F': False}.__getitem__}


def unescaped(text):
    return text.encode('latin-1', 'backslashreplace').decode('unicode_escape') if '\\x' in text else text


def zeek_value(text, kind):
    if text == '-':
        return None
    if kind.startswith(('set', 'vector')):
        return [] if text == '(empty)' else [unescaped(item) for item in text.split(',')]
    return READ.get(kind, unescaped)(text)


def zeek_log(path):
    """The rows of a log, by Zeek's rules for its ASCII writer."""
    fields, types, rows, heads = [], [], [], {}
    for line in pathlib.Path(path).read_text(encoding='utf-8').splitlines():
        if line.startswith('#separator '):
            heads['separator'] = line.split(' ')[1]
        elif line.startswith('#'):
            name, *values = line[1:].split('\t')
            heads[name] = values
        else:
            fields, types = heads['fields'], heads['types']
            cells = line.split('\t')
            assert len(cells) == len(fields), line
            rows.append({f: zeek_value(c, t) for f, c, t in zip(fields, cells, types)})
    return heads, rows


def seconds(text):
    """Of RFC 3339 with any fraction, cut to microseconds."""
    whole, fraction = text.rstrip('Z').replace('+0000', '').split('.')
    return round(datetime.datetime.fromisoformat(whole + '+00:00').timestamp() + int(fraction[:6].ljust(6, '0')) / 1e6, 6)


class Formats(unittest.TestCase):
    def read(self, capture, *arguments):
        done = subprocess.run([PROGRAMS.handspan, 'read', *arguments, capture], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def each(self):
        for capture in PROGRAMS.captures:
            with self.subTest(pathlib.Path(capture).parent.name):
                yield capture, [json.loads(line) for line in self.read(capture, '--json').splitlines()]

    def zeek(self, capture):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.read(capture, '--zeek', folder.name)
        return {log: zeek_log(f'{folder.name}/{log}.log') for log in ZEEK}

    def test_zeek_has_zeeks_columns(self):
        for log, (heads, _) in self.zeek(PROGRAMS.captures[0]).items():
            self.assertEqual(heads['separator'], r'\x09')
            self.assertEqual((heads['set_separator'], heads['empty_field'], heads['unset_field'], heads['path']),
                             ([','], ['(empty)'], ['-'], [log]))
            self.assertEqual(' '.join(f'{f}:{t}' for f, t in zip(heads['fields'], heads['types'])), ZEEK[log])
            self.assertIn('close', heads)

    def test_zeek_says_what_json_says(self):
        for capture, records in self.each():
            logs = self.zeek(capture)
            conn = logs['conn'][1]
            self.assertEqual(len(conn), len(records))
            self.assertEqual(len({row['uid'] for row in conn}), len(conn), 'a uid each')
            for row, record in zip(conn, records):
                self.assertEqual([row[f] for f in ('id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p', 'proto')],
                                 [record[f] for f in ('src_ip', 'src_port', 'dest_ip', 'dest_port')] + ['tcp'])
                self.assertEqual(row['ts'], seconds(record['timestamp']))
                self.assertAlmostEqual(row['duration'], record['duration'], delta=1e-6)
                self.assertEqual([row['orig_bytes'], row['resp_bytes']], list(record['payload_bytes'].values()))
                self.assertEqual([row['orig_pkts'], row['resp_pkts']], list(record['packets'].values()))
                self.assertEqual((row['conn_state'], row['history'], row['community_id']),
                                 (record['conn_state'], record.get('history'), record['community_id']))
                self.assertEqual(row['service'], 'ssl' if 'tls' in record else record.get('app', {}).get('protocol'))
            with_tls = [(row, record) for row, record in zip(conn, records) if 'tls' in record]
            self.assertEqual(len(logs['ssl'][1]), len(with_tls))
            fingerprints = set()
            for row, (of, record) in zip(logs['ssl'][1], with_tls):
                tls = record['tls']
                self.assertEqual(row['uid'], of['uid'])
                for ours, theirs in (('cipher', 'cipher'), ('curve', 'curve'), ('sni', 'server_name'),
                                     ('alpn', 'next_protocol')):
                    self.assertEqual(row[theirs], tls.get(ours), theirs)
                version = tls.get('version')
                self.assertEqual(row['version'], version and {'TLSv1.0': 'TLSv10', 'TLSv1': 'TLSv10'}.get(version, version.replace('.', '')))
                self.assertEqual((row['established'], row['ssl_history']), (tls['established'], record.get('ssl_history')))
                for column, which in (('cert_chain_fps', 'certificate'), ('client_cert_chain_fps', 'client_certificate')):
                    shown = tls.get(which, {}).get('sha256')
                    self.assertEqual(row[column], shown and [shown])
                    fingerprints |= {shown} if shown else set()
                alerts = [alert['name'] for alert in tls.get('alerts', []) if not alert.get('encrypted')]
                self.assertEqual(row['last_alert'], alerts[-1] if alerts else None)
            self.assertEqual({row['fingerprint'] for row in logs['x509'][1]}, fingerprints)

    def test_eve_says_what_json_says(self):
        for capture, records in self.each():
            events = [json.loads(line) for line in self.read(capture, '--eve').splitlines()]
            flows = [event for event in events if event['event_type'] == 'flow']
            tls = {event['flow_id']: event for event in events if event['event_type'] == 'tls'}
            self.assertEqual(len(flows), len(records))
            self.assertEqual(len(tls), sum('tls' in record for record in records))
            for event, record in zip(flows, records):
                for name in ('src_ip', 'src_port', 'dest_ip', 'dest_port', 'proto', 'community_id'):
                    self.assertEqual(event[name], record[name])
                self.assertLess(event['flow_id'], 2 ** 53)
                self.assertEqual(event['handspan']['flow_id'], record['flow_id'])
                flow = event['flow']
                self.assertEqual(seconds(flow['start']), seconds(record['timestamp']))
                self.assertAlmostEqual(seconds(flow['end']) - seconds(flow['start']), record['duration'], delta=2e-6)
                self.assertRegex(event['timestamp'], r'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+0000$')
                self.assertEqual([flow['pkts_toserver'], flow['pkts_toclient']], list(record['packets'].values()))
                self.assertEqual([flow['bytes_toserver'], flow['bytes_toclient']], list(record['wire_bytes'].values()))
                self.assertIn(flow['state'], ('new', 'established', 'closed'))
                for name in ('phase', 'outcome', 'cause', 'by', 'step', 'rule', 'summary'):
                    self.assertEqual(event['handspan'].get(name), record.get(name))
                if 'tls' in record:
                    self.check_tls(tls[event['flow_id']]['tls'], record['tls'])

    def check_tls(self, event, tls):
        self.assertEqual(event.get('sni'), tls.get('sni'))
        versions = {'TLSv1.3': 'TLS 1.3', 'TLSv1.2': 'TLS 1.2', 'TLSv1.1': 'TLS 1.1', 'TLSv1.0': 'TLSv1', 'TLSv1': 'TLSv1'}
        if tls.get('version') in versions:
            self.assertEqual(event['version'], versions[tls['version']])
        self.assertEqual(event.get('ja3', {}).get('hash'), tls.get('ja3'))
        self.assertEqual(event.get('ja4'), tls.get('ja4'))
        certificate = tls.get('certificate', {})
        self.assertEqual(event.get('subject'), certificate.get('subject'))
        self.assertEqual(event.get('issuerdn'), certificate.get('issuer'))
        if certificate.get('sha1'):
            self.assertEqual(event['fingerprint'].replace(':', ''), certificate['sha1'])
            self.assertRegex(event['fingerprint'], r'^([0-9a-f]{2}:){19}[0-9a-f]{2}$')
            self.assertEqual(event['notafter'] + 'Z', certificate['not_after'])
            self.assertEqual(event.get('subjectaltname'), certificate.get('san') or None)

    def test_forms_exclude_each_other(self):
        done = subprocess.run([PROGRAMS.handspan, 'read', '--eve', '--json', PROGRAMS.captures[0]], capture_output=True)
        self.assertEqual(done.returncode, 2)


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('--handspan', required=True)
    parser.add_argument('captures', nargs='+')
    options, rest = parser.parse_known_args(namespace=PROGRAMS)
    suite.main(argv=[sys.argv[0], *rest])
