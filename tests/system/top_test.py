#!/usr/bin/env python3
"""handspan top, full screen, on a terminal of its own: what stands there, what keys do, other sizes, and that nothing
that comes from the wire steers the terminal.

  top_test.py --handspand PATH --handspan PATH CAPTURE...

The captures hold one connection each.
"""

import heapq
import subprocess

from daemon_test import LIMIT, PROGRAMS, run_tests
from flood_test import SECOND, SOURCE, capture, frames_of, of_another_client
from terminal import Terminal
from vantage_test import Asked

COPIES = 24
NAME = b'shop.example.test'
HOSTILE = b'\x1b[2J\x9bA\r\x07evil\x1b]0;!'
assert len(HOSTILE) == len(NAME)


def frames(cases):
    """Copies in turn; the name of each fourth is a hostile one."""
    flows = []
    for number in range(COPIES):
        case = cases[number % len(cases)]
        address = bytes([10, 77, 0, 1 + number])
        client = case[0][1][SOURCE]
        name = HOSTILE if number // len(cases) % 2 else NAME
        flows.append([(SECOND * number + time, of_another_client(frame, client, address).replace(NAME, name))
                      for time, frame in case])
    return list(heapq.merge(*flows, key=lambda timed: timed[0]))


class Replayed(Asked):
    def setUp(self):
        super().setUp()
        file = self.write('top.pcap', capture(frames([frames_of(path) for path in PROGRAMS.captures])))
        done = self.daemon('--replay', file)
        self.assertEqual(done.returncode, 0, done.stderr)


