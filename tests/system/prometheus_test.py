#!/usr/bin/env python3
"""The exporter's /metrics against the real Prometheus: its linter takes them, it scrapes them, every query of the
dashboard is answered, and the alerts do what their tests say.

  prometheus_test.py --handspan PATH --exporter PATH --segment-writer PATH --capture PATH --conf DIR
"""
import argparse
import json
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
from export_test import PROGRAMS, Exports

HERE = pathlib.Path(__file__).parent
LIMIT = 60


def free_port():
    with socket.socket() as one:
        one.bind(('127.0.0.1', 0))
        return one.getsockname()[1]


def get(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


class Metrics(Exports):
    def setUp(self):
        super().setUp()
        suite.need_program(self, 'prometheus', 'promtool')
        self.port = free_port()
        self.configure(spool=f'[prometheus]\nlisten = "127.0.0.1:{self.port}"\nnames = 3\n')
        self.daemon = self.writer()
        self.daemon.do('stats')
        for minute in (0, 1):
            self.daemon.do(f'minute {minute}')
        self.daemon.do('records 100')
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

    def test_the_linter_takes_them(self):
        done = subprocess.run(['promtool', 'check', 'metrics'], input=self.metrics, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ''))

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
        dashboard = json.loads(pathlib.Path(PROGRAMS.conf, 'grafana/handspan.json').read_text())
        queries = [(panel['title'], target['expr']) for panel in dashboard['panels'] for target in panel['targets']]
        self.assertGreater(len(queries), 25)
        # Nothing is told of what has not occurred: sinks (there are none), versions, shares of nothing.
        may_be_empty = {'Oldest undelivered', 'TLS versions chosen', 'One direction missing', 'Exporter: rows sent',
                        'Exporter: waiting', 'Exporter: lost or dropped'}
        for title, expression in queries:
            result = self.query(expression.replace('$instance', '.*').replace('$__rate_interval', '1m'))
            self.assertTrue(result or title in may_be_empty, f'{title}: {expression}')
        variable = dashboard['templating']['list'][1]['query']
        self.assertEqual(variable, 'label_values(handspan_up, instance)')
        rules = json.loads(get(self.server + '/api/v1/rules'))['data']['groups'][0]['rules']
        self.assertEqual({rule['health'] for rule in rules} - {'ok', 'unknown'}, set())

    def test_the_alerts(self):
        rules = pathlib.Path(PROGRAMS.conf, 'prometheus/handspan.rules.yml')
        shutil.copy(rules, self.folder)
        shutil.copy(HERE / 'prometheus/handspan.rules.test.yml', self.folder)
        for what, name in (('check', rules.name), ('test', 'handspan.rules.test.yml')):
            done = subprocess.run(['promtool', what, 'rules', name], cwd=self.folder, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    for name in ('handspan', 'exporter', 'segment-writer', 'capture', 'conf'):
        parser.add_argument('--' + name, required=True)
    options, rest = parser.parse_known_args(namespace=PROGRAMS)
    suite.main(argv=[sys.argv[0], *rest])
