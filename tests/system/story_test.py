#!/usr/bin/env python3
"""Connections of a daemon told packet by packet: `handspan explain FLOW_ID`.

  story_test.py --handspand PATH --handspan PATH CAPTURE

The capture is a visit whose first connection fails and whose others succeed. It is replayed, and
what is told of it from the daemon's segment is held against what is told of the file.
"""

import argparse
import json
import os
import re
import struct
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

PROGRAMS = argparse.Namespace(handspand='', handspan='', capture='')
LIMIT = 60  # seconds a program may take


def sentences(text):
    """What is told of each packet and the verdict, without the blocks' head and the flow ids of others."""
    lines = text.splitlines()
    begin = next(i for i, line in enumerate(lines) if re.match(r'\S.*, packets? \d', line))
    told = [line for line in lines[begin:] if not line.startswith('Packets are numbered')]
    return [without_ids(line) for line in told]


def without_ids(text):
    return re.sub(r'flow 0x[0-9a-f]+', 'flow', text)


class Stories(unittest.TestCase):
    """A test with a folder of its own for the segments."""

    def setUp(self):
        self.keeper = tempfile.TemporaryDirectory(prefix='handspan-stories-')
        self.folder = Path(self.keeper.name)
        self.environment = dict(os.environ, XDG_RUNTIME_DIR=str(self.folder), NO_COLOR='1')

    def tearDown(self):
        self.keeper.cleanup()

    def run_program(self, *command):
        return subprocess.run([str(x) for x in command], capture_output=True, text=True, timeout=LIMIT,
                              env=self.environment, check=False)

    def handspan(self, command, *arguments):
        return self.run_program(PROGRAMS.handspan, command, '--runtime-dir', self.folder / 'run', *arguments)

    def of_file(self, number, *arguments):
        done = self.run_program(PROGRAMS.handspan, 'explain', '--lang', 'en', '--connection', number, *arguments,
                                PROGRAMS.capture)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def explained(self, record, *arguments):
        done = self.handspan('explain', '--lang', 'en', record['flow_id'], *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        return done.stdout


class Replayed(Stories):
    def replay(self, config='', workers=1):
        path = self.folder / 'c.toml'
        path.write_text(config)
        done = self.run_program(PROGRAMS.handspand, '--replay', PROGRAMS.capture, '--config', path, '--workers',
                                workers, '--runtime-dir', self.folder / 'run', '--log-level', 'warning')
        self.assertEqual(done.returncode, 0, done.stderr)
        records = self.handspan('log', '--json', '--events', 'connection')
        self.assertEqual(records.returncode, 0, records.stderr)
        return [json.loads(line) for line in records.stdout.splitlines()]

    def test_a_failed_connection_is_told_as_from_the_file(self):
        for workers in (1, 2):
            with self.subTest(workers=workers):
                records = self.replay(workers=workers)
                failed = [(n, r) for n, r in enumerate(records, 1) if r['outcome'] == 'failed']
                self.assertEqual(len(failed), 2)
                for number, record in failed:
                    told = self.explained(record)
                    self.assertEqual(sentences(told), sentences(self.of_file(number)))
                    self.assertIn('certificate_unknown', told)
                self.assertIn('tried again', self.explained(failed[0][1]))

    def test_a_successful_one_is_told_by_its_record_alone(self):
        good = next(r for r in self.replay() if r['outcome'] == 'completed')
        done = self.handspan('explain', '--lang', 'en', good['flow_id'])
        self.assertEqual(done.returncode, 1)
        self.assertIn('Completed', done.stdout)
        self.assertIn('packet_facts = "all"', done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1)

    def test_all_are_told_if_all_are_wanted(self):
        records = self.replay('[tracking]\npacket_facts = "all"\n')
        for number, record in enumerate(records, 1):
            told = json.loads(self.explained(record, '--json'))
            of_file = json.loads(self.of_file(number, '--json'))
            numbers = [p['number'] for p in told['packet_facts']]
            same = [p for p in of_file['packet_facts'] if p['number'] in numbers]
            self.assertGreaterEqual(len(numbers), 10)
            self.assertEqual([p['parts'] for p in told['packet_facts']], [p['parts'] for p in same])
            self.assertEqual([p['phase'] for p in told['packet_facts']], [p['phase'] for p in same])
            self.assertEqual(without_ids(told['summary']), without_ids(of_file['summary']))
            self.assertTrue(all(p['sentence'] or p['parts'] == [] for p in told['packet_facts']))

    def test_none_are_told_if_none_are_wanted(self):
        failed = next(r for r in self.replay('[tracking]\npacket_facts = "off"\n') if r['outcome'] == 'failed')
        done = self.handspan('explain', '--lang', 'en', failed['flow_id'])
        self.assertEqual(done.returncode, 1)
        self.assertIn('certificate_unknown', done.stdout)
        self.assertIn('tracking.packet_facts', done.stderr)

    def test_a_story_without_room_says_so(self):
        failed = next(r for r in self.replay('[limits]\nstory_buffers = 16\nstory_packets = 16\n')
                      if r['outcome'] == 'failed')
        told = json.loads(self.explained(failed, '--json'))
        self.assertLessEqual(len(told['packet_facts']), 16)

    def test_what_is_not_there_is_said_to_be_so(self):
        self.replay()
        for what, code, word in (('0x00ffffffffffffff', 1, 'no record'), ('nosuch.pcap', 1, 'no such file'),
                                 ('0x0', 1, 'no flow id'), ('0x123456789abcdef01', 1, 'no flow id')):
            with self.subTest(what):
                done = self.handspan('explain', what)
                self.assertEqual(done.returncode, code)
                self.assertEqual(done.stdout, '')
                self.assertIn(word, done.stderr)
                self.assertEqual(len(done.stderr.splitlines()), 1)
        done = self.handspan('explain', '0x1', '--connection', 1)
        self.assertEqual(done.returncode, 2)
        done = self.run_program(PROGRAMS.handspan, 'explain', '0x1', '--runtime-dir', self.folder / 'none')
        self.assertEqual(done.returncode, 3)


def with_late_packets(capture):
    """The capture, and then its last packet again and again, for more than a burst: by then all
    connections are over, and the probe has had the time to notice."""
    at, last = 24, None
    while at < len(capture):
        seconds, fraction, kept, length = struct.unpack_from('<IIII', capture, at)
        last = capture[at + 16:at + 16 + kept]
        at += 16 + kept
    return capture + b''.join(struct.pack('<IIII', seconds + 60 + i, fraction, kept, length) + last for i in range(128))


class Live(Stories):
    """A daemon that runs, with packets that have no number in a file."""

    def test_a_failed_connection_is_told(self):
        capture, config = self.folder / 'c.pcap', self.folder / 'live.toml'
        capture.write_bytes(with_late_packets(Path(PROGRAMS.capture).read_bytes()))
        config.write_text(f'[capture]\nports = ["net_pcap0,rx_pcap={capture}"]\n'
                          '[dpdk]\neal_args = ["--no-huge", "--no-telemetry"]\n')
        with subprocess.Popen([PROGRAMS.handspand, '--config', config, '--runtime-dir', self.folder / 'run'],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.environment) as daemon:
            try:
                told = self.explained(self.failed_one())
                self.assertIsNone(daemon.poll())
            finally:
                daemon.terminate()
        self.assertIn('Packets are numbered within the connection', told)
        story = '\n'.join(sentences(told))
        self.assertRegex(story, r'packets 1–3\b')
        self.assertIn('certificate_unknown', story)

    def failed_one(self):
        for _ in range(100):
            told = self.handspan('log', '--json', '--events', 'connection')
            failed = [r for r in map(json.loads, told.stdout.splitlines()) if r['outcome'] == 'failed']
            if failed:
                return failed[0]
            time.sleep(0.1)
        return self.fail(f'no failed connection: {told.stdout}{told.stderr}')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--handspand', required=True)
    parser.add_argument('--handspan', required=True)
    parser.add_argument('capture')
    parser.parse_args(namespace=PROGRAMS)
    unittest.main(argv=['story_test.py'])


if __name__ == '__main__':
    main()
