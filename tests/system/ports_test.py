#!/usr/bin/env python3
"""What changes around a running daemon: ports that go and come, peers that die, a wall clock that is set.

  ports_test.py --handspand PATH --handspan PATH --clock-step LIBRARY

Interfaces are made in a network namespace of the test's own, which goes with it.
"""

import argparse
import ctypes
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

import suite
from daemon_test import LIMIT, PROGRAMS, capture, connection, interleaved
from life_base import Living

NEW_NETWORK = 0x40000000  # of unshare(2)
HOUR = 3600


def ip(*words):
    subprocess.run(['ip', *words], check=True, capture_output=True, text=True)


class Around(Living):
    def handspan(self, *arguments):
        return subprocess.run([PROGRAMS.handspan, *arguments, '--runtime-dir', str(self.runtime)], capture_output=True,
                              text=True, timeout=LIMIT, env=self.environment, check=True).stdout

    def counters(self):
        return json.loads(self.handspan('stat', '--json'))['counters']

    def connections(self):
        records = map(json.loads, self.handspan('log', '--json').splitlines())
        return [record for record in records if record['event_type'] == 'connection']

    def watch(self, port, extra="", idle="sleep", **environment):
        config = self.write('live.toml', f'[capture]\nports = ["{port}"]\nmbufs = 4096\n[workers]\nidle = "{idle}"\n'
                            f'[timeouts]\nclosed = "1ms"\n[dpdk]\neal_args = ["--no-huge"]\n{extra}')
        return self.begin(config, **environment)

    def stop(self, process):
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(LIMIT), 0, self.log.read_text())


class Networked(Around):
    """In a namespace, for what the kernel's interfaces take."""

    def setUp(self):
        super().setUp()
        suite.need_root(self, 'make interfaces')
        suite.need_program(self, 'ip')

    def sender(self, interface):
        sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        self.addCleanup(sender.close)
        sender.bind((interface, 0))
        return sender

    def received(self, count, process):
        suite.wait_until(lambda: self.counters()['received_packets'] >= count or process.poll() is not None,
                         f'{count} packets')
        self.assertIsNone(process.poll(), self.log.read_text())

    def test_an_interface_goes_and_comes(self):
        ip('link', 'add', 'there', 'type', 'veth', 'peer', 'name', 'here')
        for name in ('there', 'here'):
            ip('link', 'set', name, 'up')
        process = self.watch('net_af_packet0,iface=here')
        sender = self.sender('there')
        for frame in connection(0):
            sender.send(frame)
        self.received(10, process)
        ip('link', 'set', 'here', 'down')
        time.sleep(0.6)
        ip('link', 'set', 'here', 'up')
        suite.wait_until(lambda: self.sent(sender, connection(1)), 'a link that carries again')
        self.received(20, process)
        ip('link', 'delete', 'here')
        self.wait_for('the interface here is gone', process)
        self.assertEqual(json.loads(self.handspan('stat', '--json'))['daemon']['state'], 'running')
        self.stop(process)

    @staticmethod
    def sent(sender, frames):
        try:
            for frame in frames:
                sender.send(frame)
        except OSError:
            return False
        return True

    def test_a_tap_goes_and_comes(self):
        if not Path('/dev/net/tun').exists():
            self.skipTest('this machine has no /dev/net/tun')
        process = self.watch('net_tap0,iface=watched')
        sender = self.sender('watched')
        suite.wait_until(lambda: self.sent(sender, connection(0)), 'the tap')
        self.received(10, process)
        ip('link', 'set', 'watched', 'down')
        self.wait_for('port net_tap0 has lost its link', process)
        ip('link', 'set', 'watched', 'up')
        self.wait_for('port net_tap0 has its link again', process)
        before = self.counters()['received_packets']
        self.assertTrue(self.sent(sender, connection(1)))
        self.received(before + 10, process)
        self.stop(process)

    def test_a_wall_clock_that_is_set_makes_no_connection_older(self):
        if not Path('/dev/net/tun').exists():
            self.skipTest('this machine has no /dev/net/tun')
        step = self.write('step', struct.pack('<q', 0))
        process = self.watch('net_tap0,iface=watched', LD_PRELOAD=PROGRAMS.clock_step, HANDSPAN_CLOCK_STEP=str(step))
        sender = self.sender('watched')
        expected = []
        for number, (set_to, word) in enumerate(((HOUR, 'forward by 3600.0 s'), (-2 * HOUR, 'back by 10800.0 s'))):
            frames = connection(number)
            self.assertTrue(self.sent(sender, frames[:5]))
            self.received(10 * number + 5, process)
            begin = len(self.log.read_text())
            with open(step, 'r+b') as file:
                file.write(struct.pack('<q', set_to * 1_000_000_000))
            self.wait_for(f'the wall clock was set {word}', process, begin)
            time.sleep(0.1)  # workers learn of it with their next beat
            self.assertTrue(self.sent(sender, frames[5:]))
            self.received(10 * number + 10, process)
            expected.append(time.time() + set_to)
            suite.wait_until(lambda: len(self.connections()) > number, 'its record')
        for record, ended in zip(sorted(self.connections(), key=lambda record: record['src_port']), expected):
            self.assertEqual(record['outcome'], 'completed', record)
            self.assertLess(record['duration'], 60)
            seconds, _ = re.fullmatch(r'(.*?)(\.\d+)?Z', record['timestamp']).groups()
            told = time.mktime(time.strptime(seconds, '%Y-%m-%dT%H:%M:%S')) - time.timezone
            self.assertLess(abs(told - ended), 60)
        self.stop(process)


