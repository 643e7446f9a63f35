#!/usr/bin/env python3
"""The exporter's /metrics against the real Prometheus: its linter takes them, it scrapes them, every query of the
dashboard is answered, also of a capture that went through the real daemon, and the alerts do what their tests say.

  prometheus_test.py --handspan PATH --handspand PATH --exporter PATH --segment-writer PATH --capture PATH --conf DIR
"""
import argparse
import collections
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import suite
from export_test import JSONL, PROGRAMS, Exports

HERE = pathlib.Path(__file__).parent
LIMIT = 60


def free_port():
    with socket.socket() as one:
        one.bind(('127.0.0.1', 0))
        return one.getsockname()[1]


def get(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


class Scraped(Exports):
    """An exporter that serves its metrics, and Prometheus to scrape them."""

    def setUp(self):
        super().setUp()
        suite.need_program(self, 'prometheus', 'promtool')
        self.port = free_port()

    def serve(self, *sinks):
        self.configure(*sinks, spool=f'[prometheus]\nlisten = "127.0.0.1:{self.port}"\nnames = 3\n')
        self.start()
        self.metrics = self.reached(f'http://127.0.0.1:{self.port}/metrics')
    def reached(self, url):
        until = time.monotonic() + LIMIT
        while True:
            try:
                return get(url)
            except (urllib.error.URLError, ConnectionError):
                self.assertLess(time.monotonic(), until, url)
                time.sleep(0.1)

    def prometheus(self):
        port = free_port()
        config = self.folder / 'prometheus.yml'
        rules = pathlib.Path(PROGRAMS.conf, 'prometheus/handspan.rules.yml').absolute()
        config.write_text(f'global: {{scrape_interval: 1s, evaluation_interval: 1s}}\nrule_files: ["{rules}"]\n'
                          f'scrape_configs: [{{job_name: handspan, static_configs: [{{targets: ["127.0.0.1:{self.port}"]}}]}}]\n')
        log = open(self.path('prometheus.log'), 'wb')
        self.addCleanup(log.close)
        server = subprocess.Popen(['prometheus', f'--config.file={config}', f'--storage.tsdb.path={self.path("tsdb")}',
                                   f'--web.listen-address=127.0.0.1:{port}'], stdout=log, stderr=log)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        self.server = f'http://127.0.0.1:{port}'
        self.reached(self.server + '/-/ready')

    def query(self, expression):
        answer = json.loads(get(f'{self.server}/api/v1/query?' + urllib.parse.urlencode({'query': expression})))
        self.assertEqual(answer['status'], 'success', expression)
        return answer['data']['result']

    def value(self, expression):
        result = self.query(expression)
        return float(result[0]['value'][1]) if result else None

    def dashboard(self, may_be_empty):
        """Every query of it has an answer."""
        text = json.loads(pathlib.Path(PROGRAMS.conf, 'grafana/handspan.json').read_text())
        queries = [(panel['title'], target['expr']) for panel in text['panels'] for target in panel['targets']]
        self.assertGreater(len(queries), 25)
        for title, expression in queries:
            result = self.query(expression.replace('$instance', '.*').replace('$__rate_interval', '1m'))
            self.assertTrue(result or title in may_be_empty, f'{title}: {expression}')
        variable = text['templating']['list'][1]['query']
        self.assertEqual(variable, 'label_values(handspan_up, instance)')
        rules = json.loads(get(self.server + '/api/v1/rules'))['data']['groups'][0]['rules']
        self.assertEqual({rule['health'] for rule in rules} - {'ok', 'unknown'}, set())

    def lint(self):
        done = subprocess.run(['promtool', 'check', 'metrics'], input=self.metrics, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ''))


