#!/usr/bin/env python3
"""The golden harness must find what differs, say where, and forgive only what a file alone knows."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import golden_test as harness  # noqa: E402

RECORD = {
    'timestamp': '2026-12-01T09:00:00Z', 'flow_id': 7, 'src_ip': '10.1.0.10', 'src_port': 50000,
    'dest_ip': '10.2.0.20', 'dest_port': 443,
    'tls': {'sni': 'a.test', 'messages': [{'name': 'client_hello', 'packet': 4}]},
    'phases': [{'name': 'data', 'first_packet': 9, 'last_packet': 12, 'packets': 4}],
}


def changed(**fields):
    return {**RECORD, **fields}


class Differences(unittest.TestCase):
    def test_equal_records_have_none(self):
        self.assertEqual(list(harness.differences(RECORD, changed())), [])

    def test_each_is_named_with_its_place(self):
        other = changed(tls={'sni': 'b.test', 'messages': [{'name': 'alert', 'packet': 4}]})
        found = list(harness.differences(RECORD, other))
        self.assertEqual(found, ['tls.messages[0].name: expected "client_hello", is "alert"',
                                 'tls.sni: expected "a.test", is "b.test"'])

    def test_missing_and_unexpected_fields(self):
        self.assertEqual(list(harness.differences({'a': 1}, {'b': 2})),
                         ['a: expected 1, is missing', 'b: unexpected, is 2'])

    def test_lengths_and_types(self):
        self.assertEqual(len(list(harness.differences({'a': [1]}, {'a': [1, 2]}))), 1)
        self.assertEqual(len(list(harness.differences({'a': 1}, {'a': True}))), 1)
        self.assertEqual(len(list(harness.differences({'a': 1}, {'a': 1.0}))), 1)


class Compare(unittest.TestCase):
    def ordered(self, *records):
        return harness.in_one_order(harness.FILE_ONLY, records)

    def test_packet_numbers_flow_ids_and_order_are_forgiven(self):
        other = changed(src_port=50001)
        live = changed(flow_id=1, phases=[{'name': 'data', 'packets': 4}],
                       tls={'sni': 'a.test', 'messages': [{'name': 'client_hello'}]})
        harness.compare(self.ordered(RECORD, other), self.ordered(other, live), 'test')

    def test_packet_counts_are_not(self):
        live = changed(phases=[{'name': 'data', 'packets': 5}])
        with self.assertRaisesRegex(harness.Fault, r'phases\[0\].packets: expected 4, is 5'):
            harness.compare(self.ordered(RECORD), self.ordered(live), 'test')

    def test_a_missing_record_is_named(self):
        with self.assertRaisesRegex(harness.Fault, 'missing: 10.1.0.10:50000'):
            harness.compare([RECORD], [], 'test')

    def test_only_connections_count(self):
        text = '{"event_type":"handshake"}\n\n{"event_type":"connection"}\n'
        self.assertEqual(len(harness.records(text, 'test')), 1)
        with self.assertRaisesRegex(harness.Fault, 'line 1 is no JSON'):
            harness.records('{', 'test')


class CaptureFile(unittest.TestCase):
    def test_link_type_in_both_byte_orders(self):
        for order, magic in (('little', 0xA1B2C3D4), ('big', 0xA1B2C3D4)):
            head = magic.to_bytes(4, order) + bytes(16) + (113).to_bytes(4, order)
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / 'x.pcap'
                path.write_bytes(head)
                self.assertEqual(harness.link_type(path), 113)


if __name__ == '__main__':
    unittest.main()
