#!/usr/bin/env python3
"""handspan doctor, as people and programs call it, on whatever machine this is.

  doctor_test.py --handspand PATH --handspan PATH

What the machine has is not known here: the findings' form, the exit status and what the
configuration alone decides are judged. lib/host is judged on made-up machines by its unit tests.
"""

import json
import subprocess

from daemon_test import LIMIT, PROGRAMS, Folder, run_tests

LEVELS = {'ok', 'unknown', 'warning', 'problem'}
AREAS = ['configuration', 'hugepages', 'iommu', 'ports', 'cpus', 'numa', 'memory', 'runtime_dir', 'clock', 'rights',
         'instance']


class Doctor(Folder):
    def ask(self, *arguments, language='en'):
        return subprocess.run([PROGRAMS.handspan, 'doctor', '--lang', language, '--runtime-dir', str(self.runtime),
                               *map(str, arguments)], capture_output=True, text=True, timeout=LIMIT,
                              env=self.environment, check=False)

    def findings(self, *arguments):
        done = self.ask('--json', *arguments)
        self.assertEqual(len(done.stdout.splitlines()), 1, done.stderr)
        told = json.loads(done.stdout)
        self.assertEqual(told['event_type'], 'doctor')
        levels = [finding['level'] for finding in told['findings']]
        self.assertLessEqual(set(levels), LEVELS)
        self.assertEqual(done.returncode, 1 if 'problem' in levels else 0)
        for finding in told['findings']:
            self.assertTrue(finding['text'], finding)
            self.assertNotIn('{', finding['text'] + finding.get('remedy', ''), 'an empty place in a text')
            if finding['level'] == 'unknown' and finding['id'].endswith('_unknown'):
                self.assertTrue(finding['values'], 'unknown must say why')
        return told['findings']

    def one(self, findings, name):
        found = [finding for finding in findings if finding['id'] == name]
        self.assertEqual(len(found), 1, (name, [f['id'] for f in findings]))
        return found[0]

    def test_every_area_is_looked_at_in_order(self):
        areas = list(dict.fromkeys(f['area'] for f in self.findings('--config', self.live_config())))
        self.assertEqual(areas, AREAS)

    def test_a_good_configuration_without_hardware(self):
        findings = self.findings('--config', self.live_config())
        for name in ('config_good', 'hugepages_not_wanted', 'port_virtual', 'memory_enough', 'runtime_dir_to_be_made',
                     'instance_free'):
            self.assertEqual(self.one(findings, name)['level'], 'ok')
        self.assertEqual([f for f in findings if f['level'] == 'problem'], [])

    def test_a_wrong_configuration_is_a_problem(self):
        wrong = self.write('wrong.toml', '[workers]\ncuont = 1\n[limits]\nflows = 1\n')
        faults = [f for f in self.findings('--config', wrong) if f['id'] == 'config_fault']
        self.assertEqual([f['level'] for f in faults], ['problem', 'problem'])
        self.assertIn('wrong.toml:2', faults[0]['text'])

    def test_ports_that_are_not_there(self):
        config = self.write('c.toml', '[capture]\nports = ["0000:ff:1f.7", "net_af_packet0,iface=handspan9"]\n'
                            '[workers]\ncount = 1\nlcores = "1023"\n')
        findings = self.findings('--config', config)
        self.assertEqual(self.one(findings, 'interface_missing')['level'], 'problem')
        self.assertIn(self.one(findings, 'port_missing')['level'], ('problem',))
        self.assertEqual(self.one(findings, 'cpu_missing')['values']['cpu'], '1023')

    def test_more_memory_than_any_machine_has(self):
        config = self.live_config('[limits]\nflows = 67108864\nring_bytes = "4GiB"\n[workers]\ncount = 120\n')
        short = self.one(self.findings('--config', config), 'memory_short')
        self.assertEqual(short['level'], 'problem')
        self.assertIn('limits.flows', short['remedy'])

    def test_a_running_daemon_is_looked_at(self):
        config = self.live_config()
        process = self.start('--config', config)
        findings = self.findings('--config', config)
        self.assertEqual(self.one(findings, 'instance_running')['values']['pid'], str(process.pid))
        self.assertGreater(len({f['area'] for f in findings} - set(AREAS)), 0, 'its numbers are judged')
        process.kill()
        process.wait()
        self.one(self.findings('--config', config), 'instance_dead')

    def test_a_running_daemon_is_judged_by_its_own_settings(self):
        process = self.start('--config', self.live_config())
        findings = self.findings('--interval', '0.2')
        self.assertEqual(self.one(findings, 'config_of_daemon')['values']['pid'], str(process.pid))
        self.one(findings, 'hugepages_not_wanted')
        self.assertEqual([f for f in findings if f['level'] == 'problem'], [])
        process.kill()
        process.wait(LIMIT)
        dead = self.one(self.findings(), 'instance_dead')
        self.assertEqual((dead['level'], dead['values']['pid']), ('warning', str(process.pid)))

    def test_a_segment_that_is_none_is_unknown(self):
        (self.runtime / 'default').mkdir(parents=True)
        (self.runtime / 'default' / 'stats.shm').write_bytes(b'no segment' * 1000)
        self.assertEqual(self.one(self.findings(), 'instance_unknown')['level'], 'unknown')

    def test_tables_for_people_in_both_languages(self):
        config = self.live_config()
        english = self.ask('--config', config).stdout
        chinese = self.ask('--config', config, language='zh').stdout
        self.assertIn('hugepages\n', english)
        self.assertIn('大页\n', chinese)
        self.assertEqual(len(english.splitlines()), len(chinese.splitlines()))
        self.assertNotIn('\x1b', english)
        self.assertRegex(english.splitlines()[-1], r'\bok: \d+$')

    def test_wrong_usage(self):
        for arguments in (['--nosuch'], ['--instance', 'a/b'], ['--lang', 'fr'], ['stray']):
            done = subprocess.run([PROGRAMS.handspan, 'doctor', *arguments], capture_output=True, text=True,
                                  timeout=LIMIT, check=False)
            self.assertEqual(done.returncode, 2, arguments)


if __name__ == '__main__':
    run_tests(__doc__)
