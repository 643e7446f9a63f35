#!/usr/bin/env python3
"""`handspan diff` over two captures made for it: what is new and gone, slower, shown anew; and over spans and histories
of the same connections, which tell the same.

  diff_test.py --handspan PATH --source ROOT
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import suite

PROGRAMS = argparse.Namespace()


def capture(path, *, seed, name_of_new, chain, answer, suite_of_server, refused, expired):
    """40 connections to shop.example.test and three to another name, of which some fail in two ways; an hour in all."""
    from capture_maker import files
    from capture_maker.cases_tls import hello_12
    from capture_maker.tls import Tls, in_records
    from capture_maker.trace import Trace
    trace = Trace(seed=seed)
    number = 0

    def connection(server='10.2.0.20'):
        nonlocal number
        number += 1
        return trace.connection(client=(f'10.1.{number // 200}.{number % 200 + 1}', 50_000 + number), server=(server, 443))

    def talked(name, server):
        talk, to = Tls(trace.random), connection(server)
        to.open()
        to.client(hello_12(talk, sni=name))
        to.ack('server')
        trace.wait(answer + number % 7 * 0.0002)
        to.server(in_records(talk.server_flight(chain=chain, suite=suite_of_server)))
        to.ack('client')
        return talk, to

    for name, server in 40 * [('shop.example.test', '10.2.0.20')] + 3 * [(name_of_new, '10.2.0.30')]:
        talk, to = talked(name, server)
        to.client(talk.client_finish())
        to.server(talk.server_finish())
        to.client(talk.application(420))
        to.server(talk.application(1900))
        to.ack('client')
        to.close()
    for _ in range(refused):
        to = connection()
        to.send('client', 'S')
        to.send('server', 'RA')
    for _ in range(expired):
        talk, to = talked('shop.example.test', '10.2.0.20')
        to.client(talk.alert(45))
        to.close()
        trace.wait(60)
    path.write_bytes(files.pcap(trace.frames))


class Diff(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        from capture_maker import tls
        from capture_maker.cases_rules import EXPIRES_SOON
        cls.scratch = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.scratch.name)
        cls.a, cls.b = cls.folder / 'a.pcap', cls.folder / 'b.pcap'
        capture(cls.a, seed=1, name_of_new='old.example.test', chain=(tls.LEAF, tls.ISSUER), answer=0.002,
                suite_of_server=tls.ECDHE_RSA_AES128_GCM, refused=12, expired=0)
        capture(cls.b, seed=2, name_of_new='new.example.test', chain=(EXPIRES_SOON,), answer=0.030,
                suite_of_server=tls.RSA_AES128_GCM, refused=0, expired=9)

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def ask(self, *arguments, code=0):
        done = subprocess.run([PROGRAMS.handspan, *map(str, arguments)], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout if code == 0 else done.stderr

    def diff(self, *arguments):
        return json.loads(self.ask('diff', '--json', *arguments))

    def check(self, found, by_whom=True):
        self.assertEqual([(one['change'], one['cause'], one['a'], one['b']) for one in found['causes']],
                         [('new', 'alert', 0, 9), ('gone', 'refused', 12, 0)])
        self.assertEqual([one.get('by') for one in found['causes']], ['client', 'server'] if by_whom else [None, None])
        timings = {one['timing']: one for one in found['timings']}
        self.assertEqual(timings['client_hello_to_server_hello']['change'], 'slower')
        self.assertIn('p50', timings['client_hello_to_server_hello']['differs'])
        self.assertLess(timings['client_hello_to_server_hello']['a']['p95'], 0.006)
        self.assertGreater(timings['client_hello_to_server_hello']['b']['p50'], 0.028)
        self.assertNotIn('syn_to_syn_ack', timings)

    def test_two_captures(self):
        found = self.diff(self.a, self.b)
        self.check(found)
        self.assertEqual((found['a']['connections'], found['b']['connections']), (55, 52))
        servers = {one['server']: one for one in found['servers']}
        self.assertEqual({name: one['change'] for name, one in servers.items()},
                         {'shop.example.test': 'changed', 'new.example.test': 'new', 'old.example.test': 'gone'})
        shop = servers['shop.example.test']
        shown = {side: shop['certificate'][side][0] for side in 'ab'}
        for side, file in (('a', self.a), ('b', self.b)):
            first = json.loads(self.ask('read', '--json', '-n', '1', file))['tls']['certificate']
            self.assertEqual((shown[side]['sha256'], shown[side]['issuer'], shown[side]['not_after']),
                             (first['sha256'], first['issuer'], first['not_after'][:10]))
        self.assertNotEqual(shown['a']['sha256'], shown['b']['sha256'])
        self.assertIn('cipher', shop)
        self.assertIn('ja3s', shop)

    def test_the_same_twice_differs_in_nothing(self):
        found = self.diff(self.a, self.a)
        self.assertEqual((found['causes'], found['timings'], found['servers']), ([], [], []))
        self.assertIn('Nothing differs by more than chance.', self.ask('diff', '--lang', 'en', self.a, self.a))

    def test_sentences_and_tables_in_both_languages(self):
        english = self.ask('diff', '--lang', 'en', self.a, self.b)
        for words in ('New in B: alert 45 certificate_expired (9).', 'Gone in B: refused (12).', 'Slower in B: ',
                      'shop.example.test shows another certificate in B: issued by ', "Fisher's exact test"):
            self.assertIn(words, english)
        chinese = self.ask('diff', '--lang', 'zh', self.a, self.b)
        for words in ('B 中新增的失败：alert 45 certificate_expired（9）。', 'B 中消失的失败', 'B 中变慢的步骤', 'Fisher 精确检验'):
            self.assertIn(words, chinese)
        self.assertNotRegex(chinese, 'New in B|Slower')

    def test_spans_of_captures(self):
        whole = self.diff(f'{self.a}@2026-12-01T09:00/1h', f'{self.b}@2026-12-01T09:00/2026-12-01T10:00')
        self.check(whole)
        minute = self.diff(f'{self.b}@2026-12-01T09:00/1min', f'{self.b}@2026-12-01T09:01/1h')
        self.assertEqual(minute['a']['connections'] + minute['b']['connections'], 52)
        self.assertIn('is no span of time', self.ask('diff', self.a, f'{self.b}@tomorrow-ish', code=2))

    def kept(self, name, file):
        """A folder of lines as an exporter writes it."""
        folder = self.folder / name
        folder.mkdir()
        lines = ''.join(f'{{"id":"1:0:{number}","rate":1,{line[1:]}\n'
                        for number, line in enumerate(self.ask('read', '--json', file).splitlines()))
        subprocess.run(['zstd', '-q', '-o', str(folder / 'connections-1.jsonl.zst')], input=lines.encode(), check=True)
        return folder

    def test_histories_tell_what_captures_told(self):
        suite.need_program(self, 'zstd')
        told = self.diff(self.kept('kept-a', self.a), self.kept('kept-b', self.b))
        self.check(told)
        of_files = self.diff(self.a, self.b)
        for part in ('causes', 'timings', 'servers'):
            self.assertEqual(told[part], of_files[part], part)
        hour = self.diff(f'{self.folder / "kept-a"}@2026-12-01T09:00/1h', self.b)
        self.check(hour)

    def test_a_report_of_a_history_has_the_figures_of_its_capture(self):
        suite.need_program(self, 'zstd')
        folder = self.kept('kept-report', self.b)
        told, of_file = (json.loads(self.ask('report', '--json', *what)) for what in (('--from', folder), (self.b,)))
        for report in (told, of_file):
            for row in report['failures']['failures']:
                for volatile in ('file', 'connection'):
                    row.pop(volatile, None)
        self.assertEqual(told, of_file)


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    for name in ('handspan', 'source'):
        parser.add_argument('--' + name, required=True)
    options, rest = parser.parse_known_args(namespace=PROGRAMS)
    sys.path.insert(0, str(pathlib.Path(PROGRAMS.source) / 'tools'))
    suite.main(argv=[sys.argv[0], *rest])
