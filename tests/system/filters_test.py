#!/usr/bin/env python3
"""Completion, and which connections are wanted: filters, times, order, form.

  filters_test.py --handspan PATH [unittest arguments]
"""
import json
import os
import subprocess

from cli_base import Base, CAPTURE, FRAMES, SYN, main, pcap, tcp


class Completion(Base):
    MANUAL = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../docs/man/handspan.1')

    def verbs(self):
        listed = self.run_cli('--help')[1].split('Subcommands:')[1].split('Exit status')[0]
        return [line.split()[0] for line in listed.splitlines() if line.startswith('  ') and line[2] != ' ']

    def options(self, verb):
        words = self.run_cli(verb, '--help')[1].split('Examples:')[0].replace(',', ' ').split()
        return {word for word in words if word.startswith('--') and word[2:].replace('-', '').isalpha()}

    def test_every_verb_has_examples_that_are_right(self):
        for verb in self.verbs():
            text = self.run_cli(verb, '--help')[1]
            self.assertIn('Examples:\n  handspan ' + verb, text)

    def test_each_shell_knows_all_verbs_and_options(self):
        for shell in ('bash', 'zsh', 'fish'):
            code, script, err = self.run_cli('completion', shell)
            self.assertEqual((code, err), (0, ''))
            for verb in self.verbs():
                self.assertIn(verb, script)
                for option in ('--filter', '--since', '--lang'):
                    self.assertIn(option.removeprefix('--'), script)
        self.assertNotIn('completion', self.verbs())

    def complete(self, *words):
        script = self.run_cli('completion', 'bash')[1]
        ask = (f'{script}\nCOMP_WORDS=({" ".join(words)} "")\nCOMP_CWORD={len(words)}\n_handspan\n'
               'printf "%s\\n" "${COMPREPLY[@]}"')
        return subprocess.run(['bash', '-c', ask], capture_output=True, text=True, check=True).stdout.split()

    def test_bash_completes(self):
        self.assertIn('failures', self.complete('handspan'))
        self.assertEqual(self.complete('handspan', 'read', '--lang'), ['en', 'zh'])
        self.assertIn('timings.tls_total', self.complete('handspan', 'log', '--sort'))
        self.assertIn('version', self.complete('handspan', 'failures', '--by'))

    def test_the_manual_has_every_verb_and_option(self):
        with open(self.MANUAL, encoding='utf-8') as file:
            manual = file.read().replace('\\-', '-')
        for verb in self.verbs():
            self.assertIn(f'.It Cm {verb}\n', manual)
            for option in self.options(verb):
                self.assertIn('-' + option.removeprefix('--'), manual, (verb, option))


