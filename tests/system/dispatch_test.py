#!/usr/bin/env python3
"""How packets come to the workers: what is chosen, what is dropped and counted, what is filtered.

  dispatch_test.py --handspand PATH --handspan PATH
"""

import contextlib
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import suite
from daemon_test import LIMIT, PROGRAMS, Folder, capture, connection, interleaved, run_tests

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / 'tools'))
from replayer import network  # noqa: E402
from replayer.fault import Fault  # noqa: E402

QUIET = '[dpdk]\neal_args = ["--no-huge", "--no-telemetry"]\n'


class Asked(Folder):
    def stat(self):
        done = subprocess.run([PROGRAMS.handspan, 'stat', '--json', '--runtime-dir', str(self.runtime)],
                              capture_output=True, text=True, timeout=LIMIT, check=True)
        return json.loads(done.stdout)

    def assert_nothing_is_lost_silently(self, stat):
        taken = sum(queue['received_packets'] for queue in stat['queues'])
        turned_away = sum(queue['filtered'] + queue['dispatch_dropped'] for queue in stat['queues'])
        inspected = sum(worker['counters']['received_packets'] for worker in stat['workers'])
        self.assertGreater(taken, 0)
        self.assertEqual(taken, inspected + turned_away)
        self.assertEqual(stat['counters']['dispatch_dropped'],
                         sum(queue['dispatch_dropped'] for queue in stat['queues']))


class Load(Asked):
    """A port that sends a file from memory over and over, as fast as it is asked."""

    def run_for(self, seconds, dispatch, workers, extra=''):
        path = self.write('load.pcap', capture(interleaved(100)))
        config = self.write('load.toml', f'{QUIET}[workers]\ncount = {workers}\n[capture]\nmbufs = 8192\n'
                            f'dispatch = "{dispatch}"\n{extra}ports = ["net_pcap0'
                            + f',rx_pcap={path}' * (workers if dispatch == 'rss' else 1) + ',infinite_rx=1"]\n')
        process = self.start('--config', config)
        time.sleep(seconds)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(LIMIT), 0, process.stderr.read())
        self.assertLess(time.monotonic() - begun, 2)
        return self.stat()

    def test_it_stops_under_load_with_every_packet_accounted_for(self):
        for dispatch, workers in (('rss', 1), ('software', 1), ('software', 2)):
            with self.subTest(dispatch=dispatch, workers=workers):
                self.assert_nothing_is_lost_silently(self.run_for(1, dispatch, workers))

    def test_what_finds_its_ring_full_is_counted(self):
        # The receiver does next to nothing, the worker all the rest, behind 64 places.
        stat = self.run_for(2, 'software', 1, 'dispatch_ring = 64\n')
        self.assert_nothing_is_lost_silently(stat)
        self.assertGreater(stat['queues'][0]['dispatch_dropped'], 0)

    def test_what_is_filtered_is_counted(self):
        for dispatch in ('rss', 'software'):
            with self.subTest(dispatch):
                stat = self.run_for(1, dispatch, 1, 'filters = ["src net 10.0.0.0/8"]\n')
                self.assert_nothing_is_lost_silently(stat)
                queue = stat['queues'][0]
                self.assertAlmostEqual(queue['filtered'] / queue['received_packets'], 0.5, delta=0.02)


@contextlib.contextmanager
def own_network():
    """A pair of interfaces in a namespace that goes with this block."""
    with open('/proc/self/ns/net', encoding='ascii') as before:
        network.leave_the_hosts()
        try:
            network.make_pair()
            yield
            network.remove_pair()
        finally:
            ctypes.CDLL(None).setns(before.fileno(), network.CLONE_NEWNET)


class KernelDrops(Asked):
    """net_af_packet, whose driver does not tell what found the kernel's ring full."""

    FRAMES = 187

    def test_they_are_counted_as_missed(self):
        suite.need_program(self, 'ip')
        suite.need_root(self, 'make a network namespace')
        with contextlib.ExitStack() as exits:
            try:
                exits.enter_context(own_network())
            except Fault as fault:
                self.skipTest(str(fault))
            missed = self.overrun()
        self.assertGreater(missed, 100)

    def overrun(self):
        config = self.write('live.toml', f'{QUIET}[capture]\nmbufs = 2048\n'
                            f'ports = ["net_af_packet0,iface={network.WATCHED},framecnt=64"]\n')
        process = self.start('--config', config)
        process.send_signal(signal.SIGSTOP)
        frames = interleaved(19)
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender:
            sender.bind((network.SENDER, 0))
            for frame in frames[:self.FRAMES]:
                sender.send(frame)
        process.send_signal(signal.SIGCONT)
        time.sleep(1.2)  # the ports are read more than once
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(LIMIT), 0, process.stderr.read())
        port = self.stat()['ports'][0]
        self.assertEqual(port['received_packets'] + port['missed'], self.FRAMES)
        return port['missed']


class Choice(Asked):
    """net_null has RSS and tells how it is set; net_pcap has none."""

    def log_of(self, port, dispatch):
        config = self.write('choice.toml', f'{QUIET}[workers]\ncount = 2\nidle = "sleep"\n[capture]\nmbufs = 2048\n'
                            f'dispatch = "{dispatch}"\nports = ["{port}"]\n')
        process = subprocess.Popen(self.command('--config', config), stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, env=self.environment)
        self.running.append(process)
        log = ''
        for line in process.stderr:
            log += line
            if ' running: ' in line:
                process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(LIMIT), 0, log)
        return log

    def test_auto_says_which_way_and_why(self):
        self.assertIn('port net_null0: dispatch rss: symmetric RSS, proven', self.log_of('net_null0,no-rx=1', 'auto'))
        path = self.write('c.pcap', capture(connection(0)))
        self.assertIn('port net_pcap0: dispatch software: its driver has no RSS',
                      self.log_of(f'net_pcap0,rx_pcap={path}', 'auto'))

    def test_rss_without_rss_is_warned_of(self):
        path = self.write('c.pcap', capture(connection(0)))
        self.assertIn('both directions', self.log_of(f'net_pcap0,rx_pcap={path},rx_pcap={path}', 'rss'))


class Filters(Folder):
    def test_a_wrong_expression_is_refused_with_libpcaps_words(self):
        config = self.write('filter.toml', '[capture]\nports = ["net_null0"]\nfilters = ["tcp prt 443"]\n')
        for extra in ([], ['--check-config']):
            self.assert_refused(self.daemon('--config', config, *extra), 'capture.filters', 'tcp prt 443', 'syntax error')

    def test_a_replay_is_filtered_by_what_was_captured(self):
        config = self.write('filter.toml', '[capture]\nfilters = ["tcp and dst port 8080"]\n')
        path = self.write('c.pcap', capture(interleaved(10), snapshot=54))
        for dispatch in ('rss', 'software'):
            with self.subTest(dispatch):
                done = self.daemon('--config', config, '--replay', path, '--workers', 2, '--dispatch', dispatch)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn(': 50 packets, 10 connections', done.stdout)


if __name__ == '__main__':
    run_tests(__doc__)
