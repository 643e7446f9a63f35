#!/usr/bin/env python3
"""The sink `kafka` against librdkafka's mock of a cluster: each row arrives once, whatever the brokers do and whoever is
killed.

  kafka_test.py --handspan PATH --exporter PATH --segment-writer PATH --capture PATH --kafka-cluster PATH
"""
import collections
import json
import random
import signal
import subprocess
import time

import exports
from exports import JSONL, PROGRAMS

TOPIC = 'handspan.connections.v1'
# Of Kafka's protocol, and of librdkafka for a connection that breaks: what a producer tries again for itself.
TRANSIENT = {'not leader': 6, 'request timed out': 7, 'not enough replicas': 19, 'connection broken': -195}
FORBIDDEN = 29  # TOPIC_AUTHORIZATION_FAILED: what it does not


class Cluster:
    def __init__(self):
        self.process = subprocess.Popen([PROGRAMS.kafka_cluster], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.brokers = self.process.stdout.readline().strip()

    def do(self, command):
        self.process.stdin.write(command + '\n')
        self.process.stdin.flush()
        return list(iter(lambda: self.process.stdout.readline().rstrip('\n'), 'ok'))

    def messages(self, topic=TOPIC):
        """(partition, key, row) of each, in the order of its partition."""
        for line in self.do(f'read {topic}'):
            partition, key, value = line.split('\t')
            yield int(partition), key, json.loads(value)

    def close(self):
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            pipe.close()


class Kafka(exports.SinkTest):
    def setUp(self):
        super().setUp()
        self.cluster = Cluster()
        self.addCleanup(self.cluster.close)
        self.cluster.do(f'topic {TOPIC} 4')

    def kafka(self, more=''):
        return f'type = "kafka"\nbrokers = "{self.cluster.brokers}"\nretry_most = "1s"\n{more}'

    def check_each_once(self, count):
        rows = [row for _, _, row in self.cluster.messages()]
        times = collections.Counter(row['id'] for row in rows)
        self.assertEqual({id: n for id, n in times.items() if n > 1}, {}, 'doubled')
        self.assertEqual(list(self.numbers(sorted(rows, key=lambda row: int(row['id'].split(':')[2]))).values()),
                         [list(range(count))])

    def test_rows_are_those_of_the_files_by_their_community_id(self):
        writer = self.start_with(self.kafka('select = "all, minutes"\n'), JSONL)
        writer.do('records 300')
        writer.do('minute 0')
        self.wait_for_read(300)
        self.wait_until(lambda: self.sink('kafka')['sent'] == 301, 'the minute is sent')
        self.stop()
        messages = list(self.cluster.messages())
        by_id = {row['id']: row for row in self.lines()}
        self.assertEqual(len(messages), 300)
        for _, key, row in messages:
            self.assertEqual(row, by_id[row['id']])
            self.assertEqual(key, row['community_id'])
        self.assertGreater(len({partition for partition, _, _ in messages}), 1)
        minutes = list(self.cluster.messages('handspan.minutes.v1'))
        self.assertEqual([(key, row['event_type'], row['opened']) for _, key, row in minutes], [('tap-1', 'minute', 10)])

    def test_records_of_a_connection_keep_their_order(self):
        writer = self.start_with(self.kafka('events = "all"\n'))
        writer.do(f'flood {PROGRAMS.capture} 500 1')
        self.wait_for_read(500)
        self.stop()
        partitions, orders = {}, collections.defaultdict(list)
        for partition, key, row in self.cluster.messages():
            self.assertEqual(partitions.setdefault(key, partition), partition)
            orders[partition].append(int(row['id'].split(':')[2]))
        for order in orders.values():
            self.assertEqual(order, sorted(order))

    def test_brokers_that_refuse_and_go_lose_and_double_nothing(self):
        (self.folder / 'kafka.properties').write_text('reconnect.backoff.max.ms=200\nretry.backoff.ms=50\n')
        writer = self.start_with(self.kafka('properties = "DIR/kafka.properties"\n'))
        written = 0

        def write(count=400):
            nonlocal written
            writer.do(f'records {count}')
            written += count

        write()
        for code in TRANSIENT.values():
            self.cluster.do(f'fail {code} 5')
            write()
        self.wait_for_read(written)
        self.cluster.do(f'fail {FORBIDDEN} 8')
        write()
        self.wait_until(lambda: self.sink('kafka')['retries'] > 0, 'it is refused')
        self.wait_for_read(written)
        for brokers in ((2,), (1, 2, 3)):
            # Whoever goes has answered what he took: nothing is taken from here on.
            self.cluster.do(f'fail {TRANSIENT["connection broken"]} 1000000')
            time.sleep(0.3)
            for broker in brokers:
                self.cluster.do(f'down {broker}')
            self.cluster.do('cure')
            write()
            if len(brokers) == 3:
                self.wait_until(lambda: self.sink('kafka')['trouble'], 'it says what is wrong')
                self.assertEqual(self.sink('kafka')['spooled'], 400)
            for broker in brokers:
                self.cluster.do(f'up {broker}')
            self.wait_for_read(written)
        self.assertEqual(self.sink('kafka')['dropped'], 0)
        self.assertEqual(self.stop(), 0)
        self.check_each_once(written)

    def test_an_exporter_that_is_killed_loses_and_doubles_nothing(self):
        dice = random.Random(7)
        self.configure(self.kafka('events = "all"\nbatch_records = 1000\n'))
        writer = self.writer()
        writer.tell('flood %s 2000 3' % PROGRAMS.capture)
        for _ in range(6):
            self.start()
            time.sleep(dice.uniform(0.1, 0.6))
            self.stop(signal.SIGKILL)
        written = int(writer.answer().split()[0])
        self.start()
        self.wait_for_rest()
        self.stop()
        self.check_each_once(written)

    def test_what_arrived_of_a_batch_that_was_cut_off_is_not_sent_again(self):
        """As after a kill between the acknowledgements and the note of them: the topic is asked what it has."""
        (self.folder / 'held').write_text('in the way')  # of a sink for which the spool keeps its files
        writer = self.start_with(self.kafka(), 'type = "jsonl"\nname = "held"\ndir = "DIR/held"\n')
        state = self.folder / 'spool' / 'kafka.state'
        noted = []
        for count in (100, 200):
            writer.do('records 100')
            self.wait_until(lambda: (sink := self.sink('kafka')) and sink['sent'] == count, f'{count} are sent')
            noted.append(state.read_text())
        self.stop()
        (_, before, *_, memo), (_, after, *_) = (text.split(maxsplit=5) for text in noted)
        state.write_text(f'next {before} until {after} memo {memo}')
        self.start()
        self.wait_until(lambda: (sink := self.sink('kafka')) and sink['sent'] == 100, 'they are asked for')
        self.stop()
        self.check_each_once(200)

    def test_properties_are_kafkas_own(self):
        (self.folder / 'kafka.properties').write_text('# of the cluster\nlinger.ms = 1\nclient.id=probe\n')
        writer = self.start_with(self.kafka('topic = "here"\nproperties = "DIR/kafka.properties"\n'))
        writer.do('records 5')
        self.wait_for_read(5)
        self.stop()
        self.assertEqual(len(list(self.cluster.messages('here.connections.v1'))), 5)
        for line, words in (('acks=1', "acks is the sink's own"), ('no.such=1', 'No such configuration property'),
                            ('words', 'is no name=value')):
            (self.folder / 'kafka.properties').write_text(line + '\n')
            done = subprocess.run([PROGRAMS.exporter, '--config', self.path('export.toml')], capture_output=True, text=True)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(words, done.stderr)


if __name__ == '__main__':
    exports.main('kafka-cluster')
