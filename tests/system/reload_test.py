#!/usr/bin/env python3
"""What a running daemon takes anew: its configuration and rules, while it tells that it lives and loses nothing.

  reload_test.py --handspand PATH --handspan PATH

Runs as root and as an ordinary user, without hugepages and without systemd.
"""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

from daemon_test import LIMIT, PROGRAMS, capture, run_tests
from life_base import Living, Manager

COSTLY = 400
SOURCE = Path(__file__).resolve().parent.parent.parent
RULE = '[[rule]]\nid = {0}\nname = "rule {0}"\nfield = "tls.sni"\npattern = "{1}"\n'


class Reloads(Living):
    def start_with_rules(self, level=''):
        self.write('rules.toml', RULE.format(1, 'a') + RULE.format(2, 'b'))
        return self.begin(self.config('[rules]\nfile = "rules.toml"\n' + level))

    def test_what_changed_is_told_and_what_needs_a_restart(self):
        process = self.start_with_rules()
        self.write('rules.toml', RULE.format(2, 'bb') + RULE.format(3, 'c'))
        self.config('[rules]\nfile = "rules.toml"\n[timeouts]\nsyn = "7s"\n[limits]\nflows = 1000\n'
                    '[log]\nlevel = "debug"\n')
        said = self.reload(process, 'rules in force')
        self.assertIn('timeouts.syn was "5s", is "7s"', said)
        self.assertIn('log.level was "info", is "debug"', said)
        self.assertIn('limits.flows was 262144, shall be 1000: that needs a restart', said)
        self.assertIn('2 rules in force, 1 added, 1 changed, 1 removed', said)
        for what in ('added rule 3', 'changed rule 2', 'removed rule 1'):
            self.assertIn(f'reload: {what} ', said)
        # What is in force is what the next reload compares with.
        said = self.reload(process, 'rules in force')
        self.assertNotIn('timeouts.syn', said)
        self.assertIn('limits.flows', said)

    def test_a_bad_file_leaves_the_old_in_force(self):
        process = self.start_with_rules()
        good = (self.folder / 'live.toml').read_text()
        for name, text, word in (('live.toml', '[timeouts]\nsyn = 5\n', 'timeouts.syn'),
                                 ('live.toml', 'nonsense\n', 'not TOML'),
                                 ('rules.toml', RULE.format(1, '('), 'rule 1')):
            with self.subTest(word):
                self.write('live.toml', good)
                self.write(name, text)
                said = self.reload(process, 'stay in force')
                self.assertIn(word, said)
        self.write('rules.toml', RULE.format(1, 'a') + RULE.format(2, 'b'))
        said = self.reload(process, 'rules in force')
        self.assertIn('no key of the configuration has changed', said)
        self.assertIn('2 rules in force, 0 added, 0 changed, 0 removed', said)

    def test_a_pattern_that_is_another_one_is_told(self):
        process = self.start_with_rules()
        self.write('rules.toml', RULE.format(1, 'other') + RULE.format(2, 'b'))
        self.assertIn('2 rules in force, 0 added, 1 changed, 0 removed', self.reload(process, 'rules in force'))

    def test_the_log_goes_on_in_a_new_file(self):
        path = self.folder / 'daemon.log'
        process = self.begin_logged(path)
        path.rename(self.folder / 'daemon.log.1')
        process.send_signal(signal.SIGHUP)
        self.wait_for_text(path, 'no key of the configuration has changed')
        self.assertNotIn('reload', (self.folder / 'daemon.log.1').read_text())

    def begin_logged(self, path):
        process = subprocess.Popen(self.command('--config', self.config(f'[log]\nfile = "{path}"\n')),
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment)
        self.running.append(process)
        self.wait_for_text(path, ' running: ')
        return process

    def wait_for_text(self, path, text):
        end = time.monotonic() + LIMIT
        while not path.exists() or text not in path.read_text():
            self.assertLess(time.monotonic(), end, f'{text!r} is not in {path}')
            time.sleep(0.02)

    def test_a_log_whose_folder_is_not_there_is_refused(self):
        config = self.config(f'[log]\nfile = "{self.folder}/nowhere/daemon.log"\n')
        self.assert_refused(self.daemon('--config', config), 'log.file', f'no folder {self.folder}/nowhere')

    def test_rules_can_come_and_go(self):
        process = self.begin(self.config())
        self.assertNotIn('rules', self.reload(process, 'no key of the configuration has changed'))
        self.write('rules.toml', RULE.format(1, 'a'))
        self.config('[rules]\nfile = "rules.toml"\n')
        self.assertIn('1 rules in force, 1 added', self.reload(process, 'rules in force'))
        self.config()
        self.assertIn('0 rules in force', self.reload(process, 'rules in force'))
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(LIMIT), 0)


