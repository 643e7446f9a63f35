#!/usr/bin/env python3
"""The exporter against Debian's ClickHouse: what is in the tables is what the daemon told, once each, though the
server stops, starts and is killed; a record is small on disk; and every query of docs/scale.md is answered.

  clickhouse_test.py --handspan PATH --exporter PATH --segment-writer PATH --capture PATH --source DIR
"""
import argparse
import json
import pathlib
import random
import re
import signal
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import suite  # noqa: E402
from export_test import PROGRAMS, Exports  # noqa: E402
from server import Server  # noqa: E402

SEEDS = ('tls12-complete', 'tls13-basic', 'tls12-complete', 'tls13-basic', 'alert-from-server', 'plain-http',
         'refused', 'tls13-rejected', 'old-versions')
JSONL = 'type = "jsonl"\ndir = "DIR/jsonl"\nfile_time = "1s"\nselect = "all, minutes"\n'


class WithServer(Exports):
    RING = 128 << 20

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.server = Server(pathlib.Path(folder.name, 'clickhouse'))
        cls.addClassCleanup(cls.server.stop, signal.SIGKILL)

    def setUp(self):
        super().setUp()
        suite.need_program(self, 'clickhouse-server', 'clickhouse-client')
        if not self.server.runs():
            self.server.start()
        self.server.ask('DROP DATABASE IF EXISTS handspan')
        self.server.run(pathlib.Path(PROGRAMS.source, 'conf/clickhouse/base.sql').read_text())
        (self.folder / 'password').write_text('secret\n')
        self.sink = f'type = "clickhouse"\nurl = "{self.server.url}"\nuser = "probe"\n' \
                    'password_file = "DIR/password"\nretry_most = "500ms"\n'

    def varied(self, writer, count, hours_ago=0):
        files = ' '.join(str(pathlib.Path(PROGRAMS.source, 'tests/golden', seed, 'capture.pcap')) for seed in SEEDS)
        writer.do(f'varied {count} {int(time.time()) // 3600 * 3600 - 3600 * hours_ago} {files}')

    def rows(self, table, what='count()'):
        return self.server.ask(f'SELECT {what} FROM handspan.{table}')


class Tables(WithServer):
    def test_rows_are_the_records(self):
        """Each field of a row is that of the line in the JSON; durations to the microsecond."""
        self.configure(self.sink, JSONL)
        writer = self.writer()
        writer.do('minute 0')
        self.varied(writer, 300)
        writer.do('stop')
        self.start()
        self.wait_for_read(300)
        self.stop()
        lines = {line['id']: line for line in self.lines() if line['event_type'] == 'connection'}
        columns = {column: kind for column, kind in self.server.ask(
            "SELECT name, type FROM system.columns WHERE database = 'handspan' AND table = 'connections'")}
        paths = {path.replace('.', '_'): path for line in lines.values() for path in flat(line) if path not in
                 ('timestamp', 'src_ip', 'dest_ip', 'icmp.from')}
        asked = ['id', 'flow_id', 'client', 'server', 'timestamp', 'timestamp_us'] + sorted(set(paths) & set(columns) - {'id', 'flow_id'})
        rows = self.server.ask(f'SELECT {",".join(asked)} FROM handspan.connections FINAL FORMAT JSONEachRow')
        self.assertEqual(len(rows), len(lines))
        self.assertGreater(len(asked), 60)
        for text, in rows:
            row = json.loads(text)
            line = flat(lines[row['id']])
            self.assertEqual((row['flow_id'], row['client'], row['server']),
                             (line['flow_id'], line['src_ip'], line['dest_ip']))
            self.assertEqual(f"{row['timestamp'].replace(' ', 'T')}.{int(row['timestamp_us']):06}", line['timestamp'][:26])
            for column in asked[6:]:
                self.same(row[column], line.get(paths[column]), columns[column], column)
        told = [line for line in self.lines() if line['event_type'] == 'minute']
        self.assertEqual(self.rows('minutes FINAL', 'opened, ended_failed, timings_tls_total_count, timings_tls_total_p99, failed_cause'),
                         [[str(told[0]['opened']), '1', '10', f"{told[0]['timings']['tls_total']['p99']:.9f}", "['alert']"]])
        certificates = {line['tls']['certificate']['sha256'] for line in lines.values() if 'sha256' in
                        line.get('tls', {}).get('certificate', {})}
        self.assertEqual({row[0] for row in self.rows('certificates', 'DISTINCT sha256')}, certificates)

    def same(self, value, told, kind, column):
        if told is None:
            self.assertIn(value, (None, 0, '0', '', [], '::'), column)
        elif 'Decimal' in kind:
            self.assertAlmostEqual(float(value), told, delta=1.1e-6, msg=column)
        elif kind.startswith('UInt'):
            self.assertEqual(int(value), int(told), column)
        else:
            self.assertEqual(value, told, column)

    def test_says_what_is_missing_and_goes_on_when_it_is_there(self):
        self.server.ask('DROP TABLE handspan.certificates')
        self.configure(self.sink)
        writer = self.writer()
        self.varied(writer, 50)
        self.start()
        self.wait_until(lambda: (status := self.status()) and 'no table handspan.certificates' in
                        status['sinks'][0]['trouble'], 'it says what is missing')
        self.server.run(pathlib.Path(PROGRAMS.source, 'conf/clickhouse/base.sql').read_text())
        self.wait_for_read(50)
        self.server.ask('ALTER TABLE handspan.connections DROP COLUMN http_host')
        self.varied(writer, 50)
        self.wait_for_read(100)
        self.stop()
        self.assertEqual(self.rows('connections FINAL'), [['100']])

    def test_a_wrong_password_is_said(self):
        (self.folder / 'password').write_text('other\n')
        self.configure(self.sink)
        self.varied(self.writer(), 10)
        self.start()
        self.wait_until(lambda: (status := self.status()) and 'password' in status['sinks'][0]['trouble'].lower(), 'it is said')
        (self.folder / 'password').write_text('secret\n')
        self.wait_for_read(10)

    def test_a_record_is_small(self):
        """At most 80 bytes on disk, of records whose addresses, ports, times and sizes are all different."""
        count = 50_000
        self.configure(self.sink)
        writer = self.writer()
        self.varied(writer, count)
        self.start()
        self.wait_for_read(count)
        self.stop()
        self.server.ask('OPTIMIZE TABLE handspan.connections FINAL')
        rows, size = map(int, self.server.ask("SELECT sum(rows), sum(bytes_on_disk) FROM system.parts WHERE active AND "
                                              "database = 'handspan' AND table = 'connections'")[0])
        self.assertEqual(rows, count)
        self.assertLessEqual(size / rows, 80)


