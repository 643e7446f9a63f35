#!/usr/bin/env python3
"""The parts of tools/bench that need no program: its captures' names, its figures, what counts as worse."""

import argparse
import contextlib
import io
import json
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / 'tools'))

from bencher import against, captures, figures, memory, probe, report  # noqa: E402
from bencher.fault import Fault  # noqa: E402


def figure(**more):
    return {**more, 'spread': {name: [value, value] for name, value in more.items() if isinstance(value, (int, float))}}


EARLIER = {
    'runs': [figure(capture='small', testpmd_pps=100, handspand_pps=50, ratio=0.5)],
    'inspector': [figure(capture='flood', packets_per_second=1000, handshakes_per_second=0, connections_per_second=1000)],
    'connections': [{'kind': 'tls', 'connections': 10, 'bytes': 200, 'stated_bytes': 210}],
    'stages': {'small': figure(decode=20.0, look_up=30.0)},
}


class Figures(unittest.TestCase):
    def test_median_least_and_greatest(self):
        told = figures.summary([{'pps': 3_000_000.4, 'ratio': 0.5}, {'pps': 1_000_000, 'ratio': 0.25},
                                {'pps': 2_000_000, 'ratio': 0.33333}])
        self.assertEqual(told, {'pps': 2_000_000, 'ratio': 0.333,
                                'spread': {'pps': [1_000_000, 3_000_000], 'ratio': [0.25, 0.5]}})

    def test_columns_stand_below_their_heads(self):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            report.Table('t', 'kind', report.OPEN).row('tls', EARLIER['connections'][0])
        head, row = out.getvalue().splitlines()[2:4]
        self.assertEqual(head.index('open at once') + len('open at once'), row.index('10') + 2)
        self.assertEqual(len(head), len(row))


class Against(unittest.TestCase):
    def changed(self, section, **values):
        now = json.loads(json.dumps(EARLIER))
        entry = now[section]['small'] if section == 'stages' else now[section][0]
        entry.update(values)
        return list(against.worse(EARLIER, now))

    def test_the_same_and_the_better_are_no_worse(self):
        self.assertEqual(list(against.worse(EARLIER, EARLIER)), [])
        self.assertEqual(self.changed('runs', handspand_pps=60, ratio=0.6), [])
        self.assertEqual(self.changed('connections', bytes=100), [])
        self.assertEqual(self.changed('stages', decode=10.0), [])

    def test_more_than_five_per_cent_is_named(self):
        self.assertEqual(self.changed('runs', ratio=0.477), [])
        self.assertRegex(self.changed('runs', ratio=0.47)[0], r'^worse: runs, small, ratio: 0.47 after 0.5 \(-6.0%\)$')
        self.assertRegex(self.changed('inspector', packets_per_second=0)[0], 'flood.*nothing after 1,000')
        self.assertRegex(self.changed('connections', bytes=211)[0], r'tls, bytes: 211 after 200 \(\+5.5%\)')
        self.assertEqual(self.changed('stages', decode=21.5), ['worse: stages, small, decode (cycles a packet): 21.5 '
                                                               'after 20.0 (+7.5%)'])

    def test_the_ceiling_is_not_ours(self):
        self.assertEqual(self.changed('runs', testpmd_pps=1), [])

    def test_what_one_run_lacks_is_passed_over(self):
        self.assertEqual(list(against.worse({'runs': EARLIER['runs']}, EARLIER)), [])
        self.assertEqual(list(against.worse(EARLIER, {'machine': {}})), [])

    def test_a_file_that_is_none(self):
        with tempfile.TemporaryDirectory() as folder:
            for content in ('', '[]', '{"other": 1}'):
                path = Path(folder) / 'run.json'
                path.write_text(content, encoding='utf-8')
                with self.assertRaises(Fault, msg=content):
                    against.load(path)
            with self.assertRaises(Fault):
                against.load(Path(folder) / 'nosuch')