class Top(Replayed):
    def top(self, *arguments, rows=24, columns=80, **environment):
        terminal = Terminal([PROGRAMS.handspan, 'top', '--since-start', *arguments, '--runtime-dir', self.runtime],
                            rows, columns, **environment)
        self.addCleanup(terminal.close)
        return terminal

    def quit(self, terminal):
        terminal.type('q')
        self.assertEqual(terminal.end(), 0, terminal.screen.text())
        self.assertEqual(terminal.screen.strange, [])

    def test_names_at_80_by_24_with_the_keys_at_the_bottom(self):
        top = self.top()
        top.wait_for('shop.example.test', 'server name', '? help', 'q quit', '/ filter', 'e next')
        lines = top.screen.lines()
        self.assertIn('default at ', lines[0])
        self.assertIn('? help', '\n'.join(lines[-2:]))
        self.assertEqual(len(top.screen.marked()), 1, 'one row is chosen')
        self.quit(top)

    def test_nothing_of_a_hostile_name_reaches_the_terminal(self):
        top = self.top(columns=132)
        top.wait_for('shop.example.test', 'evil')
        for keys, text in ('r', 'evil'), ('\r', 'TCP handshake, packets'), ('q', ''):
            top.type(keys)
            if text:
                top.wait_for(text)
        self.assertEqual(top.end(), 0)
        self.assertEqual(top.screen.strange, [])
        for piece in (b'\x1b[2J\x9b', b'\x07', b'\x9b', b'\x1b]'):
            self.assertNotIn(piece, top.raw.replace('·'.encode(), b''))

    def test_each_view_has_its_key(self):
        top = self.top()
        top.wait_for('server name')
        for key, text in ('s', ':443'), ('c', '10.77.0.0/24'), ('f', 'alert (server)'), ('j', 'JA4'), ('l', 'SYN→SYN-ACK'):
            top.type(key)
            top.wait_for(text)
        top.type('r')
        top.wait_for('0x')
        self.assertIn('Enter', top.screen.text())
        self.quit(top)

    def test_help_is_of_the_view(self):
        top = self.top()
        top.wait_for('server name')
        top.type('?')
        top.wait_for('order by that column', 'the keys of this view')
        top.type('?')
        top.wait_for('server name')
        top.type('r')
        top.wait_for('0x')
        top.type('?')
        top.wait_for('the connection: packets')
        self.assertNotIn('order by that column', top.screen.text())
        self.quit(top)

    def test_from_failure_to_failure_and_into_one(self):
        top = self.top()
        top.wait_for('server name')
        top.type('e')
        top.wait_for('0x')
        first = top.screen.marked()
        top.type('e')
        top.wait_for('0x')
        second = top.screen.marked()
        self.assertNotEqual(first, second)
        top.type('E')
        top.wait_for('0x')
        self.assertEqual(top.screen.marked(), first)
        top.type('\r')
        top.wait_for('TCP handshake, packets', 'Esc back')
        told = top.screen.text()
        top.type('e')
        top.wait_for('TCP handshake, packets')
        self.assertNotEqual(top.screen.text(), told)
        top.type('\x1bOF')  # End: the sentence, the ladder, where the time went
        top.wait_for('▒')
        top.type('\x1b')
        top.wait_for('0x', 'Enter')
        self.assertEqual(top.screen.marked(), second)
        self.quit(top)

    def test_digits_sort_and_again_the_other_way_round(self):
        top = self.top('--by', 'name')
        top.wait_for('evil')
        orders = []
        for key in '7', '7', '2':
            top.type(key)
            top.wait_for('evil')
            orders.append([line.split()[-1] for line in top.screen.lines() if 'shop' in line or 'evil' in line])
        self.assertEqual(orders[0], orders[1][::-1])
        self.quit(top)

    def test_a_filter_and_a_mistake_in_it(self):
        top = self.top(columns=132)
        top.wait_for('evil')
        top.type('/tls.snj == "x"\r')
        top.wait_for('did you mean tls.sni?', '^^^^^^^')
        top.type('/')
        top.wait_for('/')
        top.type('tls.sni == "shop.example.test"\r')
        top.wait_for('filter: tls.sni', 'records since')
        self.assertNotIn('evil', top.screen.text().replace('filter', ''))
        top.type('r')
        top.wait_for('0x')
        self.assertNotIn('evil', top.screen.text())
        top.type('\x1b')
        top.wait_for('evil')
        self.quit(top)

    def test_enter_on_a_row_filters_for_it(self):
        top = self.top('--by', 'failure')
        top.wait_for('alert (server)')
        top.type('\r')
        top.wait_for('filter: cause ==', '0x')
        self.quit(top)

    def test_other_sizes(self):
        top = self.top()
        top.wait_for('server name')
        for rows, columns in (40, 132), (24, 80), (12, 50), (5, 20), (2, 9), (30, 100):
            top.resize(rows, columns)
            top.wait_for('help' if columns > 9 else '')
            self.assertTrue(top.end(0.3) is None, 'it goes on')
            self.assertLessEqual(max(len(line) for line in top.screen.lines()), columns)
        top.wait_for('default at ', 'server name', '? help')
        self.quit(top)

    def test_colours_are_the_terminals_or_none(self):
        red = b'\x1b[31m'
        top = self.top(TERM='xterm-256color')
        top.wait_for('server name')
        self.quit(top)
        self.assertIn(red, top.raw)
        top = self.top(TERM='xterm-256color', NO_COLOR='1')
        top.wait_for('server name')
        self.quit(top)
        self.assertNotIn(red, top.raw)

    def test_what_stays_is_not_drawn_again(self):
        top = self.top()
        top.wait_for('server name')
        while top.read(1.3) and top.raw:
            top.raw = b''
            break
        for _ in range(3):
            top.read(1.1)
        self.assertLess(len(top.raw), 400, top.raw)
        self.assertNotIn(b'\x1b[2J', top.raw)
        self.quit(top)

    def test_in_chinese(self):
        top = self.top('--lang', 'zh')
        top.wait_for('? 帮助', 'q 退出')
        top.type('/x ==\r')
        top.wait_for('没有这个字段')
        self.quit(top)

    def test_without_a_terminal_or_of_an_unknown_one_the_tables_come_once(self):
        done = self.handspan('top', '--since-start')
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        self.assertIn('shop.example.test', done.stdout)
        self.assertNotIn('\x1b', done.stdout)
        top = self.top(TERM='nonesuch')
        self.assertEqual(top.end(), 0)
        self.assertIn('server name', top.raw.decode())

    def test_a_signal_leaves_the_terminal_as_it_was(self):
        top = self.top()
        top.wait_for('server name')
        top.type('\x03')
        self.assertIsNotNone(top.end())
        self.assertIn(b'\x1b[?1049l', top.raw)


class Once(Replayed):
    """Filters of summaries, which only records can answer."""

    def test_history_inventory_and_top_of_some_connections(self):
        for verb in (['history'], ['inventory'], ['top', '--since-start']):
            done = self.handspan(*verb, '--json', '--filter', 'outcome == failed')
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn('of the 24 records that are held since', done.stderr)
        done = subprocess.run([PROGRAMS.handspan, 'top', '--json', '--filter', 'tls.sni == "shop.example.test"',
                               self.folder / 'top.pcap'], capture_output=True, text=True, timeout=LIMIT, check=True)
        self.assertNotIn('evil', done.stdout)
        self.assertEqual(done.stderr, '')


if __name__ == '__main__':
    run_tests(__doc__, captures=True)
