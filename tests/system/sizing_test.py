#!/usr/bin/env python3
"""handspan doctor --size as people and programs call it, and docs/sizing.md against what it says.

  sizing_test.py --handspan PATH --page docs/sizing.md [--update]
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

RATES = ('10G', '40G', '100G', '200G')
GIB = 1 << 30
OPTIONS = {'packet_bytes': '--packet-bytes', 'connections_per_second': '--connections-per-second',
           'connections': '--connections', 'tls_percent': '--tls-percent', 'record_seconds': '--record-seconds',
           'reserve_percent': '--reserve'}
ARGUMENTS = None


def ask(*arguments):
    return subprocess.run([ARGUMENTS.handspan, 'doctor', *map(str, arguments)], capture_output=True, text=True, timeout=30,
                          check=False)


def told(*arguments):
    return json.loads(ask('--json', *arguments).stdout)


def table(head, rows):
    return '\n'.join('| ' + ' | '.join(row) + ' |' for row in (head, ['---'] * len(head), *rows))


def number(value):
    return f'{int(value) if value == int(value) else value:,}'


def gib(value):
    return f'{value / GIB:.1f}'


def servers():
    rows = []
    for rate in RATES:
        one = told('--size', rate)
        memory, keys = one['memory'], one['configuration']
        rows.append([f'{rate[:-1]} Gbit/s', number(one['cores']), number(one['workers']), str(one['busy_cores']),
                     f'**{gib(memory["total"])}**', gib(memory['connections']), gib(memory['records']),
                     gib(memory['workers']), gib(memory['buffers']), number(one['assumptions']['packets_per_second']),
                     number(one['assumptions']['connections_per_second']), number(one['assumptions']['connections']),
                     number(keys['limits.flows'])])
    return table(['mirror', 'cores', 'workers, queues', 'busy', 'memory, GiB', 'connections', 'records', 'pools', 'buffers',
                  'packets/s', 'connections/s', 'at once', '`limits.flows`'], rows)


def assumptions():
    said = told('--size', '1G')['assumptions']
    return table(['', 'for each Gbit/s', 'option'],
                 [[name.replace('_', ' '), number(said[name]), f'`{option}`'] for name, option in OPTIONS.items()])


def costs():
    return table(['', 'value', 'source'],
                 [[name.replace('_', ' '), number(cost['value']), cost['source']]
                  for name, cost in told('--size', '1G')['costs'].items()])


PARTS = {'servers': servers, 'assumptions': assumptions, 'costs': costs}


def with_tables(page):
    for name, make in PARTS.items():
        page = re.sub(rf'(<!-- {name} -->\n).*?(<!-- /{name} -->)', lambda m, make=make: m[1] + make() + '\n' + m[2], page,
                      flags=re.DOTALL)
    return page


class Page(unittest.TestCase):
    def test_it_shows_what_the_program_says(self):
        page = Path(ARGUMENTS.page).read_text(encoding='utf-8')
        for name in PARTS:
            self.assertIn(f'<!-- {name} -->', page)
        self.maxDiff = None
        self.assertEqual(page, with_tables(page), 'tests/system/sizing_test.py --update mends it')


class Size(unittest.TestCase):
    def test_any_rate(self):
        for rate, bits in (('10G', 10 ** 10), ('2.5G', 2_500_000_000), ('400M', 400_000_000)):
            self.assertEqual(told('--size', rate)['rate'], bits)

    def test_larger_rates_need_larger_servers(self):
        sizes = [told('--size', rate) for rate in RATES]
        for smaller, larger in zip(sizes, sizes[1:]):
            self.assertLess(smaller['cores'], larger['cores'])
            self.assertLess(smaller['memory']['total'], larger['memory']['total'])
            self.assertEqual(larger['queues'], larger['workers'])

    def test_every_assumption_can_be_changed(self):
        usual = told('--size', '100G')
        for name, option in OPTIONS.items():
            self.assertEqual(told('--size', '100G', option, 77)['assumptions'][name], 77)
        self.assertLess(told('--size', '100G', '--packet-bytes', 1400)['cores'], usual['cores'])
        self.assertGreater(told('--size', '100G', '--connections', 20_000_000)['memory']['connections'],
                           1.9 * usual['memory']['connections'])
        self.assertGreater(told('--size', '100G', '--reserve', 75)['workers'], 1.9 * usual['workers'])

    def test_every_cost_can_be_said(self):
        for option, name in (('--packets-per-core', 'packets_per_core'), ('--handshakes-per-core', 'handshakes_per_core'),
                             ('--connection-bytes', 'tls_bytes'), ('--connection-bytes', 'plain_bytes')):
            self.assertEqual(told('--size', '100G', option, 256)['costs'][name], {'value': 256, 'source': option})

    def test_figures_of_ones_own(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / 'bench.json'
            path.write_text(json.dumps({'runs': [{'capture': 'long', 'handspand_pps': 20_000_000}],
                                        'connections': [{'kind': 'tls', 'bytes': 256}]}), encoding='utf-8')
            own = told('--size', '100G', '--measured', path)
            self.assertEqual(own['costs']['tls_bytes']['value'], 256)
            self.assertTrue(own['costs']['packets_per_core']['source'].startswith(str(path)))
            self.assertLess(own['memory']['total'], told('--size', '100G')['memory']['total'])
            self.assertNotIn('bench.json\nthen', ask('--size', '100G', '--measured', path, '--lang', 'en').stdout)
            path.write_text('{}', encoding='utf-8')
            done = ask('--size', '100G', '--measured', path)
            self.assertEqual((done.returncode, done.stdout), (1, ''))
            self.assertIn(str(path), done.stderr)

    def test_both_languages(self):
        english, chinese = (ask('--size', '100G', '--lang', language) for language in ('en', 'zh'))
        self.assertEqual((english.returncode, chinese.returncode), (0, 0))
        self.assertIn('A server for 100 Gbit/s', english.stdout)
        self.assertIn('100 Gbit/s 镜像流量', chinese.stdout)
        self.assertIn('small virtual machine', english.stdout)
        self.assertEqual(len(english.stdout.splitlines()), len(chinese.stdout.splitlines()))

    def test_wrong_usage(self):
        for arguments in (('--size', '100'), ('--size', '0G'), ('--size', ''), ('--size', '100G', '--reserve', 100),
                          ('--size', '100G', '--packet-bytes', 0), ('--connections', 5), ('--measured', 'x'),
                          ('--size', '100G', '--config', 'x')):
            self.assertEqual(ask(*arguments).returncode, 2, arguments)


def main():
    global ARGUMENTS
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--handspan', required=True)
    parser.add_argument('--page', required=True)
    parser.add_argument('--update', action='store_true', help='write the tables into the page')
    ARGUMENTS, rest = parser.parse_known_args()
    if ARGUMENTS.update:
        page = Path(ARGUMENTS.page)
        page.write_text(with_tables(page.read_text(encoding='utf-8')), encoding='utf-8')
        return
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == '__main__':
    main()