class Memif(Around):
    """Peers of a memif port that are killed in the midst of sending."""

    def setUp(self):
        super().setUp()
        suite.need_program(self, 'dpdk-testpmd')

    def peer(self, socket_path):
        path = self.write('c.pcap', capture(interleaved(100)))
        command = ['dpdk-testpmd', '--no-huge', '-m', '128', '--no-pci', '--no-shconf', '--no-telemetry',
                   '--file-prefix', f'handspan-peer-{os.getpid()}', '--lcores', '0@(0,1),1@(0,1)', '--main-lcore', '0', '--vdev', f'net_pcap0,rx_pcap={path},infinite_rx=1',
                   '--vdev', f'net_memif0,role=client,id=0,socket={socket_path},socket-abstract=no', '--', '--auto-start',
                   '--total-num-mbufs=4096', '--forward-mode=io', '--no-lsc-interrupt', '--no-flush-rx', '--nb-cores=1']
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.PIPE,
                                   env=self.environment)
        self.addCleanup(process.stdin.close)  # it ends with its input
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def test_peers_that_are_killed(self):
        socket_path = self.folder / 'm.sock'
        process = self.watch(f'net_memif0,role=server,id=0,socket={socket_path},socket-abstract=no', idle='spin')
        for _ in range(PROGRAMS.peers):
            before, begin = self.counters()['received_packets'], len(self.log.read_text())
            peer = self.peer(socket_path)
            suite.wait_until(lambda: process.poll() is not None or peer.poll() is not None or
                             self.counters()['received_packets'] > before, 'packets of a peer')
            self.assertIsNone(peer.poll(), 'the peer ends')
            self.wait_for('port net_memif0 has its link', process, begin)
            peer.kill()
            peer.wait()
            self.wait_for('port net_memif0 has lost its link', process, begin)
        self.stop(process)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ('handspand', 'handspan', 'clock-step'):
        parser.add_argument('--' + name, required=True, type=os.path.abspath)
    parser.add_argument('--peers', type=int, default=2, help='of a memif port, killed one after the other (2)')
    arguments, rest = parser.parse_known_args()
    vars(PROGRAMS).update(vars(arguments))
    if os.geteuid() == 0:
        ctypes.CDLL(None, use_errno=True).unshare(NEW_NETWORK)
    suite.main(argv=[sys.argv[0], *rest])


if __name__ == '__main__':
    main()