class Metrics(Scraped):
    def setUp(self):
        super().setUp()
        self.daemon = self.writer()
        self.daemon.do('stats')
        for minute in (0, 1):
            self.daemon.do(f'minute {minute}')
        self.daemon.do('records 100')
        self.serve()

    def test_the_linter_takes_them(self):
        self.lint()

    def test_they_are_what_the_daemon_tells(self):
        stat = json.loads(self.ask('stat', '--json', '--runtime-dir', self.path('run')))
        samples = dict(line.rsplit(' ', 1) for line in self.metrics.splitlines() if not line.startswith('#'))
        self.assertEqual(float(samples['handspan_up']), 1)
        self.assertEqual(float(samples['handspan_received_packets_total{worker="0"}']), 1_234_567)
        self.assertEqual(stat['counters']['received_packets'],
                         sum(float(value) for name, value in samples.items() if name.startswith('handspan_received_packets_total')))
        self.assertEqual(float(samples['handspan_port_missed_total{port="port0"}']), 17)
        self.assertEqual(float(samples['handspan_tls_total_seconds_count']), 2)
        self.assertEqual(float(samples['handspan_failures_total{cause="alert",by="none"}']), 2)
        self.assertEqual(sum(float(value) for name, value in samples.items()
                             if name.startswith('handspan_connections_ended_total')), 20)
        self.assertIn('handspan_name_connections{name="other"}', samples)

    def test_loopback_alone_unless_told_otherwise(self):
        self.stop()
        self.configure(spool='[prometheus]\n')
        text = (self.folder / 'export.toml').read_text()
        self.assertNotIn('listen', text)
        self.start()
        self.reached('http://127.0.0.1:9477/metrics')
        listening = subprocess.run(['ss', '-ltnH', 'sport = :9477'], capture_output=True, text=True).stdout
        self.assertIn('127.0.0.1:9477', listening)
        self.assertNotIn('0.0.0.0', listening.split()[3])

    def test_prometheus_scrapes_them_and_the_dashboard_has_something_to_show(self):
        self.prometheus()
        deadline = time.monotonic() + LIMIT
        while self.value('handspan_up') is None:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.2)
        for minute in (2, 3):
            self.daemon.do(f'minute {minute}')
        while (self.value('sum(handspan_connections_ended_total)') or 0) < 40:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.2)
        # Nothing is told of what has not occurred: sinks (there are none), versions, shares of nothing.
        self.dashboard({'Oldest undelivered', 'TLS versions chosen', 'One direction missing', 'Exporter: rows sent',
                        'Exporter: waiting', 'Exporter: lost or dropped'})

    def test_the_alerts(self):
        rules = pathlib.Path(PROGRAMS.conf, 'prometheus/handspan.rules.yml')
        shutil.copy(rules, self.folder)
        shutil.copy(HERE / 'prometheus/handspan.rules.test.yml', self.folder)
        for what, name in (('check', rules.name), ('test', 'handspan.rules.test.yml')):
            done = subprocess.run(['promtool', what, 'rules', name], cwd=self.folder, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class Replayed(Scraped):
    """A capture goes through the real daemon, with rules; what Prometheus then knows is what the file's records say."""

    RULE = '[[rule]]\nid = 7001\nname = "the shop"\nall = [ { field = "sni", domain = "shop.example.test" } ]\n' \
           '[[rule]]\nid = 7002\nname = "never"\nall = [ { field = "sni", domain = "nowhere.example.test" } ]\n'

    def setUp(self):
        super().setUp()
        from capture_maker import tls
        from diff_test import capture
        self.file, self.rules = self.folder / 'made.pcap', self.folder / 'rules.toml'
        capture(self.file, seed=3, name_of_new='other', chain=(tls.LEAF, tls.ISSUER), answer=0.004,
                suite_of_server=tls.ECDHE_RSA_AES128_GCM, refused=12, expired=9)
        self.rules.write_text(self.RULE)

    def replay(self):
        scratch = self.folder / 'tmp'
        scratch.mkdir(exist_ok=True)
        done = subprocess.run([PROGRAMS.handspand, '--runtime-dir', self.path('run'), '--rules', str(self.rules), '--replay',
                               str(self.file)], capture_output=True, text=True, timeout=LIMIT,
                              env=dict(os.environ, TMPDIR=str(scratch), XDG_RUNTIME_DIR=str(scratch)))
        self.assertEqual(done.returncode, 0, done.stderr)

    def counts(self, expression, *labels):
        """The series' values by their labels, those that are not zero."""
        return {tuple(one['metric'].get(label) for label in labels): float(one['value'][1])
                for one in self.query(expression) if float(one['value'][1])}

    def test_a_replay_is_scraped_and_every_query_of_the_dashboard_answered(self):
        self.serve(JSONL)
        self.prometheus()
        self.replay()
        records = [json.loads(line) for line in self.ask('read', '--json', '--rules', str(self.rules), str(self.file)).splitlines()]
        deadline = time.monotonic() + LIMIT
        while (self.value('sum(handspan_export_sent_total)') or 0) < len(records):
            self.assertLess(time.monotonic(), deadline, self.status())
            time.sleep(0.2)
        until = time.monotonic() + 2.5  # two more scrapes, so that rates are known
        while time.monotonic() < until:
            time.sleep(0.2)
        count = lambda *keys: dict(collections.Counter(tuple(map(str, key)) for key in keys))
        self.assertEqual(self.counts('handspan_connections_ended_total', 'outcome', 'phase'),
                         count(*((one['outcome'], one['phase']) for one in records)))
        self.assertEqual(self.counts('handspan_failures_total', 'cause', 'by'),
                         count(*((one['cause'], one['by']) for one in records if one['outcome'] == 'failed')))
        self.assertEqual(self.counts('handspan_tls_connections_total', 'version'),
                         count(*((one['tls']['version'],) for one in records if 'tls' in one)))
        for timing in ('tls_total', 'syn_to_syn_ack', 'client_hello_to_server_hello'):
            times = [one['timings'][timing] for one in records if timing in one['timings']]
            self.assertEqual(self.value(f'handspan_{timing}_seconds_count'), len(times), timing)
            self.assertAlmostEqual(self.value(f'handspan_{timing}_seconds_sum'), sum(times), places=6)
            for bound in self.query(f'handspan_{timing}_seconds_bucket'):
                below = sum(value <= float(bound['metric']['le']) for value in times)
                self.assertEqual(float(bound['value'][1]), below, (timing, bound['metric']['le']))
        shop = sum('shop.example.test' == one.get('tls', {}).get('sni') for one in records)
        self.assertEqual({(one['metric']['rule'], one['metric']['name']): float(one['value'][1])
                          for one in self.query('handspan_rule_hits_total')},
                         {('7001', 'the shop'): shop, ('7002', 'never'): 0})
        # A server that is called "other" makes no series twice.
        self.assertEqual(self.counts('handspan_name_connections', 'name'), {('shop.example.test',): shop, ('other',): 3})
        self.metrics = self.reached(f'http://127.0.0.1:{self.port}/metrics')
        self.lint()
        # Of a daemon that has ended nothing goes on: shares of no connections.
        self.dashboard({'Share that fails', 'One direction missing'})


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    for name in ('handspan', 'handspand', 'exporter', 'segment-writer', 'capture', 'conf'):
        parser.add_argument('--' + name, required=True)
    options, rest = parser.parse_known_args(namespace=PROGRAMS)
    sys.path.insert(0, str(pathlib.Path(PROGRAMS.conf).parent / 'tools'))
    suite.main(argv=[sys.argv[0], *rest])
