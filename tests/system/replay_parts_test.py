#!/usr/bin/env python3
"""The parts of tools/replay that need neither DPDK nor a daemon: reading, spreading, pacing, judging."""

import copy
import ipaddress
import struct
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / 'tools'))

from capture_maker import packets as make  # noqa: E402
from replayer import captures, devices, judge, pace, spread, testpmd  # noqa: E402
from replayer.captures import Packet  # noqa: E402
from replayer.fault import Fault  # noqa: E402


def tcp_frame(source, target, tags=(), pad=b''):
    """An empty segment; source and target are (address, port)."""
    segment = make.tcp(source[0], source[1], target[0], target[1], 1, 0, 'A', pad)
    if ':' in source[0]:
        return make.ethernet(make.mac(1), make.mac(2), make.ETHERTYPE_IPV6,
                             make.ipv6(source[0], target[0], make.TCP, segment), tags)
    return make.ethernet(make.mac(1), make.mac(2), make.ETHERTYPE_IPV4,
                         make.ipv4(source[0], target[0], make.TCP, segment), tags)


def numbered(frames):
    return [Packet(number, number * 1000, frame) for number, frame in enumerate(frames, 1)]


class Toeplitz(unittest.TestCase):
    """The vectors that Microsoft publishes for its receive-side scaling."""

    KEY = bytes.fromhex('6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c6a42b73bbeac01fa')

    def test_published_vectors(self):
        for source, port, target, other, addresses, all_four in (
                ('66.9.149.187', 2794, '161.142.100.80', 1766, 0x323e8fc2, 0x51ccc178),
                ('199.92.111.2', 14230, '65.69.140.83', 4739, 0xd718262a, 0xc626b0ea),
                ('3ffe:2501:200:1fff::7', 2794, '3ffe:2501:200:3::1', 1766, 0x2cc18cd5, 0x40207d3d)):
            ends = ipaddress.ip_address(source).packed + ipaddress.ip_address(target).packed
            self.assertEqual(spread.toeplitz(ends, self.KEY), addresses)
            self.assertEqual(spread.toeplitz(ends + struct.pack('>HH', port, other), self.KEY), all_four)

    def test_the_short_way_is_the_same(self):
        for size in (8, 12, 32, 36):
            data = bytes((i * 37 + size) & 0xFF for i in range(size))
            self.assertEqual(spread.symmetric(data), spread.toeplitz(data))


class Spread(unittest.TestCase):
    def test_both_directions_meet(self):
        for tags in ((), ((0x8100, 7),), ((0x88A8, 9), (0x8100, 7))):
            for client, server in ((('10.0.0.1', 50_000), ('192.0.2.9', 443)),
                                   (('2001:db8::1', 50_001), ('2001:db8:1::5', 443))):
                for queues in (2, 3, 8):
                    self.assertEqual(spread.queue_of(tcp_frame(client, server, tags), queues),
                                     spread.queue_of(tcp_frame(server, client, tags), queues))

    def test_connections_are_spread(self):
        frames = [tcp_frame(('10.0.0.1', 40_000 + i), ('192.0.2.9', 443)) for i in range(400)]
        lanes = spread.spread(numbered(frames), 1, 2)
        self.assertGreater(min(map(len, lanes.values())), 120)

    def test_nothing_is_lost_and_the_order_stays(self):
        frames = [tcp_frame(('10.0.0.1', 40_000 + i % 7), ('192.0.2.9', 443), pad=bytes([i])) for i in range(50)]
        packets = numbered(frames)
        for ports, queues in ((1, 1), (1, 3), (2, 2)):
            lanes = spread.spread(packets, ports, queues)
            self.assertEqual(set(lanes), {(port, queue) for port in range(ports) for queue in range(queues)})
            for lane in lanes.values():
                self.assertEqual(lane, sorted(lane))
            self.assertEqual(sorted(packet for lane in lanes.values() for packet in lane), packets)

    def test_what_is_no_ip_goes_to_the_first(self):
        arp = make.ethernet(make.mac(1), make.mac(2), make.ETHERTYPE_ARP, bytes(28))
        for frame in (arp, b'', b'\x02' * 13, arp[:12] + b'\x08\x00' + b'\x45'):
            self.assertEqual(spread.queue_of(frame, 8), 0)

    def test_fragments_go_by_their_addresses(self):
        def fragment(offset, more, payload):
            return make.ethernet(make.mac(1), make.mac(2), make.ETHERTYPE_IPV4, make.ipv4(
                '10.0.0.3', '192.0.2.9', make.TCP, payload, offset=offset, more=more))
        self.assertEqual(spread.ends(fragment(0, True, b'\x12\x34' * 8))[2:], (None, None))
        self.assertEqual(spread.queue_of(fragment(0, True, b'\x12\x34' * 8), 8),
                         spread.queue_of(fragment(2, False, b'\x56\x78' * 8), 8))

    def test_a_tap_shows_each_direction_on_its_port(self):
        client, server = ('10.0.0.1', 50_000), ('192.0.2.9', 443)
        frames = [tcp_frame(*ends) for ends in ((client, server), (server, client), (client, server))]
        lanes = spread.spread(numbered(frames), 2, 1)
        self.assertEqual([packet.number for packet in lanes[0, 0]], [1, 3])
        self.assertEqual([packet.number for packet in lanes[1, 0]], [2])