def costly_rules(count):
    """Rules that take some seconds to compile."""
    return ''.join(RULE.format(i + 1, f'^(www|cdn|api)[0-9]{{1,3}}.*x{i}[a-f]+\\\\.(com|net|org)$') for i in range(count))


class Compiles(Living):
    """Many rules take long, and whoever waits for the daemon must not."""

    def begin_with_costly_rules(self):
        self.write('rules.toml', RULE.format(1, 'a'))
        self.manager = Manager(str(self.folder / 'notify'))
        self.addCleanup(self.manager.close)
        process = self.begin(self.config('[rules]\nfile = "rules.toml"\n'), WATCHDOG_USEC='400000',
                             NOTIFY_SOCKET=str(self.folder / 'notify'))
        self.manager.hear('READY=1')
        self.write('rules.toml', costly_rules(COSTLY))
        return process

    def beat(self):
        """When the segment heard the control thread last, as stat tells it."""
        done = subprocess.run([PROGRAMS.handspan, 'stat', '--json', '--runtime-dir', str(self.runtime)],
                              capture_output=True, text=True, timeout=LIMIT, env=self.environment, check=True)
        return json.loads(done.stdout)['daemon']['heartbeat_age']

    def reload_and_listen(self, process):
        """How long a reload took, what the manager heard meanwhile, and how old the heartbeats were."""
        begun = time.monotonic()
        process.send_signal(signal.SIGHUP)
        heard, ages = self.manager.hear('RELOADING=1'), []
        while not any('READY=1' in word for word in heard):
            heard += self.manager.hear('')
            ages.append(self.beat())
        return time.monotonic() - begun, heard, ages

    def test_the_pulse_goes_on(self):
        process = self.begin_with_costly_rules()
        count, took = COSTLY, 0
        while took < 1.5:  # a fast machine needs more rules
            self.write('rules.toml', costly_rules(count))
            took, heard, ages = self.reload_and_listen(process)
            self.wait_for(f'{count} rules in force', process)
            count *= 2
        self.assertGreaterEqual(sum('WATCHDOG=1' in word for word in heard), int(took / 1.5), (took, heard))
        self.assertLess(max(ages), 2)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(LIMIT), 0)

    def test_the_end_does_not_wait_for_it(self):
        process = self.begin_with_costly_rules()
        process.send_signal(signal.SIGHUP)
        self.manager.hear('RELOADING=1')
        time.sleep(0.3)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(LIMIT), 0)
        self.assertLess(time.monotonic() - begun, 2)
        self.assertIn('stopped: ', self.log.read_text())
        self.assertNotIn('rules in force', self.log.read_text())

    def test_who_asks_meanwhile_is_answered_once_more(self):
        process = self.begin_with_costly_rules()
        process.send_signal(signal.SIGHUP)
        self.manager.hear('RELOADING=1')
        time.sleep(0.3)
        self.write('rules.toml', RULE.format(1, 'last'))
        for _ in range(3):
            process.send_signal(signal.SIGHUP)
            self.wait_for('once more', process)
        self.manager.hear('READY=1')
        said = self.log.read_text()
        self.assertEqual(said.count('rules in force'), 2, said)
        self.assertIn('reload: 1 rules in force', said)


