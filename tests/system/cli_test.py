#!/usr/bin/env python3
"""The CLI from outside: exit statuses, one-line errors, what goes to which stream.

  cli_test.py --handspan PATH [unittest arguments]
"""
import json
import os
import struct
import subprocess

from cli_base import ACK, Base, FRAMES, Programs, RST, SYN, main, pcap, tcp


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
        self.refused(2, 'FILE excludes --from', 'report', '--from', '/var/lib', 'x.pcap')

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
        run = subprocess.Popen([Programs.handspan, 'read', '--json', path, path, path],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        run.stdout.close()
        self.assertEqual(run.stderr.read(), b'')
        run.stderr.close()
        self.assertEqual(run.wait(30), 0)

    def test_a_full_disk_is_a_fault(self):
        with open('/dev/full', 'wb') as full:
            run = subprocess.run([Programs.handspan, 'read', self.file('a', pcap(FRAMES))], stdout=full,
                                 stderr=subprocess.PIPE, timeout=30)
        self.assertEqual(run.returncode, 1)
        self.assertIn(b'standard output: No space left', run.stderr)


if __name__ == '__main__':
    main()
