#!/usr/bin/env python3
"""The exporter as a process, beside a stand-in for the daemon: what it takes out of the rings arrives, once each,
whoever is killed; and what it keeps on disk can be asked.

  export_test.py --handspan PATH --exporter PATH --segment-writer PATH --capture PATH [--kills COUNT] [--seed NUMBER]
"""
import argparse
import collections
import json
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

import suite

PROGRAMS = argparse.Namespace()
LIMIT = 60


class Writer:
    """The stand-in for a daemon (segment_writer.cc)."""

    def __init__(self, folder, ring_bytes):
        self.process = subprocess.Popen([PROGRAMS.segment_writer, folder, str(ring_bytes)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()

    def tell(self, command):
        self.process.stdin.write(command + '\n')
        self.process.stdin.flush()

    def answer(self):
        return self.process.stdout.readline()

    def do(self, command):
        self.tell(command)
        return self.answer()

    def kill(self):
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            pipe.close()


class Exports(unittest.TestCase):
    RING = 64 << 20

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.exporter = None
        self.addCleanup(self.stop, signal.SIGKILL)

    def path(self, name):
        return str(self.folder / name)

    def writer(self):
        made = Writer(self.path('run'), self.RING)
        self.addCleanup(made.kill)
        return made

    def configure(self, *sinks, spool=''):
        text = f'[export]\nruntime_dir = "{self.path("run")}"\nprobe = "tap-1"\n' \
               f'[spool]\ndir = "{self.path("spool")}"\nfile_time = "100ms"\n{spool}'
        for sink in sinks:
            text += '[[sink]]\n' + sink.replace('DIR', str(self.folder)) + '\n'
        (self.folder / 'export.toml').write_text(text)

    def start(self):
        self.log = open(self.path('log'), 'ab')
        self.addCleanup(self.log.close)
        self.exporter = subprocess.Popen([PROGRAMS.exporter, '--config', self.path('export.toml'), '--status-dir',
                                          self.path('status')], stderr=self.log)

    def stop(self, how=signal.SIGTERM):
        if self.exporter is not None and self.exporter.poll() is None:
            self.exporter.send_signal(how)
            self.exporter.wait(timeout=LIMIT)
        return self.exporter and self.exporter.returncode

    def status(self):
        try:
            return json.loads((self.folder / 'status' / 'default.json').read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return None

    def wait_until(self, holds, what):
        until = time.monotonic() + LIMIT
        while not holds():
            self.assertLess(time.monotonic(), until, f'{what}: {self.status()}\n{pathlib.Path(self.path("log")).read_text()}')
            time.sleep(0.05)

    def wait_for_read(self, count):
        self.wait_until(lambda: (status := self.status()) and status['read'] >= count and
                        all(sink['spooled'] == 0 for sink in status['sinks']), f'{count} are read and delivered')

    def wait_for_rest(self):
        """Until two looks a while apart tell the same, and nothing waits."""
        (self.folder / 'status' / 'default.json').unlink(missing_ok=True)
        self.wait_until(self.status, 'it tells its numbers')
        before = None
        while (status := self.status()) != before or any(sink['spooled'] for sink in status['sinks']):
            before = status
            time.sleep(1.2)

    def lines(self, folder='jsonl'):
        """All that is complete."""
        files = sorted(str(path) for path in (self.folder / folder).glob('*.zst'))
        done = subprocess.run(['zstd', '-dcq', *files], capture_output=True, check=True) if files else None
        return [json.loads(line) for line in done.stdout.splitlines()] if files else []

    def sql(self, statement):
        database = sqlite3.connect(self.path('history/history.sqlite'))
        try:
            return database.execute(statement).fetchall()
        finally:
            database.close()

    def ask(self, *arguments):
        done = subprocess.run([PROGRAMS.handspan, *arguments], capture_output=True, text=True, timeout=LIMIT)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def numbers(self, lines):
        """The ring's numbers of each start of a daemon."""
        found = collections.defaultdict(list)
        for line in lines:
            start, worker, number = line['id'].split(':')
            self.assertEqual(worker, '0')
            found[start].append(int(number))
        return found


JSONL = 'type = "jsonl"\ndir = "DIR/jsonl"\nfile_time = "1s"\nevents = "all"\n'
SQLITE = 'type = "sqlite"\ndir = "DIR/history"\n'


class Frame(Exports):
    def test_each_record_arrives_once_and_in_order(self):
        self.configure(JSONL)
        writer = self.writer()
        writer.do('records 1000')
        self.start()
        self.wait_for_read(1000)
        writer.do('records 500')
        self.wait_for_read(1500)
        self.assertEqual(self.stop(), 0)
        lines = self.lines()
        self.assertEqual([line['src_port'] for line in lines], list(range(1, 1501)))
        asked = ('stat', '--runtime-dir', self.path('run'), '--exporter-dir', self.path('status'))
        self.assertEqual(json.loads(self.ask(*asked, '--json'))['exporter'], self.status())
        self.assertRegex(self.ask(*asked), r'exporter  read 1,500, lost 0\n  sink .*\n  jsonl +1,500 ')
        self.assertEqual([line['probe'] for line in lines[:1]], ['tap-1'])
        self.assertEqual(list(self.numbers(lines).values()), [list(range(1500))])

    def test_what_is_being_written_is_hidden(self):
        self.configure(JSONL.replace('1s', '3600s'))
        writer = self.writer()
        writer.do('records 10')
        self.start()
        self.wait_for_read(10)
        self.assertEqual([path.name[0] for path in (self.folder / 'jsonl').iterdir()], ['.'])
        self.stop()
        self.assertEqual(len(self.lines()), 10)

    def test_selections_and_filters(self):
        self.configure('type = "jsonl"\nname = "tenth"\ndir = "DIR/tenth"\nselect = "1 in 10"\n',
                       'type = "jsonl"\nname = "some"\ndir = "DIR/some"\nfilter = "src_port <= 7"\n',
                       'type = "jsonl"\nname = "failed"\ndir = "DIR/failed"\nselect = "failures"\n')
        writer = self.writer()
        writer.do('records 2000')
        self.start()
        self.wait_for_read(2000)
        self.stop()
        tenth = self.lines('tenth')
        self.assertTrue(100 < len(tenth) < 320, len(tenth))
        self.assertEqual({line['rate'] for line in tenth}, {10})
        self.assertEqual([line['src_port'] for line in self.lines('some')], list(range(1, 8)))
        self.assertEqual(self.lines('failed'), [])
        status = self.status()
        for sink in status['sinks']:
            self.assertEqual(sink['sent'] + sink['not_selected'], 2000)

    def test_other_forms_are_sinks_too(self):
        """EVE, Zeek's logs and CSV: each file begins with its head, and each record stands in one of them."""
        kinds = ('eve', 'zeek', 'csv')
        self.configure(*(f'type = "{kind}"\ndir = "DIR/{kind}"\nfile_time = "1s"\n' for kind in kinds))
        writer = self.writer()
        writer.do('records 100')
        self.start()
        self.wait_for_read(100)
        time.sleep(1.5)
        writer.do('records 100')
        self.wait_for_read(200)
        self.stop()
        text = lambda path: subprocess.run(['zstd', '-dcq', path], capture_output=True, text=True, check=True).stdout
        files = lambda kind, pattern: sorted(str(path) for path in (self.folder / kind).glob(pattern))
        events = [json.loads(line) for path in files('eve', '*.json.zst') for line in text(path).splitlines()]
        self.assertEqual(collections.Counter(event['event_type'] for event in events), {'flow': 200, 'tls': 200})
        for pattern, head in (('conn-*', '#separator'), ('ssl-*', '#separator')):
            paths = files('zeek', pattern)
            self.assertGreater(len(paths), 1)
            for path in paths:
                self.assertTrue(text(path).startswith(head))
            rows = [line for path in paths for line in text(path).splitlines() if not line.startswith('#')]
            self.assertEqual([int(row.split('\t')[3]) for row in rows], list(range(1, 201)))
        rows = [line for path in files('csv', '*.csv.zst') for line in text(path).splitlines()]
        self.assertEqual(sum(line.startswith('timestamp,') for line in rows), len(files('csv', '*.csv.zst')))
        self.assertEqual(len(rows), 200 + len(files('csv', '*.csv.zst')))

    def test_goes_on_with_the_daemons_successor(self):
        self.configure(JSONL)
        writer = self.writer()
        writer.do('records 300')
        self.start()
        self.wait_for_read(300)
        writer.do('records 50')
        writer.kill()  # without an orderly stop
        writer = self.writer()
        writer.do('records 70')
        self.wait_for_read(420)
        writer.do('stop')
        self.stop()
        self.assertEqual(list(self.numbers(self.lines()).values()), [list(range(350)), list(range(70))])

    def test_a_sink_that_can_not_write_keeps_nobody_waiting_and_loses_nothing(self):
        (self.folder / 'jsonl').write_text('in the way')
        self.configure(JSONL, SQLITE)
        writer = self.writer()
        writer.do('records 100')
        self.start()
        self.wait_until(lambda: (status := self.status()) and status['sinks'][1]['not_selected'] +
                        status['sinks'][1]['sent'] >= 100 and status['sinks'][0]['trouble'], 'one is in trouble')
        self.assertEqual(self.status()['sinks'][0]['spooled'], 100)
        (self.folder / 'jsonl').unlink()
        self.wait_for_read(100)
        self.stop()
        self.assertEqual(len(self.lines()), 100)

    def test_a_file_of_which_nothing_is_known_stays(self):
        (self.folder / 'jsonl').mkdir()
        unknown = self.folder / 'jsonl' / 'connections-20200101T000000Z-1.jsonl.zst'
        unknown.symlink_to('nowhere')
        self.configure(JSONL)
        writer = self.writer()
        writer.do('records 100')
        self.start()
        self.wait_for_read(100)
        self.stop()
        self.assertTrue(unknown.is_symlink())
        unknown.unlink()
        self.assertEqual(len(self.lines()), 100)

    def test_what_is_overwritten_before_it_is_read_is_counted(self):
        self.RING = 256 << 10
        self.configure(JSONL)
        writer = self.writer()
        writer.do('records 100')
        self.start()
        self.wait_for_read(100)
        self.exporter.send_signal(signal.SIGSTOP)
        writer.do('records 20000')
        self.exporter.send_signal(signal.SIGCONT)
        self.wait_until(lambda: self.status()['lost'] > 0 and
                        self.status()['lost'] + self.status()['read'] == 20100, 'all are accounted for')
        self.stop()


class Kills(Exports):
    """SIGKILL of exporter, daemon and receiver at moments that the dice choose; --kills and --seed for other ones.

    A daemon is killed where the exporter reads it, and the exporter not again before it has come to the next daemon: a
    ring that lies in no file any more is held by nobody. The receiver is who has the database for himself.
    """
    RATE = 3000
    RECEIVER = 'import sqlite3,sys,time\nwith sqlite3.connect(sys.argv[1], timeout=60) as one:\n' \
               ' one.execute("begin immediate")\n one.execute("delete from failures")\n time.sleep(600)\n'

    def setUp(self):
        super().setUp()
        self.receiver = None
        self.addCleanup(self.kill_receiver)
        self.held = []  # of each daemon: how many connections its ring had at its end

    def begin_daemon(self):
        self.daemon = self.writer()
        self.daemon.tell(f'flood {PROGRAMS.capture} {self.RATE} 3600')

    def begin_exporter(self):
        self.said = os.path.getsize(self.path('log')) if os.path.exists(self.path('log')) else 0
        self.start()

    def wait_until_it_reads(self):
        wanted = f'pid {self.daemon.process.pid}\n'
        self.wait_until(lambda: wanted in pathlib.Path(self.path('log')).read_text()[self.said:], 'the daemon is read')

    def kill_daemon(self):
        self.wait_until_it_reads()
        self.daemon.kill()
        told = subprocess.run([PROGRAMS.handspan, 'log', '--csv', '--fields', 'src_port', '--runtime-dir', self.path('run')],
                              capture_output=True, check=True, timeout=LIMIT).stdout
        self.held.append(told.count(b'\n') - 1)

    def kill_receiver(self):
        if self.receiver:
            self.receiver.kill()
            self.receiver.wait()
            self.receiver = None

    def test_kills_at_any_moment_lose_and_double_nothing(self):
        dice = random.Random(PROGRAMS.seed)
        self.configure(JSONL, SQLITE + 'failures = 10000000\n')
        self.begin_daemon()
        self.begin_exporter()
        counts = collections.Counter()
        for number in range(PROGRAMS.kills):
            time.sleep(dice.uniform(0.01, 0.25))
            victim = ('exporter', 'daemon', 'receiver')[number % 3] if number < 3 else \
                dice.choice(('exporter', 'exporter', 'daemon', 'receiver'))
            counts[victim] += 1
            if victim == 'exporter':
                if counts['daemon']:
                    self.wait_until_it_reads()
                self.stop(signal.SIGKILL)
                self.begin_exporter()
            elif victim == 'daemon':
                self.kill_daemon()
                self.begin_daemon()
            else:
                self.kill_receiver()
                if os.path.exists(self.path('history/history.sqlite')):
                    self.receiver = subprocess.Popen([sys.executable, '-c', self.RECEIVER, self.path('history/history.sqlite')],
                                                     stderr=subprocess.DEVNULL)
        self.kill_receiver()
        self.kill_daemon()
        written = sum(self.held)
        self.wait_for_rest()
        self.stop()
        lines = self.lines()
        self.assertEqual([numbers == list(range(len(numbers))) for numbers in self.numbers(lines).values()],
                         [True] * sum(held > 0 for held in self.held), counts)
        ended = self.numbers(line for line in lines if line['event_type'] == 'connection')
        self.assertEqual([len(numbers) for numbers in ended.values()], [held for held in self.held if held])
        self.assertGreater(written, 1000)
        failed = [line['id'] for line in lines if line['outcome'] == 'failed' and line['event_type'] == 'connection']
        self.assertGreater(len(failed), 500)
        self.assertEqual(self.sql('select count(*), count(distinct id) from failures'), [(len(failed), len(failed))])
        self.assertEqual(self.sql('select sum(connections) from certificates')[0][0],
                         sum('sha256' in line.get('tls', {}).get('certificate', {}) for line in lines) or None)


class Embedded(Exports):
    """history.sqlite and the files of lines, asked by `handspan query` and `handspan history --from`."""

    def setUp(self):
        super().setUp()
        self.configure(SQLITE, JSONL + 'select = "all, minutes"\n')
        writer = self.writer()
        for minute in (0, 1, 2, 60):
            writer.do(f'minute {minute}')
        writer.do(f'flood {PROGRAMS.capture} 500 1')
        writer.do('stop')
        self.start()
        self.wait_for_read(500)
        self.wait_until(lambda: self.sql('select count(*) from minutes') == [(4,)], 'the minutes are there')
        self.stop()

    def test_query_reads_both_also_read_only_copies(self):
        counted = json.loads(self.ask('query', '--json', '--from', self.path('history'),
                                      'select cause, count(*) as n from failures group by 1'))
        of_lines = json.loads(self.ask('query', '--json', '--from', self.path('jsonl'),
                                       "select cause, count(*) as n from connections where outcome = 'failed' group by 1"))
        self.assertEqual(counted, of_lines)
        self.assertGreater(counted['n'], 200)
        table = self.ask('query', '--from', self.path('history'), 'select minute, failed from minutes order by 1')
        self.assertEqual([line.split()[1] for line in table.splitlines()], ['failed', '1', '1', '1', '1'])
        csv = self.ask('query', '--csv', '--from', self.path('history'), 'select 1 as "a,b", null as c')
        self.assertEqual(csv, '"a,b",c\n1,\n')
        os.chmod(self.path('history'), 0o500)
        self.ask('query', '--from', self.path('history'), 'select 1')

    def test_query_writes_nothing_and_refuses_what_is_none(self):
        for statement, words in (('delete from failures', 'readonly'), ('selekt', 'syntax'),
                                 ('select 1; select 2', 'one statement')):
            done = subprocess.run([PROGRAMS.handspan, 'query', '--from', self.path('history'), statement],
                                  capture_output=True, text=True)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(words, done.stderr)
        done = subprocess.run([PROGRAMS.handspan, 'query', '--from', self.path('nowhere'), 'select 1'],
                              capture_output=True, text=True)
        self.assertIn('neither history.sqlite nor', done.stderr)

    def test_history_from_either_is_the_daemons(self):
        live = json.loads(self.ask('history', '--json', '--runtime-dir', self.path('run')))
        for folder in ('history', 'jsonl'):
            kept = json.loads(self.ask('history', '--json', '--from', self.path(folder)))
            self.assertEqual(kept, live, folder)
        hours = json.loads(self.ask('history', '--json', '--by', 'hour', '--from', self.path('history')))
        self.assertEqual(sum(cell['ended'].get('failed', 0) for cell in hours['cells']), 4)

    def test_diff_of_spans_of_the_daemon_and_of_what_was_kept(self):
        begin = json.loads(self.ask('query', '--json', '--from', self.path('jsonl'),
                                    'select timestamp from connections limit 1'))['timestamp'][:16]
        span = f'@{begin}/2min'
        diff = lambda *sides: json.loads(self.ask('diff', '--json', '--runtime-dir', self.path('run'), *sides))
        for side in (self.path('jsonl') + span, span):
            same = diff(span, side)
            self.assertEqual([same[which]['connections'] for which in 'ab'], [250, 250])
            self.assertEqual([same[which]['summed_up'] for which in 'ab'], [False, False])
            self.assertEqual(same['causes'] + same['timings'] + same['servers'], [])
        minutes = [row['minute'] for row in map(json.loads, self.ask(
            'query', '--json', '--from', self.path('history'),
            "select strftime('%Y-%m-%dT%H:%M', minute, 'unixepoch') as minute from minutes order by 1").splitlines())]
        kept = diff(f'{self.path("history")}@{minutes[0]}/3min', f'{self.path("history")}@{minutes[3]}/1min')
        self.assertEqual([(kept[side]['connections'], kept[side]['failed'], kept[side]['summed_up']) for side in 'ab'],
                         [(30, 3, True), (10, 1, True)])
        self.assertEqual(kept['causes'] + kept['timings'], [])
        unlike = diff(f'{self.path("history")}@{minutes[0]}/3min', span)
        self.assertEqual([(one['change'], one['cause'], one['a'], one['b']) for one in unlike['causes']],
                         [('more', 'alert', 3, 250)])

    def test_report_of_either(self):
        of_minutes = json.loads(self.ask('report', '--json', '--from', self.path('history')))
        self.assertEqual((of_minutes['connections'], of_minutes['outcomes']['completed'], of_minutes['outcomes']['failed']),
                         (40, 36, 4))
        tls = {one['timing']: one for one in of_minutes['latency']['timings']}['tls_total']
        self.assertEqual((tls['count'], tls['exact']), (40, False))
        self.assertEqual(of_minutes['inventory']['certificates'], [
            dict(row, self_signed=bool(row['self_signed'])) for row in map(json.loads, self.ask(
                'query', '--json', '--from', self.path('history'),
                'select sha256, connections as shown, refused, subject, issuer, not_after, key_type, key_bits, self_signed, '
                'first_seen, last_seen from certificates order by not_after, sha256').splitlines())])
        self.assertEqual(sum(row['raw'] for row in of_minutes['failures']['failures']), 250)
        for language, words in (('en', 'only sums were kept'), ('zh', '未失败的连接只保留了汇总')):
            page = self.ask('report', '--lang', language, '--from', self.path('history'))
            self.assertIn(words, page)
        hidden = self.ask('report', '--json', '--anonymise', '--from', self.path('history'))
        self.assertNotIn(of_minutes['failures']['failures'][0]['servers'][0]['value'].split(':')[0], hidden)

    def test_a_minute_that_is_told_again_counts_once(self):
        for _ in range(2):
            self.start()
            self.wait_until(lambda: self.status() is not None, 'it runs')
            time.sleep(0.5)
            self.stop()
        self.assertEqual(self.sql('select sum(completed) from minutes'), [(36,)])


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    for name in ('handspan', 'exporter', 'segment-writer', 'capture'):
        parser.add_argument('--' + name, required=True)
    parser.add_argument('--kills', type=int, default=30)
    parser.add_argument('--seed', type=int, default=5)
    options, rest = parser.parse_known_args(namespace=PROGRAMS)
    suite.main(argv=[sys.argv[0], *rest])