class Captures(unittest.TestCase):
    def test_every_kind_that_is_wanted(self):
        self.assertEqual([mix.name for mix in captures.chosen([], [])],
                         ['small', 'full', 'handshakes', 'long', 'flood', 'ipv6', 'vlan'])
        self.assertEqual([mix.name for mix in captures.chosen(['vlan', 'flood'], [])], ['flood', 'vlan'])
        self.assertEqual(captures.chosen([], ['a/b.pcap'])[0].name, 'b.pcap')
        with self.assertRaises(Fault):
            captures.chosen(['nosuch'], [])

    def test_a_flood_opens_a_connection_with_each_packet(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / 'flood.pcap'
            subprocess.run([ROOT / 'tools/make-captures', 'syns', '--connections', '1000', '-o', path], check=True)
            self.assertEqual(captures.packets_in(path), 1000)
            data = path.read_bytes()
            frames = [data[at + 16:at + 76] for at in range(24, len(data), 76)]
            self.assertEqual(len({frame[26:38] for frame in frames}), 1000)


class Accounting(unittest.TestCase):
    MIX = captures.Mix('m', '', 10, 6)
    GOOD = {'received_packets': 125, 'tcp_packets': 125, 'connections_opened': 21, 'connections_completed': 15,
            'connections_failed': 0, 'connections_unfinished': 6, 'connections_unknown': 0, 'untracked_table_full': 0}

    def test_every_connection_is_accounted_for(self):
        self.assertEqual(probe.unaccounted(self.MIX, self.GOOD), [])
        for name, value in (('tcp_packets', 124), ('connections_opened', 40), ('connections_failed', 1),
                            ('untracked_table_full', 3), ('connections_completed', 14)):
            self.assertTrue(probe.unaccounted(self.MIX, {**self.GOOD, name: value}), name)


class InMemory(unittest.TestCase):
    """With programs that answer what they are told to."""

    def standing_in(self, name, script):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = Path(folder.name) / name
        path.write_text(f'#!/bin/sh\n{script}\n', encoding='utf-8')
        path.chmod(0o755)
        patch = unittest.mock.patch.object(memory, name, path)
        patch.start()
        self.addCleanup(patch.stop)

    OPTIONS = argparse.Namespace(seconds=1, rounds=2)
    MIX = captures.Mix('m', '', file=Path('m.pcap'))

    def test_rates(self):
        self.standing_in('INSPECTOR', """echo '{"packets_per_second": 9, "handshakes_per_second": 2,
                         "connections_per_second": 1, "stages": {}}'""")
        self.assertEqual(memory.inspector(self.MIX, self.OPTIONS)['packets_per_second'], 9)

    def test_stages_are_told_by_a_build_that_counts_them(self):
        self.standing_in('INSPECTOR_BY_STAGE', """echo '{"stages": {"decode": 20.5, "look_up": 31}}'""")
        stages = memory.stages(self.MIX, self.OPTIONS)
        self.assertEqual(stages, {'decode': 20.5, 'look_up': 31, 'spread': {'decode': [20.5, 20.5], 'look_up': [31, 31]}})
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            report.stages({'m': stages, 'n': stages})
        self.assertRegex(out.getvalue(), r'(?m)^decode +20\.500 +20\.500$')
        self.assertRegex(out.getvalue(), r'(?m)^in all +51\.500 +51\.500$')

    def test_a_connection_takes_what_more_of_them_take_more(self):
        self.standing_in('CONNECTIONS', """echo "{\\"connections\\": $2, \\"resident_bytes\\": $((5000000 + 300 * $2)),
                         \\"stated_bytes\\": $((310 * $2))}\"""")
        told = memory.connections(captures.Mix('open-tls', '', file=Path('m.pcap')), 50_000)
        self.assertEqual(told, {'kind': 'tls', 'connections': 50_000, 'bytes': 300, 'stated_bytes': 310})


class Usage(unittest.TestCase):
    def test_wrong_usage(self):
        for words in (['--nosuch'], ['--rounds', '0'], ['--probe', '--memory'], ['--open', '10']):
            done = subprocess.run([ROOT / 'tools/bench', '--no-build', *words], capture_output=True, check=False)
            self.assertEqual(done.returncode, 2, words)


if __name__ == '__main__':
    unittest.main()
