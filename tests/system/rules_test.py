#!/usr/bin/env python3
"""Rules as an operator has them: `handspan rules check` and `test`, the shipped set over captures, and a daemon that is
given new ones under load.

  rules_test.py --handspan PATH --handspand PATH --source ROOT
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
import unittest
from pathlib import Path

import suite

LIMIT = 60  # seconds a program may take
GIVEN = None

SWEEP = 'sweep'  # a capture made for the test: a hundred hellos without a name
# Of each shipped rule: golden cases of which a connection hits, and of which none does.
STARTER = {
    1001: ('old-versions', 'tls12-complete'),
    1002: ('what-rules-look-for', 'tls12-complete'),
    1003: ('jack-gm', 'tls12-complete'),
    1004: ('tlcp', 'tls12-complete'),
    1010: ('tls-farewells', 'what-rules-look-for'),
    1011: ('what-rules-look-for', 'tls-farewells'),
    1012: ('times-low-then-high', 'what-rules-look-for'),
    1013: ('what-rules-look-for', 'tls12-complete'),
    1014: ('jack-gm', 'tls12-complete'),
    1015: ('what-rules-look-for', 'jack-gm'),
    1020: ('tls12-complete', 'plain-http'),
    1021: ('tls12-complete', 'no-server-hello'),
    1030: ('what-rules-look-for', 'tls12-complete'),
    1031: ('tlcp', 'tls12-complete'),
    1040: ('by-content-alone', 'plain-http'),
    1050: (SWEEP, 'tls12-complete'),
    1051: (SWEEP, 'tlcp'),
    1060: ('lost-certificate', 'tls12-complete'),
    1061: ('reset-in-handshake', SWEEP),
}


def rule(number, name, lines):
    return f'[[rule]]\nid = {number}\nname = "{name}"\n{lines}\n'


def golden(case):
    found = sorted((GIVEN.source / 'tests/golden' / case).glob('capture.pcap*'))
    return str(found[0])


class Told(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def run_cli(self, *arguments):
        done = subprocess.run([GIVEN.handspan, 'rules', *arguments], capture_output=True, text=True, timeout=LIMIT,
                              check=False)
        return done.returncode, done.stdout, done.stderr


class Check(Told):
    def test_a_good_set_is_told_with_its_warnings(self):
        path = self.write('r.toml', rule(1, 'a', "all = [ { field = 'sni', regex = '.*evil' } ]") +
                          rule(2, 'b', "all = [ { port = 443 } ]"))
        code, out, err = self.run_cli('check', path)
        self.assertEqual((code, err), (0, ''))
        self.assertIn(f'{path}:4: warning: rule 1 "a": sni: regex ".*evil" needs no .* at its end or beginning', out)
        self.assertIn('2 rules can be used, 1 warning', out)

    def test_every_fault_is_told_with_its_place(self):
        bad = self.write('bad.toml', rule(1, 'a', "all = [ { field = 'sni', regex = 'a(b' } ]") +
                         rule(2, 'b', "all = [ { field = 'alpn', regex = 'x[' } ]"))
        code, out, _ = self.run_cli('check', bad)
        self.assertEqual(code, 1)
        self.assertRegex(out, r'bad\.toml:4: rule 1 "a": sni: regex "a\(b": .* index 1')
        self.assertRegex(out, r'bad\.toml:8: rule 2 "b": alpn: regex "x\["')
        self.assertIn('2 faults, 0 warnings', out)

    def test_several_files_are_one_set(self):
        one, two = self.write('1.toml', rule(1, 'a', 'all=[{port=1}]')), self.write('2.toml', rule(1, 'b', 'all=[{port=2}]'))
        code, out, _ = self.run_cli('check', one, two)
        self.assertEqual(code, 1)
        self.assertIn('2.toml:1: rule 1 "b": id: is already that of "a"', out)

    def test_what_can_not_be_read_is_a_fault(self):
        os.symlink('/nowhere', self.folder / 'link.toml')
        for path, words in ((self.write('empty.toml', ''), '1 to 65536 rules'), (self.folder / 'link.toml', 'symbolic link'),
                            (self.folder, 'not TOML'), ('/dev/null', 'it is a device')):
            if path == self.folder:
                (self.folder / 'bad.toml').write_bytes(b'\xff\xfe\x00')
            code, out, _ = self.run_cli('check', str(path))
            self.assertEqual(code, 1)
            self.assertIn(words, out)

    def test_the_shipped_set_has_nothing_to_be_told(self):
        code, out, _ = self.run_cli('check', str(GIVEN.source / 'conf/rules'))
        self.assertEqual(code, 0, out)
        self.assertRegex(out, r'^\d+ rules can be used, 0 warnings\n$')


class Test(Told):
    def test_it_tells_connection_rule_field_and_place(self):
        path = self.write('r.toml', rule(7, 'jack', "all = [ { field = 'sni', contains = 'gm.c' } ]") +
                          rule(8, 'hidden', "actions = 'ignore'\nall = [ { field = 'sni', domain = 'jack-gm.com' } ]") +
                          rule(9, 'nothing', 'all = [ { port = 1 } ]'))
        code, out, err = self.run_cli('test', path, golden('jack-gm'))
        self.assertEqual((code, err), (0, ''))
        self.assertIn('  rule 7 "jack" (info): sni "jack-gm.com": "gm.c" at 5\n', out)
        self.assertIn('; the connection is ignored\n', out)
        self.assertRegex(out, r'rule 9 "nothing" \(info\): 0 of \d+ connections\n')

    def test_bad_rules_and_captures_are_faults(self):
        self.assertEqual(self.run_cli('test', self.write('r.toml', 'x'), golden('jack-gm'))[0], 1)
        self.assertEqual(self.run_cli('test', self.write('r.toml', rule(1, 'a', 'all=[{port=1}]')), '/nothing')[0], 1)


class Starter(Told):
    """Each shipped rule hits what it is for, and not the like of it."""

    def setUp(self):
        super().setUp()
        with open(GIVEN.source / 'conf/rules/starter.toml', 'rb') as file:
            self.rules = {rule['id']: rule for rule in tomllib.load(file)['rule']}

    def hits(self, case):
        """Rules that a connection of the case hits."""
        capture = self.sweep() if case == SWEEP else golden(case)
        code, out, _ = self.run_cli('test', str(GIVEN.source / 'conf/rules'), capture)
        self.assertEqual(code, 0, out)
        return {int(number) for number in re.findall(r'^  rule (\d+) ', out, re.MULTILINE)}

    def sweep(self):
        sys.dont_write_bytecode = True
        sys.path.insert(0, str(GIVEN.source / 'tools'))
        from capture_maker import cases_rules, trace  # pylint: disable=import-outside-toplevel
        made = trace.Trace()
        cases_rules.sweep_without_names(made)
        path = self.folder / 'sweep.pcap'
        path.write_bytes(made.file()[1])
        return str(path)

    def test_post_quantum_rules_pass_over_who_has_it(self):
        path = self.write('r.toml', rule(1, 'both', "all = [ { field = 'group', equals = 'X25519MLKEM768' } ]\n"
                                         "none = [ { post_quantum = 'not_offered' }, { post_quantum = 'not_chosen' } ]"))
        _, out, _ = self.run_cli('test', path, golden('what-rules-look-for'))
        self.assertIn('rule 1 "both" (info): 1 of 5 connections', out)

    def test_each_has_both(self):
        self.assertEqual(self.rules.keys(), STARTER.keys())
        seen = {case: self.hits(case) for case in {case for cases in STARTER.values() for case in cases}}
        for number, (hit, missed) in STARTER.items():
            with self.subTest(self.rules[number]['name']):
                self.assertIn(number, seen[hit], hit)
                self.assertNotIn(number, seen[missed], missed)

    def test_each_is_told_in_both_languages(self):
        for number, shipped in self.rules.items():
            self.assertTrue(shipped['description'] and shipped['description_zh'], number)


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('--handspan', required=True)
    parser.add_argument('--source', type=Path, required=True)
    GIVEN, rest = parser.parse_known_args()
    suite.main(argv=[sys.argv[0], *rest])