class RulesUnderLoad(Living):
    """Rules come and go while packets come in as fast as they are taken."""

    EACH = "[[rule]]\nid = 1\nname = 'each'\nactions = ['count', 'log']\nall = [ { present = 'sni' } ]\n"
    OTHER = "[[rule]]\nid = {0}\nname = 'other {0}'\nall = [ {{ field = 'sni', regex = 'x{0}[a-f]+y' }} ]\n"

    def begin_under_load(self):
        path = str(self.folder / 'mix.pcap')
        # So many packets that what comes round again is no copy of a mirror: inspect/recent.h has forgotten it.
        subprocess.run([sys.executable, SOURCE / 'tools/make-captures', 'mix', '--connections', '500', '--packets', '20', '-o',
                        path], check=True, timeout=LIMIT)
        self.write('rules.toml', self.EACH)
        return self.begin(self.write('live.toml', f'[capture]\nports = ["net_pcap0,rx_pcap={path},infinite_rx=1"]\n'
                                     '[dpdk]\neal_args = ["--no-huge", "--no-telemetry"]\n[rules]\nfile = "rules.toml"\n'
                                     f'cache = "{self.folder}/compiled"\n'))

    def handspan(self, *arguments, code=0):
        done = subprocess.run([PROGRAMS.handspan, *arguments, '--runtime-dir', str(self.runtime)], capture_output=True,
                              text=True, timeout=LIMIT, env=self.environment, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def hits_of(self, number):
        return next(rule['hits'] for rule in json.loads(self.handspan('rules', 'list', '--json'))['rules']
                    if rule['id'] == number)

    def test_nothing_is_missed(self):
        process = self.begin_under_load()
        for turn in range(12):
            self.write('rules.toml', self.EACH + ''.join(self.OTHER.format(i + 2) for i in range(turn % 5)))
            self.assertIn(f'reloaded: {turn % 5 + 1} rules in force', self.handspan('rules', 'reload'))
        self.write('rules.toml', self.EACH + self.OTHER.replace('[a-f]', '(').format(9))
        self.assertIn('refused', self.handspan('rules', 'reload', code=1))
        self.assertIn('rule 9 "other 9": sni: regex', self.log.read_text())
        self.wait_for('rule 1 "each" (info): ', process)
        end = time.monotonic() + LIMIT
        while self.hits_of(1) <= 100 and time.monotonic() < end:  # however little of the machine the worker gets
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(LIMIT), 0)
        stat = json.loads(self.handspan('stat', '--json'))
        counters = stat['counters']
        # Every frame that the port delivered was inspected, and every hello was held against the rule that stayed.
        self.assertEqual(counters['received_packets'], sum(queue['received_packets'] for queue in stat['queues']))
        each = {rule['id']: rule for rule in stat['rules']}[1]
        self.assertGreater(each['hits'], 100)
        self.assertEqual(each['hits'], counters['tls_handshakes'])
        self.assertGreater(stat['histograms']['rules_scan']['count'], 100)
        listed = json.loads(self.handspan('rules', 'list', '--json', '--all'))['rules']
        self.assertEqual({rule['id'] for rule in listed}, {1, 2, 3, 4, 5})
        self.assertEqual([rule['id'] for rule in listed if rule['in_force']], [1, 2])
        self.assertRegex(each['example'], r'^0x[0-9a-f]{16}[0-9a-f]{2,16}$')
        self.assertIn('each', self.handspan('rules', 'list'))
        self.assertTrue(any(name.suffix == '.hs' for name in (self.folder / 'compiled').iterdir()))
        self.assertIn('does not run', self.handspan('rules', 'reload', code=3))


if __name__ == '__main__':
    run_tests(__doc__)
