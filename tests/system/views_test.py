#!/usr/bin/env python3
"""The numbers of the views equal those computed from all records of the captures.

  views_test.py --handspan PROGRAM CAPTURE…
"""

import argparse
import collections
import json
import math
import subprocess
import unittest

import suite

HANDSPAN = CAPTURES = None


def run(*args):
    done = subprocess.run([HANDSPAN, *args], capture_output=True, timeout=60, check=False)
    if done.returncode != 0:
        raise AssertionError(done.stderr.decode())
    return done.stdout.decode()


def records(*filters):
    return [json.loads(line) for line in run('read', '--json', *filters, *CAPTURES).splitlines()]


def cause(record):
    """As failures names it: with the alert that decided."""
    deciding = record.get('decided_by', {}).get('alert')
    if record['cause'] != 'alert' or deciding is None:
        return record['cause']
    alert = record['tls']['alerts'][deciding]
    return f'alert {alert["code"]} {alert["name"]}' if 'code' in alert else 'alert'


def quantile(values, share):
    return sorted(values)[max(math.ceil(share * len(values)), 1) - 1]


class Failures(unittest.TestCase):
    def test_causes(self):
        all_records = records()
        failed = [r for r in all_records if r['outcome'] == 'failed']
        told = json.loads(run('failures', '--json', *CAPTURES))
        self.assertEqual(told['connections'], len(all_records))
        self.assertEqual(told['raw'], len(failed))
        self.assertEqual(told['recovered'], sum(r.get('retry', {}).get('recovered', False) for r in failed))
        self.assertEqual(told['raw'], told['recovered'] + told['felt'] + told['pending'])
        self.assertEqual(told['unused'], sum(r['outcome'] == 'unused' for r in all_records))
        expected = collections.Counter((r['rule'], r['by']) for r in failed)
        rows = collections.Counter()
        for row in told['failures']:
            rows[row['rule'], row['by']] += row['raw']
            self.assertEqual(sum(x['failures'] for x in row['clients']), row['raw'])
        self.assertEqual(rows, expected)
        for row in told['failures']:
            self.assertIn(row['connection'], range(1, len(all_records) + 1))

    def check_groups(self, by, value_of):
        all_records = records()
        expected = {}
        for r in all_records:
            value = value_of(r)
            count, fails = expected.get(value, (0, 0))
            expected[value] = count + 1, fails + (r['outcome'] == 'failed')
        told = json.loads(run('failures', '--json', '--by', by, *CAPTURES))
        self.assertEqual({row['value']: (row['connections'], row['raw']) for row in told['failures']},
                         {value: counts for value, counts in expected.items() if counts[1]})

    def test_by_name(self):
        self.check_groups('name', lambda r: r.get('tls', {}).get('sni', '-'))

    def test_by_client(self):
        self.check_groups('client', lambda r: r['src_ip'])

    def test_by_ja4(self):
        self.check_groups('ja4', lambda r: r.get('tls', {}).get('ja4', '-'))

    def test_by_version(self):
        def version(r):
            tls = r.get('tls', {})
            return tls.get('version', tls.get('client_version', '-'))
        self.check_groups('version', version)

    def test_by_cause(self):
        told = json.loads(run('failures', '--json', '--by', 'cause', *CAPTURES))
        self.assertEqual({row['value']: row['raw'] for row in told['failures']},
                         collections.Counter(cause(r) for r in records() if r['outcome'] == 'failed'))

    def test_a_filter_and_a_number(self):
        told = json.loads(run('failures', '--json', '--filter', 'by == client', *CAPTURES))
        self.assertEqual(told['raw'], sum(r['outcome'] == 'failed' for r in records('--filter', 'by == client')))
        self.assertEqual(len(json.loads(run('failures', '--json', '-n', '1', *CAPTURES))['failures']), 1)

    def test_the_example_is_explained_by_the_command(self):
        text = run('failures', *CAPTURES)
        command = next(line for line in text.splitlines() if line.startswith('→ handspan explain'))
        words = command.split()[2:6]
        self.assertIn('failed', run(*words))

    def test_csv(self):
        lines = run('failures', '--csv', *CAPTURES).splitlines()
        told = json.loads(run('failures', '--json', *CAPTURES))
        self.assertEqual(len(lines), 1 + len(told['failures']))


class Latency(unittest.TestCase):
    def check(self, told, of):
        for timing in told:
            values = [r['timings'][timing['timing']] for r in of if timing['timing'] in r['timings']]
            self.assertEqual(timing['count'], len(values), timing['timing'])
            self.assertEqual(sum(bucket['count'] for bucket in timing.get('histogram', [])), len(values))
            if not values:
                continue
            for name, share in (('p50', .5), ('p90', .9), ('p99', .99), ('max', 1)):
                self.assertEqual(timing[name], quantile(values, share), (timing['timing'], name))

    def test_of_all(self):
        told = json.loads(run('latency', '--json', *CAPTURES))
        all_records = records()
        self.assertEqual(told['connections'], len(all_records))
        self.assertEqual({t['timing'] for t in told['timings']},
                         {row['field'].removeprefix('timings.') for row in
                          map(json.loads, run('fields', '--json', 'timings.').splitlines())
                          if row['type'] == 'duration'})
        self.check(told['timings'], all_records)

    def test_by_server(self):
        told = json.loads(run('latency', '--json', '--by', 'server', *CAPTURES))
        groups = collections.defaultdict(list)
        for r in records():
            groups[f'{r["dest_ip"]}:{r["dest_port"]}'].append(r)
        self.assertEqual({g['value'] for g in told['groups']}, set(groups))
        for group in told['groups']:
            self.assertEqual(group['connections'], len(groups[group['value']]))
            self.check(group['timings'], groups[group['value']])

    def test_a_filter(self):
        told = json.loads(run('latency', '--json', '--filter', 'outcome == completed', *CAPTURES))
        self.check(told['timings'], records('--filter', 'outcome == completed'))

    def test_lines_fit(self):
        for options in (), ('--by', 'server'), ('--by', 'name', '--lang', 'zh'):
            text = run('latency', '--width', '80', *options, *CAPTURES)
            self.assertTrue(text)
        for line in run('latency', '--width', '80', *CAPTURES).splitlines():
            self.assertLessEqual(len(line), 80)
        for line in run('failures', '--width', '80', *CAPTURES).splitlines():
            self.assertLessEqual(len(line.split('→ handspan explain')[0]), 80)


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('--handspan', required=True)
    parser.add_argument('captures', nargs='+')
    options, rest = parser.parse_known_args()
    HANDSPAN, CAPTURES = options.handspan, options.captures
    suite.main(argv=[__file__, *rest])
