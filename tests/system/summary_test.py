#!/usr/bin/env python3
"""What workers sum up, against all records of the same capture: history, inventory, failures and who has most,
through the daemon with one and with two workers, after its rings went round many times, and of the file.

  summary_test.py --handspand PATH --handspan PATH CAPTURE...

The captures hold one connection each, which is over at their end.
"""

import collections
import datetime
import heapq
import json
import subprocess

from daemon_test import LIMIT, PROGRAMS, run_tests
from flood_test import SECOND, SOURCE, capture, frames_of, of_another_client
from vantage_test import Asked

COPIES = 4800
SPAN = 400  # seconds
SMALL = 'ring_bytes = "256KiB"\n'
TIMINGS = ('syn_to_syn_ack', 'syn_ack_to_ack', 'ack_to_client_hello', 'client_hello_to_server_hello', 'tls_total',
           'first_data')


def frames(cases):
    flows = []
    for number in range(COPIES):
        case = cases[number % len(cases)]
        address = bytes([10, 77, number // 250, 1 + number % 250])
        begin = SPAN * SECOND * number // COPIES
        client = case[0][1][SOURCE]
        flows.append([(begin + time, of_another_client(frame, client, address)) for time, frame in case])
    return list(heapq.merge(*flows, key=lambda timed: timed[0]))


def end_of(record):
    """The second of its last packet."""
    begin, nanos = record['timestamp'][:-1].split('.')
    moment = datetime.datetime.fromisoformat(begin + '+00:00')
    return int(moment.timestamp()) + (int(nanos) + round(record['duration'] * SECOND)) // SECOND


def second_of(cell):
    return int(datetime.datetime.fromisoformat(cell['time'][:19] + '+00:00').timestamp())


def name_of(record):
    return record.get('tls', {}).get('sni')


class Sums(Asked):
    def setUp(self):
        super().setUp()
        self.frames = frames([frames_of(path) for path in PROGRAMS.captures])
        self.file = self.write('sums.pcap', capture(self.frames))
        done = subprocess.run([PROGRAMS.handspan, 'read', '--json', self.file], capture_output=True, text=True,
                              timeout=LIMIT, check=True)
        self.records = [record for record in map(json.loads, done.stdout.splitlines())
                        if record['event_type'] == 'connection']
        self.assertEqual(len(self.records), COPIES)

    def asked(self, *arguments):
        done = self.handspan(*arguments, '--json')
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def check(self, *files):
        self.check_history(files)
        self.check_inventory(files)
        self.check_top(files)

    def check_history(self, files):
        for unit, seconds in (('second', 1), ('minute', 60), ('hour', 3600)):
            told = self.asked('history', '--by', unit, *files)
            self.assertEqual((told['unit'], told['seconds'], told['told_late']), (unit, seconds, 0))
            want = collections.defaultdict(collections.Counter)
            for record in self.records:
                cell = end_of(record) // seconds * seconds
                want[cell][record['outcome']] += 1
                if record['outcome'] == 'failed':
                    want[cell]['cause ' + record['cause']] += 1
            got = {}
            for cell in told['cells']:
                counts = collections.Counter({name: n for name, n in cell['ended'].items() if n})
                counts.update({f'cause {name}': n for name, n in cell['failed'].items()})
                if counts:
                    got[second_of(cell)] = counts
            self.assertEqual(got, dict(want), unit)
            for name, total in (('opened', COPIES), ('packets', len(self.frames)),
                                ('bytes', sum(len(frame) for _, frame in self.frames)), ('dropped', 0)):
                self.assertEqual(sum(cell[name] for cell in told['cells']), total, f'{name} by {unit}')
            self.check_timings(told['timings'], self.records)

    def check_timings(self, told, records):
        """Counts and maxima are exact, quantiles at most an eighth off."""
        for name in TIMINGS:
            values = sorted(r['timings'][name] for r in records if r['timings'].get(name) is not None)
            self.assertEqual(told.get(name, {}).get('count', 0), len(values), name)
            if not values:
                continue
            self.assertAlmostEqual(told[name]['max'], values[-1], places=9)
            for quantile, share in (('p50', 0.5), ('p90', 0.9), ('p99', 0.99)):
                exact = values[int(share * (len(values) - 1))]
                self.assertLessEqual(abs(told[name][quantile] - exact), max(exact / 8, 4.1e-6), f'{quantile} of {name}')

    def check_inventory(self, files):
        told = self.asked('inventory', *files)
        tls = [record['tls'] for record in self.records if 'tls' in record]
        self.assertEqual(told['connections'], COPIES)
        for key, field in (('versions', 'version'), ('suites', 'cipher')):
            self.assertEqual({row['name']: row['connections'] for row in told[key]},
                             collections.Counter(t[field] for t in tls if field in t), key)
        groups = told['groups']
        self.assertEqual({row['name']: row['chosen'] for row in groups if row['chosen']},
                         collections.Counter(t['curve'] for t in tls if 'curve' in t))
        self.assertEqual({row['name']: row['offered'] for row in groups if row['offered']},
                         collections.Counter(group for t in tls for group in t.get('groups_offered', [])))
        shown = collections.Counter(t['certificate']['sha256'] for t in tls if 'sha256' in t.get('certificate', {}))
        self.assertGreater(len(shown), 0)
        self.assertEqual({row['sha256']: row['shown'] for row in told['certificates']}, shown)
        for row in told['certificates']:
            one = next(t for t in tls if t.get('certificate', {}).get('sha256') == row['sha256'])
            for name in ('subject', 'issuer', 'not_before', 'not_after', 'key_type', 'key_bits', 'san', 'self_signed'):
                self.assertEqual(row.get(name), one['certificate'].get(name), name)

    def check_failures(self):
        failed = [record for record in self.records if record['outcome'] == 'failed']
        told = self.asked('failures')
        self.assertEqual((told['connections'], told['raw'], told['older']), (COPIES, len(failed), 0))
        self.assertEqual(sum(row['raw'] for row in told['failures']), len(failed))
        done = subprocess.run([PROGRAMS.handspan, 'failures', '--json', self.file], capture_output=True, text=True,
                              timeout=LIMIT, check=True)
        of_file = json.loads(done.stdout)
        for what in ('recovered', 'felt', 'pending'):  # counted as it happened, and linked by what the records say
            self.assertEqual(told[what], of_file[what], what)
        by_cause = self.asked('failures', '--by', 'cause')
        self.assertEqual(sum(row['raw'] for row in by_cause['failures']), len(failed))

    def check_top(self, files):
        """Exact while no more have come than a table has rows; beyond that within the error that each row states."""
        told = self.asked('top', *files)['since_start']
        for subject, key in (('name', name_of), ('ja4', lambda r: r.get('tls', {}).get('ja4')),
                             ('server', lambda r: f"{r['dest_ip']}:{r['dest_port']}"),
                             ('network', lambda r: r['src_ip'].rpartition('.')[0] + '.0/24')):
            table = told[subject]
            real = collections.defaultdict(list)
            for record in self.records:
                if key(record) is not None:
                    real[key(record)].append(record)
            self.assertEqual(table['all'], sum(map(len, real.values())), subject)
            self.assertTrue(table['exact'], subject)
            self.assertEqual({row[subject] for row in table['rows']}, set(real), subject)
            for row in table['rows']:
                records = real[row[subject]]
                self.assertEqual((row['seen'], row['error']), (len(records), 0))
                self.assertEqual({name: n for name, n in row['outcomes'].items() if n},
                                 collections.Counter(record['outcome'] for record in records))
        failed = collections.Counter((r['cause'], r.get('by', 'none'), name_of(r) or f"{r['dest_ip']}:{r['dest_port']}")
                                     for r in self.records if r['outcome'] == 'failed')
        self.assertEqual({(row['cause'], row['by'], row.get('name') or row.get('server')): row['seen']
                          for row in told['failure']['rows']}, failed)

    def through_the_daemon(self, workers):
        config = self.write('sums.toml', f'[workers]\ncount = {workers}\n[limits]\n{SMALL}')
        done = self.daemon('--config', config, '--replay', self.file)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.check()
        self.check_failures()
        kept = sum(record['event_type'] == 'connection' for record in self.logged())
        self.assertLess(kept * 2, COPIES, 'the rings have not gone round')

    def logged(self):
        return [json.loads(line) for line in self.handspan('log', '--json').stdout.splitlines()]

    def test_of_the_file(self):
        done = subprocess.run([PROGRAMS.handspan, 'history', '--json', '--by', 'hour', self.file],
                              capture_output=True, text=True, timeout=LIMIT, check=True)
        self.assertEqual(json.loads(done.stdout)['cells'][0]['opened'], COPIES)
        self.check(self.file)

    def test_of_one_worker(self):
        self.through_the_daemon(1)

    def test_of_two_workers(self):
        self.through_the_daemon(2)


if __name__ == '__main__':
    run_tests(__doc__, captures=True)
