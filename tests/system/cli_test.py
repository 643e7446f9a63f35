#!/usr/bin/env python3
"""The CLI from outside: exit statuses, one-line errors, what goes to which stream, and reading a
segment while it is written, stopped, replaced or left by a dead daemon.

  cli_test.py --handspan PATH --segment-writer PATH [unittest arguments]
"""
import fcntl
import json
import os
import re
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import suite

HANDSPAN = SEGMENT_WRITER = None
CAPTURE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../golden/tls12-complete/capture.pcap')


def tcp(src, dst, seq, ack, flags):
    """An Ethernet frame of an IPv4 TCP segment without payload, checksums left out."""
    segment = struct.pack('>HHIIBBHHH', src, dst, seq, ack, 5 << 4, flags, 65535, 0, 0)
    packet = struct.pack('>BBHHHBBH4s4s', 0x45, 0, 40, 0, 0, 64, 6, 0,
                         bytes([192, 0, 2, 1 if src > dst else 2]),
                         bytes([192, 0, 2, 2 if src > dst else 1]))
    return bytes(12) + b'\x08\x00' + packet + segment


def pcap(frames, link=1):
    out = struct.pack('<IHHIIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, link)
    for i, frame in enumerate(frames):
        out += struct.pack('<IIII', 1700000000, 100 * i, len(frame), len(frame)) + frame
    return out


SYN, RST, ACK = 2, 4, 16
# Port 1025: refused; port 1024, whose SYN came first: never answered.
FRAMES = [tcp(1024, 443, 1, 0, SYN), tcp(1025, 443, 1, 0, SYN), tcp(443, 1025, 0, 2, RST | ACK)]


class Base(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def file(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, 'wb') as out:
            out.write(content)
        return path

    def run_cli(self, *args, env=None, **more):
        clean = {k: v for k, v in os.environ.items() if not k.startswith(('LC_', 'LANG'))}
        clean.update(env or {})
        done = subprocess.run([HANDSPAN, *args], capture_output=True, timeout=30, env=clean, **more)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def refused(self, status, words, *args, **more):
        """One line on stderr, nothing on stdout."""
        code, out, err = self.run_cli(*args, **more)
        self.assertEqual(code, status, err)
        self.assertEqual(out, '')
        self.assertEqual(err.count('\n'), 1, err)
        self.assertTrue(err.startswith('handspan: '), err)
        self.assertIn(words, err)


class Usage(Base):
    def test_wrong_usage_is_2(self):
        self.refused(2, 'a command is missing')
        self.refused(2, 'no such command: nonsense', 'nonsense')
        self.refused(2, 'FILE', 'read')
        self.refused(2, '--lang', 'read', '--lang', 'de', 'x')
        self.refused(2, '--events', 'read', '--events', 'none', 'x')
        self.refused(2, 'FILE', 'explain')
        self.refused(2, '--connection', 'explain', '--connection', '0', 'x')
        self.refused(2, '--lang', 'explain', '--lang', 'de', 'x')
        self.refused(2, '--instance', 'log', '--instance', '../x')
        self.refused(2, '--nonsense', 'stat', '--nonsense')

    def test_help_and_version_are_0(self):
        for args in ['--help'], ['--version'], ['read', '--help'], ['log', '-h'], ['stat', '-h']:
            code, out, err = self.run_cli(*args)
            self.assertEqual((code, err), (0, ''), args)
            self.assertIn('handspan', out)


class Explain(Base):
    def test_bad_files_and_connections_that_are_not_there_are_1(self):
        self.refused(1, 'no such file', 'explain', os.path.join(self.folder, 'nothing'))
        self.refused(1, 'not a capture file', 'explain', self.file('foreign', b'#!/bin/sh\n' * 9))
        self.refused(1, 'no connection 3, only 2', 'explain', '--connection', '3',
                     self.file('a', pcap(FRAMES)))

    def test_a_list_comes_before_several_connections(self):
        code, out, err = self.run_cli('explain', self.file('a', pcap(FRAMES)))
        self.assertEqual((code, err), (0, ''))
        self.assertTrue(out.startswith('2 connections:\n#1 '), out)
        self.assertIn('it refuses', out)
        self.assertEqual(out.count('Conclusion'), 2)

    def test_one_connection_alone(self):
        code, out, _ = self.run_cli('explain', '--connection', '2', '--lang', 'zh',
                                    self.file('a', pcap(FRAMES)))
        self.assertEqual(code, 0)
        self.assertTrue(out.startswith('#2 '), out)
        self.assertIn('拒绝连接', out)

    def test_no_connections_are_said(self):
        code, out, _ = self.run_cli('explain', self.file('a', pcap([])))
        self.assertEqual((code, out), (0, '0 connections\nNo packets in it.\n'))

    def test_what_was_there_instead_of_tcp(self):
        udp = struct.pack('>BBHHHBBH8s', 0x45, 0, 40, 0, 0, 64, 17, 0, bytes([192, 0, 2, 1, 192, 0, 2, 2]))
        udp += struct.pack('>HHHH', 50000, 443, 20, 0) + b'\xc0' + bytes(11)
        path = self.file('quic', pcap([bytes(12) + b'\x08\x00' + udp] * 6))
        for verb in 'read', 'explain', 'failures':
            code, out, _ = self.run_cli(verb, path)
            self.assertEqual(code, 0)
            self.assertIn('No TCP in it. Packets by kind: UDP 6 (most likely QUIC, port 443).\n', out, verb)
            self.assertIn('UDP 6（', self.run_cli(verb, '--lang', 'zh', path)[1], verb)

    def test_frames_that_were_cut_are_counted(self):
        path = self.file('cut', struct.pack('<IHHIIIIIIII', 0xa1b2c3d4, 2, 4, 0, 0, 54, 1, 9, 0, 54, 1514) + FRAMES[0])
        self.assertIn('\n1 of 1 packets were cut when they were captured, to at most 54 bytes each.\n',
                      self.run_cli('read', path)[1])


class Read(Base):
    def test_ladder(self):
        path = self.file('a', pcap(FRAMES))
        code, out, _ = self.run_cli('read', '--ladder', path)
        self.assertEqual(code, 0)
        self.assertIn('◀── RST, ACK', out)
        arrows = [line for line in out.splitlines() if '│' in line or line.strip() == 'client' + ' ' * 26 + 'server']
        self.assertEqual(len(arrows), 5, out)

    def test_bad_files_are_1(self):
        self.refused(1, 'no such file', 'read', os.path.join(self.folder, 'nothing'))
        self.refused(1, 'is a directory', 'read', self.folder)
        self.refused(1, 'empty', 'read', self.file('empty', b''))
        self.refused(1, 'not a capture file', 'read', self.file('foreign', b'#!/bin/sh\n' * 9))
        self.refused(1, 'type 200 (', 'read', self.file('foreign_link', pcap(FRAMES, link=200)))
        self.refused(1, 'rules file', 'read', '--rules', '/nothing', self.file('a', pcap(FRAMES)))
        self.refused(1, 'configuration', 'read', '--config', '/nothing',
                     self.file('a', pcap(FRAMES)))

    def test_json_is_one_object_a_line_in_the_order_of_time(self):
        code, out, err = self.run_cli('read', '--json', self.file('a', pcap(FRAMES)))
        self.assertEqual((code, err), (0, ''))
        records = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([r['src_port'] for r in records], [1024, 1025])
        self.assertEqual(records[1]['cause'], 'refused')
        self.assertEqual(records[1]['by'], 'server')

    def test_text_ends_with_a_total(self):
        code, out, _ = self.run_cli('read', self.file('a', pcap(FRAMES)))
        self.assertEqual(code, 0)
        self.assertIn('#2', out)
        self.assertIn('The server refused the connection', out)
        self.assertTrue(out.splitlines()[-1].startswith('2 connections: '), out)
        self.assertNotIn('\x1b', out, 'no colours into a pipe')

    def test_language_by_option_and_locale(self):
        path = self.file('a', pcap(FRAMES))
        self.assertIn('服务器拒绝连接', self.run_cli('read', '--lang', 'zh', path)[1])
        self.assertIn('服务器拒绝连接', self.run_cli('read', path, env={'LANG': 'zh_CN.UTF-8'})[1])
        self.assertIn('server refused',
                      self.run_cli('read', path, env={'LANG': 'zh_CN.UTF-8', 'LC_ALL': 'C'})[1])

    def test_a_file_cut_short_gives_its_records_then_the_fault(self):
        code, out, err = self.run_cli('read', '--json', self.file('cut', pcap(FRAMES)[:-5]))
        self.assertEqual(code, 1)
        self.assertEqual(len(out.splitlines()), 2)
        self.assertIn('cut short in packet 3', err)
        self.assertEqual(err.count('\n'), 1)

    def test_more_connections_than_the_tables_hold_are_complained_of(self):
        path = self.file('many', pcap([tcp(1024 + i, 443, 1, 0, SYN) for i in range(100)]))
        small = self.file('small.toml', b'[limits]\nflows = 64\n')
        code, out, err = self.run_cli('read', '--json', '--config', small, path)
        self.assertEqual((code, len(out.splitlines())), (1, 64))
        self.assertIn('36 connections', err)
        self.assertIn('limits.flows, 64', err)
        self.assertEqual(err.count('\n'), 1)
        code, out, err = self.run_cli('read', '--json', path)
        self.assertEqual((code, len(out.splitlines()), err), (0, 100, ''))

    def test_several_files_are_several_captures(self):
        path = self.file('a', pcap(FRAMES))
        code, out, err = self.run_cli('read', path, os.path.join(self.folder, 'nothing'), path)
        self.assertEqual(code, 1)
        self.assertEqual(out.count('2 connections: '), 2)
        self.assertIn('no such file', err)

    def test_standard_input(self):
        code, out, _ = self.run_cli('read', '--json', '-', input=pcap(FRAMES))
        self.assertEqual((code, len(out.splitlines())), (0, 2))

    def test_a_reader_that_leaves_is_no_fault(self):
        path = self.file('a', pcap(FRAMES * 2000))
        run = subprocess.Popen([HANDSPAN, 'read', '--json', path, path, path],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        run.stdout.close()
        self.assertEqual(run.stderr.read(), b'')
        run.stderr.close()
        self.assertEqual(run.wait(30), 0)

    def test_a_full_disk_is_a_fault(self):
        with open('/dev/full', 'wb') as full:
            run = subprocess.run([HANDSPAN, 'read', self.file('a', pcap(FRAMES))], stdout=full,
                                 stderr=subprocess.PIPE, timeout=30)
        self.assertEqual(run.returncode, 1)
        self.assertIn(b'standard output: No space left', run.stderr)


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


class Segment(Base):
    def daemon(self, ring=256 << 10):
        run = subprocess.Popen([SEGMENT_WRITER, self.folder, str(ring)], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.end, run)
        self.assertEqual(run.stdout.readline(), 'ok\n')
        return run

    @staticmethod
    def end(run):
        if run.poll() is None:
            run.kill()
        run.wait()
        run.stdin.close()
        run.stdout.close()

    def tell(self, run, *commands):
        for command in commands:
            run.stdin.write(command + '\n')
            run.stdin.flush()
            if command == 'die':
                run.wait()
            else:
                self.assertEqual(run.stdout.readline(), 'ok\n')
        if commands[-1] == 'stop':
            run.wait()

    def follow(self):
        run = subprocess.Popen([HANDSPAN, 'log', '--json', '--follow', '--runtime-dir',
                                self.folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True)
        self.addCleanup(lambda: (run.poll() is None and run.kill(), run.wait(),
                                 run.stdout.close(), run.stderr.close()))
        return run

    @staticmethod
    def finish(log):
        """What is left of both streams; communicate() would forget what readline() has buffered."""
        out, err = log.stdout.read(), log.stderr.read()
        log.wait(20)
        return out, err

    def log(self, *args):
        return self.run_cli('log', '--runtime-dir', self.folder, *args)

    def ports(self, text):
        return [json.loads(line)['src_port'] for line in text.splitlines()]

    def test_no_daemon_is_3(self):
        self.refused(3, 'no daemon', 'stat', '--runtime-dir', self.folder)
        self.refused(3, 'no daemon', 'log', '--runtime-dir', self.folder)

    def test_a_foreign_segment_is_1(self):
        os.makedirs(os.path.join(self.folder, 'default'))
        self.file('default/stats.shm', b'x' * 9000)
        self.refused(1, 'stats.shm', 'stat', '--runtime-dir', self.folder)

    def test_history_of_a_running_and_a_stopped_daemon(self):
        daemon = self.daemon()
        self.tell(daemon, 'records 3')
        code, out, err = self.log('--json')
        self.assertEqual((code, err, self.ports(out)), (0, '', [1, 2, 3]))
        self.tell(daemon, 'stop')
        code, out, err = self.log()
        self.assertEqual((code, err, len(out.splitlines())), (0, '', 4))
        self.assertIn('example.com', out)

    def test_follow_until_the_daemon_stops(self):
        daemon = self.daemon()
        self.tell(daemon, 'records 2')
        log = self.follow()
        self.assertEqual(self.ports(log.stdout.readline()), [1])
        self.tell(daemon, 'records 1', 'stop')
        out, err = self.finish(log)
        self.assertEqual((log.returncode, self.ports(out)), (0, [2, 3]), err)
        self.assertIn('stopped', err)

    def test_follow_ends_at_an_interrupt(self):
        daemon = self.daemon()
        self.tell(daemon, 'records 1')
        log = self.follow()
        log.stdout.readline()
        time.sleep(0.3)
        log.send_signal(signal.SIGINT)
        out, err = self.finish(log)
        self.assertEqual((log.returncode, out, err), (0, '', ''))

    def test_whoever_is_ended_at_a_slow_pipe_ends_his_line(self):
        '''A pipe of one page, read byte by byte: SIGTERM comes while lines wait.'''
        daemon = self.daemon()
        self.tell(daemon, 'records 200')
        for when in range(8):
            ours, theirs = os.pipe()
            fcntl.fcntl(theirs, fcntl.F_SETPIPE_SZ, 4096)
            log = subprocess.Popen([HANDSPAN, 'log', '--json', '--follow', '--runtime-dir', self.folder],
                                   stdout=theirs, stderr=subprocess.PIPE)
            os.close(theirs)
            out = os.read(ours, 1000 + 500 * when)
            time.sleep(0.1)
            log.send_signal(signal.SIGTERM)
            time.sleep(0.05)
            while piece := os.read(ours, 512):
                out += piece
            os.close(ours)
            self.assertEqual((log.wait(20), log.stderr.read()), (0, b''))
            log.stderr.close()
            self.assertTrue(out.endswith(b'\n'), out[-200:])
            self.assertLess(out.count(b'\n'), 200)
            self.assertEqual(self.ports(out.decode()), list(range(1, out.count(b'\n') + 1)))

    def test_whoever_is_ended_does_not_wait_for_a_reader_who_sleeps(self):
        daemon = self.daemon()
        self.tell(daemon, 'records 200')
        ours, theirs = os.pipe()
        log = subprocess.Popen([HANDSPAN, 'log', '--json', '--follow', '--runtime-dir', self.folder],
                               stdout=theirs, stderr=subprocess.DEVNULL)
        os.close(theirs)
        time.sleep(0.5)
        log.send_signal(signal.SIGTERM)
        self.assertEqual(log.wait(20), 0)
        os.close(ours)

    def test_follow_says_that_the_daemon_died(self):
        daemon = self.daemon()
        log = self.follow()
        time.sleep(0.3)
        self.tell(daemon, 'records 1', 'die')
        out, err = self.finish(log)
        self.assertEqual((log.returncode, self.ports(out)), (3, [1]))
        self.assertIn('without an orderly stop', err)

    def test_follow_goes_on_with_the_daemon_that_replaces_a_dead_one(self):
        daemon = self.daemon()
        self.tell(daemon, 'records 1')
        log = self.follow()
        log.stdout.readline()
        log.send_signal(signal.SIGSTOP)
        self.tell(daemon, 'stop')
        after = self.daemon()
        self.tell(after, 'records 2')
        log.send_signal(signal.SIGCONT)
        told = log.stdout.readline() + log.stdout.readline()
        self.assertEqual(self.ports(told), [1, 2], told or log.communicate()[1])
        self.tell(after, 'stop')
        _, err = self.finish(log)
        self.assertEqual(log.returncode, 0)
        self.assertIn('replaced', err)

    def test_follow_says_how_many_records_were_lost(self):
        daemon = self.daemon()
        self.tell(daemon, 'records 1')
        log = self.follow()
        self.assertEqual(self.ports(log.stdout.readline()), [1])
        log.send_signal(signal.SIGSTOP)
        self.tell(daemon, 'records 9999')
        log.send_signal(signal.SIGCONT)
        self.tell(daemon, 'stop')
        out, err = self.finish(log)
        lost = int(re.search(r'([0-9,]+) records of worker 0 were lost', err)[1].replace(',', ''))
        self.assertEqual(self.ports(out), list(range(2 + lost, 10_001)), err)
        self.assertGreater(lost, 5000)

    def flood(self, daemon, rate, seconds):
        '''Records of a TLS connection, two for each; how many.'''
        daemon.stdin.write(f'flood {CAPTURE} {rate} {seconds}\n')
        daemon.stdin.flush()
        written, ok = daemon.stdout.readline().split()
        self.assertEqual(ok, 'ok')
        return int(written)

    def test_follow_loses_nothing_that_the_ring_holds(self):
        daemon = self.daemon(ring=8 << 20)
        log = self.follow()
        out, errors = [], []
        readers = [threading.Thread(target=lambda: out.append(log.stdout.read())),
                   threading.Thread(target=lambda: errors.append(log.stderr.read()))]
        for reader in readers:
            reader.start()
        written = self.flood(daemon, 16_000, 1)
        self.tell(daemon, 'stop')
        for reader in readers:
            reader.join()
        lines = out[0].splitlines()
        self.assertEqual((len(lines), written), (16_000, 16_000))
        self.assertNotIn('lost', errors[0])
        self.assertEqual(len(set(lines)), 2)
        self.assertEqual(lines[0::2].count(lines[0]), 8_000)
        self.assertTrue(all(line.endswith('}') for line in set(lines)))

    def test_who_comes_late_takes_the_history_and_all_that_comes_meanwhile(self):
        daemon = self.daemon(ring=8 << 20)
        self.tell(daemon, 'records 8000')
        log = self.follow()
        self.assertEqual(self.ports(log.stdout.readline()), [1])
        self.tell(daemon, 'records 8000')
        out = []
        reader = threading.Thread(target=lambda: out.append(log.stdout.read()))
        reader.start()
        self.tell(daemon, 'stop')
        reader.join()
        self.assertEqual(self.ports(out[0]), list(range(2, 16_001)))
        self.assertNotIn('lost', log.stderr.read())

    def test_follow_tells_of_losses_once_a_second(self):
        daemon = self.daemon()
        self.tell(daemon, 'records 1')
        log = self.follow()
        self.assertEqual(self.ports(log.stdout.readline()), [1])
        begun = time.monotonic()
        out = []
        reader = threading.Thread(target=lambda: out.append(log.stdout.read()))
        reader.start()
        written = self.flood(daemon, 100_000, 2)
        self.tell(daemon, 'stop')
        reader.join()
        err = log.stderr.read()
        lost = re.findall(r'([0-9,]+) records of worker 0 were lost', err)
        self.assertLessEqual(len(lost), time.monotonic() - begun + 2, err)
        self.assertEqual(sum(int(x.replace(',', '')) for x in lost) + len(out[0].splitlines()), written)

    def test_stat(self):
        daemon = self.daemon()
        self.tell(daemon, 'stats')
        code, out, err = self.run_cli('stat', '--runtime-dir', self.folder)
        self.assertEqual((code, err), (0, ''))
        self.assertTrue(out.startswith('handspand default: running for '), out)
        self.assertIn('2,469,134', out)
        self.assertIn('port0', out)
        self.assertNotIn('skipped_udp', out)
        self.assertIn('skipped_udp', self.run_cli('stat', '--all', '--runtime-dir', self.folder)[1])
        code, out, _ = self.run_cli('stat', '--json', '--runtime-dir', self.folder)
        stat = json.loads(out)
        self.assertEqual(stat['daemon']['state'], 'running')
        self.assertEqual(stat['counters']['received_packets'], 2469134)
        self.assertEqual(stat['gauges']['flows'], 84)
        self.assertEqual(stat['histograms']['tls_total']['count'], 2)
        self.assertEqual(stat['ports'], [dict(stat['ports'][0], name='port0', missed=17)])

    def test_watch_shows_rates_beside_totals(self):
        daemon = self.daemon()
        self.tell(daemon, 'stats')
        watch = subprocess.Popen([HANDSPAN, 'stat', '--watch', '--interval', '0.2', '--json', '--runtime-dir',
                                  self.folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        lines = [json.loads(watch.stdout.readline()) for _ in range(2)]
        watch.terminate()
        self.assertEqual(watch.communicate(timeout=10)[1], b'')
        self.assertEqual(watch.returncode, 0)
        for line in lines:
            self.assertEqual(line['counters']['received_packets'], 2469134)
            self.assertEqual(line['rates']['received_packets'], 0)
        self.refused(2, '--watch', 'stat', '--interval', '1', '--runtime-dir', self.folder)

    def test_stat_of_a_stopped_and_of_a_dead_daemon(self):
        daemon = self.daemon()
        self.tell(daemon, 'stop')
        code, out, _ = self.run_cli('stat', '--runtime-dir', self.folder)
        self.assertEqual(code, 0)
        self.assertIn('stopped', out.splitlines()[0])
        daemon = self.daemon()
        self.tell(daemon, 'die')
        code, out, _ = self.run_cli('stat', '--runtime-dir', self.folder)
        self.assertEqual(code, 3)
        self.assertIn('dead', out.splitlines()[0])


def option(name):
    at = sys.argv.index(name)
    value = sys.argv[at + 1]
    del sys.argv[at:at + 2]
    return os.path.abspath(value)


if __name__ == '__main__':
    HANDSPAN, SEGMENT_WRITER = option('--handspan'), option('--segment-writer')
    suite.main()