class Captures(unittest.TestCase):
    FRAMES = [tcp_frame(('10.0.0.1', 50_000), ('192.0.2.9', 443), pad=b'x' * size) for size in (0, 5, 900)]

    def setUp(self):
        self.keeper = tempfile.TemporaryDirectory(prefix='handspan-test-')
        self.addCleanup(self.keeper.cleanup)

    def file(self, content):
        path = Path(self.keeper.name) / 'a.pcap'
        path.write_bytes(content)
        return str(path)

    def classic(self, order='<', magic=0xA1B2C3D4, link=1, short=0, frames=None):
        content = struct.pack(order + 'IHHiIII', magic, 2, 4, 0, 0, 65535, link)
        for i, frame in enumerate(self.FRAMES if frames is None else frames):
            content += struct.pack(order + 'IIII', 1000 + i, 500, len(frame), len(frame) + short) + frame
        return content

    def test_every_kind_of_pcap(self):
        for order in '<>':
            for magic, nanos in ((0xA1B2C3D4, 500_000), (0xA1B23C4D, 500)):
                found = captures.read(self.file(self.classic(order, magic)))
                self.assertEqual([packet.data for packet in found], self.FRAMES)
                self.assertEqual(found[1].time, 1001 * 10**9 + nanos)

    def test_pcapng(self):
        for name in ('file-pcapng',):
            path = ROOT / 'tests' / 'golden' / name / 'capture.pcapng'
            self.assertGreater(len(captures.read(str(path))), 10)
        with self.assertRaisesRegex(Fault, 'packet 19 is raw IP'):
            captures.read(str(ROOT / 'tests' / 'golden' / 'file-pcapng-mixed' / 'capture.pcapng'))

    def test_what_is_written_is_read_again(self):
        packets = captures.read(self.file(self.classic()))
        again = self.file(captures.HEAD + b''.join(map(captures.record, packets)))
        self.assertEqual(captures.read(again), packets)

    def test_what_no_nic_delivers_is_refused_by_name(self):
        whole = self.classic()
        for content, words in ((b'', 'is empty'), (b'a sentence, and no packets at all', 'not a capture file'),
                               (whole[:24], 'no packet'), (whole[:-1], 'cut short in packet 3'),
                               (whole[:30], 'head of packet 1'), (self.classic(link=113), 'Linux cooked'),
                               (self.classic(short=4), 'packet 1 was cut to')):
            with self.subTest(words), self.assertRaisesRegex(Fault, f'a.pcap.*{words}'):
                captures.read(self.file(content))
        with self.assertRaisesRegex(Fault, 'No such file'):
            captures.read('/nonexistent/a.pcap')

    def test_damaged_pcapng_is_refused(self):
        whole = (ROOT / 'tests' / 'golden' / 'file-pcapng' / 'capture.pcapng').read_bytes()
        for cut in range(1, 200, 7):
            with self.assertRaises(Fault):
                captures.read(self.file(whole[:-cut]))

    def test_what_a_device_cannot_carry_is_refused(self):
        long = numbered([b'\x02' * 3000])
        devices.check_lengths('memif', 'a.pcap', long)
        with self.assertRaisesRegex(Fault, 'a.pcap: packet 1 has 3000 bytes'):
            devices.check_lengths('af_packet', 'a.pcap', long)
        with self.assertRaisesRegex(Fault, 'shorter than an Ethernet header'):
            devices.check_lengths('tap', 'a.pcap', numbered([b'\x02' * 9]))


class Pace(unittest.TestCase):
    LANES = {(0, 0): [Packet(1, 100, b'a'), Packet(3, 3_000_000_100, b'c')], (0, 1): [Packet(2, 2_000_000_100, b'b')]}

    def test_so_many_a_second(self):
        plan = pace.due_times(self.LANES, 10, None)
        self.assertEqual([(round(due, 3), packet.data) for due, _, packet in plan],
                         [(0.0, b'a'), (0.1, b'b'), (0.2, b'c')])
        self.assertEqual([lane for _, lane, _ in plan], [(0, 0), (0, 1), (0, 0)])

    def test_at_the_captures_times(self):
        self.assertEqual([due for due, _, _ in pace.due_times(self.LANES, None, 2)], [0.0, 1.0, 1.5])

    def test_times_that_step_back_wait_for_none(self):
        lanes = {(0, 0): [Packet(1, 5 * 10**9, b''), Packet(2, 10**9, b''), Packet(3, 6 * 10**9, b'')]}
        self.assertEqual([due for due, _, _ in pace.due_times(lanes, None, 1)], [0.0, 0.0, 1.0])