class Filters(Base):
    def test_a_filter_chooses_connections_and_keeps_their_numbers(self):
        path = self.file('a', pcap(FRAMES))
        code, out, err = self.run_cli('read', '--filter', 'cause == refused && src_port == 1025', path)
        self.assertEqual((code, err), (0, ''))
        self.assertTrue(out.startswith('#2 '), out)
        self.assertTrue(out.endswith('1 connection: 1 failed\n'), out)
        code, out, _ = self.run_cli('read', '--json', '--filter', 'src_port in {1..1024}', path)
        self.assertEqual([json.loads(line)['src_port'] for line in out.splitlines()], [1024])
        code, out, _ = self.run_cli('explain', '--filter', 'src_port == 1025', path)
        self.assertIn(':1025', out)
        self.assertNotIn(':1024', out)

    def test_mistakes_show_their_place(self):
        path = self.file('a', pcap(FRAMES))
        for verb in ('read', 'failures', 'explain'):
            code, out, err = self.run_cli(verb, '--filter', 'src_prot == 1025', path)
            self.assertEqual((code, out), (2, ''))
            self.assertEqual(err.splitlines()[0], 'handspan: --filter: no such field: src_prot: did you mean '
                                                  'src_port? (handspan fields lists them)')
            self.assertEqual(err.splitlines()[1:], ['  src_prot == 1025', '  ^^^^^^^^'])

    def test_a_filter_from_a_file(self):
        path = self.file('a', pcap(FRAMES))
        filter_file = self.file('f', b'# the refused\ncause == refused\n')
        self.assertIn('#2 ', self.run_cli('read', '--filter-file', filter_file, path)[1])
        broken = self.file('b', b'cause ==\n')
        code, _, err = self.run_cli('read', '--filter-file', broken, path)
        self.assertEqual(code, 2)
        self.assertIn('a value is missing here', err)
        self.refused(1, 'No such file', 'read', '--filter-file', os.path.join(self.folder, 'none'), path)

    def test_an_empty_answer_says_why(self):
        path = self.file('a', pcap(FRAMES))
        out = self.run_cli('read', '--filter', 'tls', path)[1]
        self.assertEqual(out, 'no match among 2 connections since 2023-11-14 22:13:20 UTC\n')
        out = self.run_cli('read', '--failed', self.file('b', pcap([tcp(1024, 443, 1, 0, SYN)])))[1]
        self.assertEqual(out, 'no failures among 1 connection since 2023-11-14 22:13:20 UTC\n')
        out = self.run_cli('read', '--filter', 'tls', '--lang', 'zh', path)[1]
        self.assertEqual(out, '自 2023-11-14 22:13:20 UTC 以来的 2 个连接中没有符合条件的\n')

    def test_since_and_until(self):
        path = self.file('a', pcap(FRAMES))
        for options, count in ((('--since', '2023-11-14'), 2), (('--since', '2023-11-15'), 0),
                               (('--until', '2023-11-14T22:13:20.0001Z'), 1), (('--since', '10m'), 0),
                               (('--since', '2023-11-14 22:00', '--until', '2023-11-14 23:00'), 2)):
            out = self.run_cli('read', '--json', *options, path)[1]
            self.assertEqual(len(out.splitlines()), count, options)
        self.refused(2, '"soon" is no time', 'read', '--since', 'soon', path)
        self.refused(2, 'not later', 'read', '--since', '1h', '--until', '2h', path)

    def test_order_and_number(self):
        path = self.file('a', pcap(FRAMES))
        ports = lambda *options: [json.loads(line)['src_port'] for line in
                                  self.run_cli('read', '--json', *options, path)[1].splitlines()]
        self.assertEqual(ports('--sort', 'src_port'), [1024, 1025])
        self.assertEqual(ports('--sort', '-src_port'), [1025, 1024])
        self.assertEqual(ports('--sort', '-src_port', '-n', '1'), [1025])
        self.assertEqual(ports('-n', '1'), [1024])
        self.refused(2, 'did you mean src_port?', 'read', '--sort', 'src_prt', path)

    def test_csv(self):
        path = self.file('a', pcap(FRAMES))
        out = self.run_cli('read', '--csv', '--fields', 'src_port,cause,packets', path)[1]
        self.assertEqual(out, 'src_port,cause,packets\n1024,,1;0\n1025,refused,1;1\n')
        self.assertEqual(self.run_cli('read', '--csv', path)[1].count('\n'), 3)

    def test_lines_fit_the_width(self):
        path = os.path.join(os.path.dirname(CAPTURE), '../jack-gm/capture.pcap')
        for options in (('--oneline',), ()):
            for width in (60, 80, 100):
                out = self.run_cli('read', *options, '--width', str(width), path)[1]
                longest = max(len(line) for line in out.splitlines() if '▒' not in line)
                self.assertLessEqual(longest, width, out)

    def test_fields_are_listed(self):
        out = self.run_cli('fields')[1]
        for field in ('timings.tls_total', 'tls.certificate.subject', 'tls.alerts.code', 'retry.recovered'):
            self.assertIn('\n' + field + ' ', out)
        rows = [json.loads(line) for line in self.run_cli('fields', '--json', 'outcome')[1].splitlines()]
        self.assertIn('failed', next(row for row in rows if row['field'] == 'outcome')['words'])


if __name__ == '__main__':
    main()
