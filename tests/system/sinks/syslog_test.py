#!/usr/bin/env python3
"""The sink `syslog` against Debian's rsyslog, over each transport, and against receivers that break off.

  syslog_test.py --handspan PATH --exporter PATH --segment-writer PATH --capture PATH
"""
import collections
import json
import re
import socket
import ssl
import subprocess
import threading

import exports
import suite
from exports import JSONL, PROGRAMS

DAEMON = 3  # the facility's number
COLUMNS = ('pri', 'time', 'host', 'app', 'process', 'type', 'data', 'text')
# Separated by tabs: neither JSON nor structured data has one.
TEMPLATE = ('%pri%\\t%timestamp:::date-rfc3339%\\t%hostname%\\t%app-name%\\t%procid%\\t%msgid%\\t%structured-data%\\t'
            '%msg%\\n')
INPUTS = {
    'udp': 'module(load="imudp")\ninput(type="imudp" address="127.0.0.1" port="{port}")\n',
    'tcp': 'module(load="imtcp")\ninput(type="imtcp" address="127.0.0.1" port="{port}")\n',
    'unix': 'module(load="imuxsock" SysSock.Use="off")\ninput(type="imuxsock" Socket="{folder}/log" UseSpecialParser="off" '
            'ParseHostname="on" IgnoreTimestamp="off")\n',
}


def free_port(kind):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


class Rsyslog:
    def __init__(self, test, transport):
        folder = test.folder / 'rsyslog'
        folder.mkdir()
        port = free_port(socket.SOCK_DGRAM if transport == 'udp' else socket.SOCK_STREAM)
        self.out = folder / 'out'
        self.to = f'unix:{folder}/log' if transport == 'unix' else f'{transport}://127.0.0.1:{port}'
        (folder / 'conf').write_text(
            f'global(workDirectory="{folder}" maxMessageSize="64k")\n'
            + INPUTS[transport].format(port=port, folder=folder)
            + f'template(name="row" type="string" string="{TEMPLATE}")\n'
            + f'action(type="omfile" file="{self.out}" template="row")\n')
        self.log = open(folder / 'log.txt', 'wb')
        self.process = subprocess.Popen(['rsyslogd', '-n', '-f', str(folder / 'conf'), '-i', str(folder / 'pid')],
                                        stdout=self.log, stderr=subprocess.STDOUT)
        test.addCleanup(self.stop)
        ready = (lambda: (folder / 'log').exists()) if transport == 'unix' else lambda: bound(transport, port)
        test.wait_until(ready, 'rsyslog listens')

    def messages(self):
        text = self.out.read_text() if self.out.exists() else ''
        return [dict(zip(COLUMNS, line.split('\t'))) for line in text.splitlines()]

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=exports.export_test.LIMIT)
        self.log.close()


def bound(transport, port):
    """Whether somebody has this port, by the kernel's tables."""
    with open(f'/proc/net/{transport}', encoding='ascii') as table:
        return any(line.split()[1] == f'0100007F:{port:04X}' for line in table.readlines()[1:])


class Receiver(threading.Thread):
    """Takes streams one after the other: of each but the last `cut` bytes alone, then it breaks off."""

    def __init__(self, cuts, wrap=None):
        super().__init__(daemon=True)
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        self.cuts, self.wrap, self.streams = list(cuts), wrap, []

    def run(self):
        while True:
            try:
                plain, _ = self.listener.accept()
            except OSError:
                return
            try:
                stream = self.wrap(plain) if self.wrap else plain
            except ssl.SSLError:
                plain.close()
                continue
            with stream:
                if self.cuts:
                    stream.recv(self.cuts.pop(0))  # what is not read makes the close a reset
                else:
                    self.streams.append(b''.join(iter(lambda: stream.recv(65536), b'')))

    def messages(self):
        """As RFC 6587 counts them."""
        for stream in self.streams:
            while stream:
                length, stream = stream.split(b' ', 1)
                yield stream[:int(length)].decode()
                stream = stream[int(length):]