class CommandLine(unittest.TestCase):
    def test_a_core_for_each_queue_of_each_port(self):
        words = testpmd.arguments(testpmd.Sending([('net_pcap0', 'net_memif0'), ('net_pcap1', 'net_memif1')], queues=2))
        self.assertIn('--nb-cores=4', words)
        self.assertEqual(words[words.index('--lcores') + 1].count('@'), 5)
        self.assertEqual([words[i + 1] for i, word in enumerate(words) if word == '--vdev'],
                         ['net_pcap0', 'net_memif0', 'net_pcap1', 'net_memif1'])


RECORD = {'timestamp': '2026-11-22T14:44:05Z', 'flow_id': '0x1', 'src_ip': '10.0.0.1', 'src_port': 50000,
          'dest_ip': '192.0.2.9', 'dest_port': 443, 'phase': 'data', 'outcome': 'completed', 'summary': 'Completed.',
          'packets': {'client': 5, 'server': 4}, 'tls': {'sni': 'a.test', 'messages': [
              {'name': 'client_hello', 'packet': 4, 'time': 0.1}]}}


class Judge(unittest.TestCase):
    def changed(self, path, value):
        record = copy.deepcopy(RECORD)
        place = record
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value
        return record

    def test_what_a_clock_or_a_file_alone_knows_is_forgiven(self):
        for path, value in ((['timestamp'], 'x'), (['flow_id'], '0x9'), (['summary'], 'y'), (['duration'], 2.0),
                            (['tls', 'messages', 0, 'time'], 0.0), (['tls', 'messages', 0, 'packet'], 9),
                            (['retry'], {'of': '0x1', 'after': 1.0})):
            self.assertEqual(judge.compare([RECORD], [self.changed(path, value)]), [], path)

    def test_nothing_else_is(self):
        for path, value in ((['packets', 'client'], 6), (['tls', 'sni'], 'b.test'), (['outcome'], 'failed'),
                            (['cause'], 'alert'), (['tls', 'messages'], []), (['phase'], 'teardown')):
            self.assertEqual(len(judge.compare([RECORD], [self.changed(path, value)])), 1, path)

    def test_an_open_one_may_differ_in_its_verdict_alone(self):
        self.assertEqual(judge.compare([self.changed(['outcome'], 'unknown')], [self.changed(['outcome'], 'open')]), [])
        ended, live = self.changed(['tcp'], {'teardown': 'fin'}), self.changed(['tcp'], {'teardown': 'fin'})
        live['outcome'] = 'open'
        self.assertEqual(len(judge.compare([ended], [live])), 1)
        live = self.changed(['outcome'], 'open')
        live['packets'] = {'client': 1, 'server': 4}
        self.assertEqual(len(judge.compare([RECORD], [live])), 1)

    def test_each_connection_is_told_once(self):
        self.assertEqual(judge.compare([RECORD, RECORD], [RECORD, RECORD]), [])
        self.assertRegex(judge.compare([RECORD], [])[0], 'has not told')
        self.assertRegex(judge.compare([RECORD], [RECORD, RECORD])[0], 'no such connection')
        turned = self.changed(['src_ip'], '192.0.2.9')
        turned.update(src_port=443, dest_ip='10.0.0.1', dest_port=50000)
        self.assertTrue(judge.compare([RECORD], [turned]))

    def test_the_order_does_not_count(self):
        other = self.changed(['packets', 'client'], 7)
        self.assertEqual(judge.compare([RECORD, other], [other, RECORD]), [])

    def test_every_packet_is_accounted_for(self):
        def stat(arrived=10, worked=10, tcp=8, skipped=2, dropped=0, **port):
            return {'ports': [{'name': 'p', 'received_packets': arrived, **port}],
                    'counters': {'received_packets': worked, 'tcp_packets': tcp, 'skipped_udp': skipped,
                                 'dispatch_dropped': dropped}}
        self.assertEqual(judge.accounting(stat(), 10), [])
        self.assertEqual(judge.accounting(stat(arrived=8, worked=8, tcp=6), 10),
                         ['10 packets were sent, 8 are counted as received and 0 as missed'])
        for wrong in (stat(missed=1), stat(errors=1), stat(worked=9), stat(tcp=7), stat(worked=9, tcp=7, dropped=1)):
            self.assertTrue(judge.accounting(wrong, 10), wrong)


if __name__ == '__main__':
    unittest.main()
