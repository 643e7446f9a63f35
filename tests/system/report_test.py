#!/usr/bin/env python3
"""The page of `handspan report`, in a headless Chromium: no word on the console, nothing from the network, its
figures are those of --json, and it can be used by keyboard, on a phone, in the dark, on paper and in Chinese.

  report_test.py --handspan PATH CAPTURE...
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import suite
from chromium import Chromium

PROGRAMS = argparse.Namespace()


def at(data, path):
    for key in path.split('.'):
        data = data[int(key)] if isinstance(data, list) else data[key]
    return data


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = None
        cls.scratch = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.scratch.name)

    @classmethod
    def tearDownClass(cls):
        if cls.browser:
            cls.browser.close()
        cls.scratch.cleanup()

    def setUp(self):
        suite.need_program(self, 'chromium')
        if not type(self).browser:
            type(self).browser = Chromium()

    def run_cli(self, *arguments):
        done = subprocess.run([PROGRAMS.handspan, *arguments], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def page(self, *options):
        path = self.folder / 'page.html'
        self.run_cli('report', '-o', str(path), *options, *PROGRAMS.captures)
        return path

    def open(self, path):
        self.browser.open(path)
        self.assertEqual(self.browser.complaints(), [])

    def check_figures(self, data):
        """The page that is open carries the object, and shows its figures."""
        self.assertEqual(self.browser.ask('JSON.parse(document.getElementById("handspan").textContent)'), data)
        shown = self.browser.ask('[...document.querySelectorAll("[data-figure]")].map(e=>[e.dataset.figure,e.textContent])')
        self.assertGreater(len(shown), 30)
        for path, text in shown:
            value = at(data, path)
            if isinstance(value, int):
                self.assertEqual(int(text.replace(',', '')), value, path)
            else:
                number, unit = re.fullmatch(r'([\d.]+) (ns|µs|ms|s)', text).groups()
                scale = {'ns': 1e-9, 'µs': 1e-6, 'ms': 1e-3, 's': 1}[unit]
                self.assertAlmostEqual(float(number) * scale, value, delta=value * 0.006, msg=path)

    def test_of_what_an_exporter_has_kept(self):
        """Files of lines: the figures are those of --json, and of the captures themselves."""
        suite.need_program(self, 'zstd')
        kept = self.folder / 'kept'
        kept.mkdir()
        lines = self.run_cli('read', '--json', *PROGRAMS.captures)
        subprocess.run(['zstd', '-q', '-o', str(kept / 'connections-1.jsonl.zst')], input=lines.encode(), check=True)
        page = self.folder / 'kept.html'
        self.run_cli('report', '--from', str(kept), '-o', str(page))
        self.open(page)
        data = json.loads(self.run_cli('report', '--from', str(kept), '--json'))
        self.check_figures(data)
        of_captures = json.loads(self.run_cli('report', '--json', *PROGRAMS.captures))
        for figure in ('connections', 'outcomes', 'missed', 'from', 'until', 'inventory'):
            self.assertEqual(data[figure], of_captures[figure], figure)

    def test_its_figures_are_those_of_json(self):
        self.open(self.page())
        data = json.loads(self.run_cli('report', '--json', *PROGRAMS.captures))
        self.check_figures(data)
        for verb in ('failures', 'latency', 'inventory'):
            alone = json.loads(self.run_cli(verb, '--json', *PROGRAMS.captures))
            told = data[verb]
            for volatile in ('trend',):
                for row in alone.get('failures', []) + told.get('failures', []) if verb == 'failures' else []:
                    row.pop(volatile, None)
            self.assertEqual(told, alone, verb)

    def test_three_sentences_and_the_sections(self):
        self.open(self.page())
        verdict = self.browser.ask('document.querySelector(".verdict").textContent')
        self.assertRegex(verdict, r'^\d+ connections from .* failed .*\. Most often .* Half of the TLS handshakes took')
        titles = self.browser.ask('[...document.querySelectorAll("h2")].map(e=>e.textContent)')
        self.assertEqual(titles, ['How they ended', 'Failures', 'How long steps took', 'Connections that failed',
                                  'Slowest handshakes', 'TLS versions', 'Cipher suites', 'Key exchange groups',
                                  'Certificates', 'What the mirror missed'])
        self.assertGreater(self.browser.ask('document.querySelectorAll("details svg").length'), 8)

    def test_by_keyboard(self):
        self.open(self.page())
        self.browser.press('Tab', 9)
        self.assertEqual(self.browser.ask('document.activeElement.className'), 'skip')
        for _ in range(200):
            self.browser.press('Tab', 9)
            if self.browser.ask('document.activeElement.tagName') == 'SUMMARY':
                break
        self.assertEqual(self.browser.ask('document.activeElement.tagName'), 'SUMMARY')
        self.assertFalse(self.browser.ask('document.activeElement.parentElement.open'))
        self.browser.press('Enter', 13, '\r')
        self.assertTrue(self.browser.ask('document.activeElement.parentElement.open'))
        self.assertGreater(self.browser.ask('document.activeElement.parentElement.querySelector("svg").getBoundingClientRect().height'), 20)

    def test_on_a_phone_nothing_hangs_over(self):
        self.browser.call('Emulation.setDeviceMetricsOverride', width=360, height=740, deviceScaleFactor=2, mobile=True)
        self.addCleanup(self.browser.call, 'Emulation.clearDeviceMetricsOverride')
        self.open(self.page())
        self.browser.ask('document.querySelectorAll("details").forEach(d=>d.open=true)')
        self.assertLessEqual(self.browser.ask('document.documentElement.scrollWidth'), 360)

    def test_dark_and_light_have_contrast(self):
        self.open(self.page())
        for scheme in ('light', 'dark'):
            self.browser.call('Emulation.setEmulatedMedia', features=[{'name': 'prefers-color-scheme', 'value': scheme}])
            ink, paper = self.browser.ask('(s=>[s.color,s.backgroundColor])(getComputedStyle(document.body))')
            self.assertGreater(contrast(ink, paper), 7, scheme)
        self.browser.call('Emulation.setEmulatedMedia', features=[])

    def test_on_paper_all_is_open(self):
        self.open(self.page())
        self.browser.call('Page.printToPDF')
        self.assertEqual(self.browser.ask('document.querySelectorAll("details:not([open])").length'), 0)

    def test_in_chinese(self):
        self.open(self.page('--lang', 'zh'))
        self.assertEqual(self.browser.ask('document.documentElement.lang'), 'zh-Hans')
        for title in self.browser.ask('[...document.querySelectorAll("h1,h2")].map(e=>e.textContent)'):
            self.assertRegex(title, r'[\u4e00-\u9fff]')

    def test_anonymised_it_names_nobody(self):
        page = self.page('--anonymise')
        text = page.read_text()
        for record in map(json.loads, self.run_cli('read', '--json', *PROGRAMS.captures).splitlines()):
            tls = record.get('tls', {})
            names = [record['src_ip'], record['dest_ip'], tls.get('sni'), tls.get('certificate', {}).get('sha256'),
                     tls.get('certificate', {}).get('subject'), *tls.get('certificate', {}).get('san', [])]
            for name in filter(None, names):
                self.assertIsNone(re.search(rf'(?<![\w.]){re.escape(name)}(?![\w.])', text), name)
        self.assertEqual(text, self.page('--anonymise').read_text(), 'each always by the same')
        self.open(page)

    def test_one_connection_to_be_attached_to_a_ticket(self):
        path = self.folder / 'one.html'
        path.write_text(self.run_cli('explain', '--html', '--connection', '1', PROGRAMS.captures[0]))
        self.open(path)
        self.assertEqual(self.browser.ask('document.querySelectorAll("svg").length'), 2)
        told = self.run_cli('explain', '--width', '100', '--connection', '1', PROGRAMS.captures[0])
        self.assertEqual(self.browser.ask('document.querySelector("pre").textContent').strip(), told.strip())
        done = subprocess.run([PROGRAMS.handspan, 'explain', '--html', *PROGRAMS.captures], capture_output=True, text=True)
        self.assertNotEqual(done.returncode, 0)

    def test_hostile_names_stay_text(self):
        """A server name that is markup."""
        capture = pathlib.Path(PROGRAMS.captures[0]).read_bytes()
        name = b'shop.example.test'
        self.assertIn(name, capture)
        path = self.folder / 'hostile.pcap'
        path.write_bytes(capture.replace(name, b'<img src=x/>&"\'</s'[:len(name)].ljust(len(name), b'>')))
        page = self.folder / 'hostile.html'
        self.run_cli('report', '-o', str(page), str(path))
        self.open(page)
        self.assertEqual(self.browser.ask('document.querySelectorAll("img").length'), 0)
        self.assertIn('<img src=x/>', self.browser.ask('document.body.textContent'))


def contrast(ink, paper):
    """Of WCAG 2.1."""
    def luminance(colour):
        parts = [int(part) / 255 for part in re.findall(r'\d+', colour)[:3]]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    lights = sorted((luminance(ink), luminance(paper)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('--handspan', required=True)
    parser.add_argument('captures', nargs='+')
    options, rest = parser.parse_known_args(namespace=PROGRAMS)
    suite.main(argv=[sys.argv[0], *rest])