class Syslog(exports.SinkTest):
    def through(self, transport, more='', count=50):
        suite.need_program(self, 'rsyslogd')
        self.configure()  # for what waits before there is an exporter
        open(self.path('log'), 'ab').close()
        server = Rsyslog(self, transport)
        writer = self.start_with(f'type = "syslog"\nto = "{server.to}"\n{more}', JSONL)
        writer.do(f'records {count}')
        self.wait_for_read(count)
        self.wait_until(lambda: len(server.messages()) >= count, 'they have arrived')
        self.stop()
        return server.messages(), {line['id']: line for line in self.lines()}

    def test_each_transport_carries_the_rows_of_the_files(self):
        for transport in INPUTS:
            with self.subTest(transport):
                messages, rows = self.through(transport)
                self.assertEqual(len(messages), len(rows))
                for message in messages:
                    row = json.loads(message['text'])
                    self.assertEqual(row, rows[row['id']])
                    self.assertEqual(message['time'].replace('+00:00', 'Z'), row['timestamp'][:26] + 'Z')
                    self.assertEqual([message[name] for name in ('pri', 'host', 'app', 'process', 'type', 'data')],
                                     [str(8 * DAEMON + 6), 'tap-1', 'handspan', 'default', 'connection', '-'])
                self.tearDown()
                self.doCleanups()
                self.setUp()

    def test_structured_data_can_be_read_back(self):
        messages, rows = self.through('tcp', 'form = "structured"\nfacility = "local3"\nenterprise = 99\n'
                                             'fields = "src_ip,src_port,tls.sni,timings.tls_total,outcome"\n')
        for message in messages:
            name, data = re.fullmatch(r'\[(\S+) (.*)\]', message['data']).groups()
            self.assertEqual(name, 'handspan@99')
            told = dict(re.findall(r'(\S+)="((?:[^"\\\]]|\\.)*)"', data))
            row = rows[told['id']]
            self.assertEqual(told, {'id': row['id'], 'rate': '1', 'src_ip': row['src_ip'], 'src_port': str(row['src_port']),
                                    'tls.sni': row['tls']['sni'], 'outcome': row['outcome']})
            self.assertEqual(message['text'].strip(), row['summary'])
            self.assertEqual(message['pri'], str(8 * 19 + 6))

    def test_severity_is_by_outcome(self):
        receiver = self.receiver([])
        writer = self.start_with(f'type = "syslog"\nto = "tcp://127.0.0.1:{receiver.port}"\nselect = "all, minutes"\n')
        writer.do('minute 0')
        writer.do('records 1')
        writer.do(f'flood {PROGRAMS.capture} 2 1')
        self.wait_for_read(3)
        self.stop()
        found = collections.defaultdict(set)
        for message in receiver.messages():
            pri, rest = re.match(r'<(\d+)>1 (.*)', message).groups()
            row = json.loads(rest[rest.index('{'):])
            found[row.get('outcome', row['event_type'])].add(int(pri) - 8 * DAEMON)
        self.assertEqual(found, {'completed': {6}, 'failed': {4}, 'minute': {6}})

    def receiver(self, cuts, wrap=None):
        receiver = Receiver(cuts, wrap)
        receiver.start()
        self.addCleanup(receiver.listener.close)
        return receiver

    def test_a_batch_that_was_not_read_to_its_end_comes_again(self):
        receiver = self.receiver([1, 2000])
        writer = self.writer()
        writer.do('records 500')
        self.configure(f'type = "syslog"\nto = "tcp://127.0.0.1:{receiver.port}"\nretry_most = "250ms"\n')
        self.start()
        self.wait_for_read(500)
        self.stop()
        ids = [json.loads(message[message.index('{'):])['id'] for message in receiver.messages()]
        self.assertEqual(list(self.numbers([{'id': id} for id in ids]).values()), [list(range(500))])
        self.assertEqual(self.sink('syslog')['retries'], 2)

    def test_tls_is_given_only_to_whom_the_certificate_is_for(self):
        made = subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
                               '-subj', '/CN=receiver', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2', '-keyout',
                               self.path('key.pem'), '-out', self.path('cert.pem')], capture_output=True)
        self.assertEqual(made.returncode, 0, made.stderr)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path('cert.pem'), self.path('key.pem'))
        receiver = self.receiver([], lambda plain: context.wrap_socket(plain, server_side=True))
        to = f'type = "syslog"\nto = "tls://127.0.0.1:{receiver.port}"\nretry_most = "250ms"\n'
        writer = self.start_with(to)
        writer.do('records 20')
        self.wait_until(lambda: (sink := self.sink('syslog')) and 'self' in sink['trouble'], 'it does not trust the receiver')
        self.assertEqual(receiver.streams, [])
        self.stop()
        self.configure(to + 'ca = "DIR/cert.pem"\n')
        self.start()
        self.wait_until(lambda: (sink := self.sink('syslog')) and sink['sent'] == 20, 'it trusts him')
        self.stop()
        self.assertEqual(len(list(receiver.messages())), 20)

    def test_what_can_not_be_is_refused(self):
        for keys, words in (('to = "http://x"', 'to must be udp://'), ('to = "tcp://x"', 'to must be udp://'),
                            ('to = "udp://x:1"\nfacility = "none"', 'facility must be'),
                            ('to = "udp://x:1"\nfields = "timings.client_hello_to_server_hello"', 'longer than')):
            self.configure('type = "syslog"\n' + keys + '\n')
            done = subprocess.run([PROGRAMS.exporter, '--config', self.path('export.toml')], capture_output=True, text=True)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(words, done.stderr)


if __name__ == '__main__':
    exports.main()