def flat(line, before=''):
    """{'tls.sni': …} of {'tls': {'sni': …}}; lists of objects as lists of each of their members."""
    out = {}
    for key, value in line.items():
        if isinstance(value, dict):
            out.update(flat(value, before + key + '.'))
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for name in value[0]:
                out[before + key + '.' + name] = [item[name] for item in value if name in item]
        else:
            out[before + key] = value
    return out


class Deaths(WithServer):
    RATE, SECONDS = 4000, 8

    def test_the_server_stops_starts_and_is_killed(self):
        """Nothing is lost, and nothing counts twice: records, minutes and hours."""
        dice = random.Random(7)
        self.configure(self.sink + 'timeout = "5s"\nevents = "all"\n')
        writer = self.writer()
        for minute in range(3):
            writer.do(f'minute {minute}')
        writer.tell(f'flood {PROGRAMS.capture} {self.RATE} {self.SECONDS}')
        self.start()
        for how in (signal.SIGTERM, signal.SIGKILL, signal.SIGKILL):
            time.sleep(dice.uniform(0.6, 1.2))
            self.server.stop(how)
            if how == signal.SIGKILL:
                self.stop(signal.SIGKILL)  # the exporter, too
                self.start()
            time.sleep(dice.uniform(0.2, 0.5))
            self.server.start()
        written = int(writer.answer().split()[0])
        self.wait_for_rest()
        self.stop()
        self.assertEqual(self.rows('connections FINAL', 'count(), min(number), max(number), uniqExact(id)'),
                         [[str(written), '0', str(written - 1), str(written)]])
        self.assertEqual(self.rows('minutes FINAL', 'count(), sum(opened), sum(ended_failed)'), [['3', '30', '3']])
        self.assertEqual(self.rows('hours', 'opened, ended_completed, ended_failed, packets'), [['30', '27', '3', '300']])
        self.assertEqual(self.rows('hours_failed', 'cause, failed'), [['alert', '3']])

    def test_a_block_that_comes_again_counts_once(self):
        """The note of what has arrived is put back to what it was before, so that all of it is sent once more."""
        self.configure(self.sink, 'type = "sqlite"\ndir = "DIR/file"\nbatch_time = "3600s"\n')
        writer = self.writer()
        for minute in (0, 1):
            writer.do(f'minute {minute}')
        self.varied(writer, 500)
        self.start()
        self.wait_until(lambda: (status := self.status()) and status['sinks'][0]['sent'] >= 502, 'all have arrived')
        self.stop(signal.SIGKILL)
        before = self.counted()
        for note in ('spool/clickhouse.state', 'status/default.json'):
            (self.folder / note).unlink()
        self.start()
        self.wait_until(lambda: (status := self.status()) and status['sinks'][0]['sent'] >= 502, 'all have arrived again')
        self.stop(signal.SIGKILL)
        self.assertGreater(self.server.number('SELECT count() FROM handspan.connections'), 500)
        self.assertEqual(self.counted(), before)

    def counted(self):
        return {question: sorted(self.server.ask(question)) for question in (
            'SELECT count(), sum(wire_bytes_client) FROM handspan.connections FINAL',
            'SELECT count(), sum(opened) FROM handspan.minutes FINAL',
            'SELECT * FROM handspan.hours', 'SELECT * FROM handspan.hours_failed',
            'SELECT sha256, any(subject), min(day), max(last_seen) FROM handspan.certificates GROUP BY sha256')}


class Page(WithServer):
    def test_every_query_of_the_page_is_answered(self):
        page = pathlib.Path(PROGRAMS.source, 'docs/scale.md').read_text()
        queries = re.findall(r'### (.*?)\n.*?```sql\n(.*?)```', page, re.S)
        self.assertGreaterEqual(len(queries), 10)
        self.configure(self.sink)
        writer = self.writer()
        for minute in (0, 1, 2, 60):
            writer.do(f'minute {minute}')
        self.varied(writer, 5000)
        self.varied(writer, 5000, hours_ago=2)
        self.start()
        self.wait_for_read(10_000)
        self.stop()
        for title, query in queries:
            with self.subTest(title):
                self.assertTrue(self.server.ask(query), query)


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    for name in ('handspan', 'exporter', 'segment-writer', 'capture', 'source'):
        parser.add_argument('--' + name, required=True)
    options, rest = parser.parse_known_args(namespace=PROGRAMS)
    suite.main(argv=[sys.argv[0], *rest])
