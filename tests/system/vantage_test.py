#!/usr/bin/env python3
"""Where packets come in and where they get lost: the accounts of queues and workers, connections
seen from one side, and what the doctor says of a daemon that runs.

  vantage_test.py --handspand PATH --handspan PATH
"""

import json
import signal
import subprocess
import time

from daemon_test import LIMIT, PROGRAMS, Folder, capture, connection, interleaved, run_tests

CONNECTIONS = 200
SPARE = 300  # behind them: the clock of the capture goes on, and the table is swept


def tagged(frame, vlan):
    return frame[:12] + b'\x81\x00' + vlan.to_bytes(2, 'big') + frame[12:]


def by_client(frame):
    """The clients of these captures are 10.0.0.0/16."""
    return frame[26:28] == b'\x0a\x00'


class Asked(Folder):
    """Asks the daemon by the command line."""

    def handspan(self, *arguments):
        return subprocess.run([PROGRAMS.handspan, *arguments, '--runtime-dir', str(self.runtime)],
                              capture_output=True, text=True, timeout=LIMIT, env=self.environment,
                              check=False)

    def stat(self):
        done = self.handspan('stat', '--json')
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def wait_for(self, counter, number, of=sum):
        """Until the workers have counted so many: all of them together, or (of=min) each."""
        until = time.monotonic() + LIMIT
        while True:
            stat = self.stat()
            counted = [worker['counters'][counter] for worker in stat['workers']]
            if of(counted) >= number:
                return stat
            self.assertLess(time.monotonic(), until, f'{counter} is {counted}, not {number}')
            time.sleep(0.1)

    def assert_accounts_agree(self, stat):
        """What was taken from the queues is what the workers were given and what was turned away."""
        taken = sum(queue['received_packets'] for queue in stat['queues'])
        turned_away = sum(queue['filtered'] + queue['dispatch_dropped'] for queue in stat['queues'])
        given = sum(worker['counters']['received_packets'] for worker in stat['workers'])
        self.assertEqual(taken, given + turned_away)
        counters = stat['counters']
        skipped = sum(n for name, n in counters.items() if name.startswith('skipped_'))
        self.assertEqual(counters['received_packets'], counters['tcp_packets'] + skipped)


class Accounts(Asked):
    def replay(self, config, frames):
        file = self.write('accounts.pcap', capture(frames))
        done = self.daemon('--config', self.write('accounts.toml', config), '--replay', file)
        self.assertEqual(done.returncode, 0, done.stderr)
        stat = self.stat()
        self.assert_accounts_agree(stat)
        self.assertEqual(sum(queue['received_packets'] for queue in stat['queues']), len(frames))
        return stat

    def test_every_packet_is_accounted_for_with_rss(self):
        stat = self.replay('[workers]\ncount = 2\n[capture]\ndispatch = "rss"\n', interleaved(40))
        self.assertEqual([queue['queue'] for queue in stat['queues']], [0, 1])
        self.assertTrue(all(queue['received_packets'] > 0 for queue in stat['queues']))

    def test_every_packet_is_accounted_for_with_software(self):
        self.replay('[workers]\ncount = 2\n[capture]\ndispatch = "software"\n', interleaved(40))

    def test_filtered_packets_are_accounted_for(self):
        for dispatch in ('rss', 'software'):
            with self.subTest(dispatch):
                stat = self.replay('[workers]\ncount = 2\n'
                                   f'[capture]\ndispatch = "{dispatch}"\nfilters = ["src net 10.0.0.0/16"]\n',
                                   interleaved(40))
                self.assertEqual(sum(queue['filtered'] for queue in stat['queues']), 200)
                self.assertEqual(stat['counters']['received_packets'], 200)

    def test_connections_are_counted_by_port_and_vlan(self):
        frames = [tagged(frame, 100 + i % 2) for i in range(30) for frame in connection(i)]
        frames += [tagged(frame, 7) for frame in connection(40) if by_client(frame)]
        frames += connection(41)
        stat = self.replay('[workers]\ncount = 2\n', frames)
        vlans = {vlan.get('vlan'): (vlan['connections'], vlan['one_sided']) for vlan in stat['vlans']}
        self.assertEqual(vlans, {7: (1, 1), 100: (15, 0), 101: (15, 0), None: (1, 0)})
        self.assertEqual((stat['ports'][0]['connections'], stat['ports'][0]['one_sided']), (32, 1))
        self.assertEqual(stat['counters']['connections_one_sided'], 1)
        text = self.handspan('stat', '--vlans', '--queues', '--lang', 'en').stdout
        self.assertIn('VLAN 101', text)
        self.assertIn('no VLAN tag', text)


class Halves(Asked):
    """A port with two queues, of which each gets one direction: what an asymmetric hash does."""

    def start_apart(self, dispatch):
        # The port's packets have the file's times, and its last connections end with the daemon.
        frames = [frame for i in range(CONNECTIONS + SPARE) for frame in connection(i)]
        client = self.write('client.pcap', capture([f for f in frames if by_client(f)]))
        server = self.write('server.pcap', capture([f for f in frames if not by_client(f)]))
        config = self.write('apart.toml',
                            f'[capture]\nports = ["net_pcap0,rx_pcap={client},rx_pcap={server}"]\n'
                            f'dispatch = "{dispatch}"\nqueues = 2\n'
                            '[workers]\ncount = 2\n'
                            '[timeouts]\nclosing = "100ms"\nclosed = "100ms"\n'
                            '[dpdk]\neal_args = ["--no-huge", "--no-telemetry"]\n')
        return self.start('--config', config)

    def doctor(self):
        done = self.handspan('doctor', '--json', '--lang', 'en')
        findings = json.loads(done.stdout)['findings']
        return done.returncode, {finding['id']: finding for finding in findings}

    def test_halves_on_two_workers_are_recognised(self):
        process = self.start_apart('rss')
        stat = self.wait_for('connections_one_sided', CONNECTIONS, of=min)
        self.assert_accounts_agree(stat)
        # A few more connections than these have ended, and of the last only one half, perhaps.
        split = stat['counters']['connections_split']
        self.assertLessEqual(split, stat['counters']['connections_one_sided'] / 2)
        self.assertGreaterEqual(split, 0.95 * CONNECTIONS)
        self.assertGreater(stat['ports'][0]['one_sided_share'], 0.99)

        code, findings = self.doctor()
        self.assertEqual(code, 1)
        self.assertEqual(findings['halves_apart']['level'], 'problem')
        self.assertIn('software', findings['halves_apart']['remedy'])
        self.assertEqual(findings['port_torn']['level'], 'problem')
        self.assertEqual(findings['heartbeats_good']['level'], 'ok')
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(LIMIT), 0)

    def test_software_dispatch_brings_them_together(self):
        self.start_apart('software')
        # Which queue is read first is chance: a connection may be ended before its answers come.
        stat = self.wait_for('received_packets', 10 * (CONNECTIONS + SPARE))
        self.assert_accounts_agree(stat)
        self.assertEqual(stat['counters']['connections_split'], 0)
        _, findings = self.doctor()
        self.assertNotIn('halves_apart', findings)


if __name__ == '__main__':
    run_tests(__doc__)
