#!/usr/bin/env python3
"""Reading a segment while it is written, stopped, replaced or left by a dead daemon.

  log_test.py --handspan PATH --segment-writer PATH [unittest arguments]
"""
import fcntl
import json
import os
import re
import signal
import subprocess
import threading
import time

from cli_base import CAPTURE, Programs, SegmentBase, main


class Log(SegmentBase):
    def follow(self):
        run = subprocess.Popen([Programs.handspan, 'log', '--json', '--follow', '--runtime-dir',
                                self.folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True)
        self.addCleanup(lambda: (run.poll() is None and run.kill(), run.wait(),
                                 run.stdout.close(), run.stderr.close()))
        return run

    @staticmethod
    def finish(log):
        """What is left of both streams; communicate() would forget what readline() has buffered."""
        out, err = log.stdout.read(), log.stderr.read()
        log.wait(20)
        return out, err

    def records(self, *args):
        """The records' lines, and what was said beside them."""
        code, out, err = self.log('--json', *args)
        self.assertEqual(code, 0, err)
        return [json.loads(line) for line in out.splitlines()], err

    def test_an_id_is_the_same_everywhere_and_of_one_run_alone(self):
        daemon = self.daemon()
        self.tell(daemon, 'records 1', 'worker 1', 'records 1')
        told = self.records()[0]
        ids = [record['flow_id'] for record in told]
        self.assertEqual(len(set(ids)), 2)
        self.assertEqual({(record['probe'], record['instance']) for record in told}, {('probe-1', 'default')})
        text, table = self.log()[1], self.log('--csv')[1]
        for one in ids:
            self.assertIn(one, text)
            self.assertIn(one, table)
            self.assertEqual([r['flow_id'] for r in self.records('--filter', f'flow_id == {one}')[0]], [one])
            code, out, _ = self.run_cli('explain', '--json', one, '--runtime-dir', self.folder)
            self.assertEqual(json.loads(out)['connection']['flow_id'] if code == 0 else one, one)
        self.tell(daemon, 'stop')
        after = self.daemon()
        self.tell(after, 'records 1')
        self.assertNotIn(self.records()[0][0]['flow_id'], ids)
        self.refused(1, 'another run of a daemon', 'explain', ids[0], '--runtime-dir', self.folder)

    def test_who_stopped_goes_on_after_the_last_one(self):
        daemon = self.daemon()
        self.tell(daemon, 'records 3', 'worker 1', 'records 2', 'worker 0', 'records 2')
        told = self.records()[0]
        self.assertEqual([r['src_port'] for r in told], list(range(1, 8)))
        for number, record in enumerate(told, 1):
            rest, err = self.records('--after', record['flow_id'])
            self.assertEqual((err, [r['src_port'] for r in rest]), ('', list(range(number + 1, 8))))
        self.tell(daemon, 'records 2')
        rest = self.records('--after', told[-1]['flow_id'])[0]
        self.assertEqual([r['src_port'] for r in rest], [8, 9])

    def test_what_can_not_be_gone_on_after_is_said(self):
        daemon = self.daemon()
        self.tell(daemon, 'records 2')
        old = self.records()[0][0]['flow_id']
        self.tell(daemon, 'stop')
        after = self.daemon()
        self.tell(after, 'records 3')
        told, err = self.records('--after', old)
        self.assertEqual([r['src_port'] for r in told], [1, 2, 3])
        self.assertIn('another run of a daemon', err)
        self.tell(after, 'records 9000')
        told, err = self.records('--after', old[:2] + told[0]['flow_id'][2:])
        self.assertIn('not among the records', err)
        self.assertEqual(told[-1]['src_port'], 9003)
        self.refused(2, '--after', 'log', '--after', 'yesterday', '--runtime-dir', self.folder)

    def test_follow_goes_over_to_a_restarted_daemon_and_says_so(self):
        daemon = self.daemon()
        self.tell(daemon, 'records 1')
        log = self.follow()
        self.assertEqual(self.ports(log.stdout.readline()), [1])
        self.tell(daemon, 'stop')
        self.assertIn('stopped', log.stderr.readline())
        after = self.daemon()
        self.tell(after, 'records 1')
        self.assertEqual(self.ports(log.stdout.readline()), [1])
        self.tell(after, 'stop')
        _, err = self.finish(log)
        self.assertEqual(log.returncode, 0)
        self.assertIn('replaced by a new one, started 20', err)

    def log(self, *args):
        return self.run_cli('log', '--runtime-dir', self.folder, *args)

    def ports(self, text):
        return [json.loads(line)['src_port'] for line in text.splitlines()]

    def test_no_daemon_is_3(self):
        self.refused(3, 'no daemon', 'stat', '--runtime-dir', self.folder)
        self.refused(3, 'no daemon', 'log', '--runtime-dir', self.folder)

    def test_a_foreign_segment_is_1(self):
        os.makedirs(os.path.join(self.folder, 'default'))
        self.file('default/stats.shm', b'x' * 9000)
        self.refused(1, 'stats.shm', 'stat', '--runtime-dir', self.folder)

    def test_history_of_a_running_and_a_stopped_daemon(self):
        daemon = self.daemon()
        self.tell(daemon, 'records 3')
        code, out, err = self.log('--json')
        self.assertEqual((code, err, self.ports(out)), (0, '', [1, 2, 3]))
        self.tell(daemon, 'stop')
        code, out, err = self.log()
        self.assertEqual((code, err, len(out.splitlines())), (0, '', 4))
        self.assertIn('example.com', out)

    def test_follow_until_the_daemon_stops(self):
        daemon = self.daemon()
        self.tell(daemon, 'records 2')
        log = self.follow()
        self.assertEqual(self.ports(log.stdout.readline()), [1])
        self.tell(daemon, 'records 1', 'stop')
        out, err = self.finish(log)
        self.assertEqual((log.returncode, self.ports(out)), (0, [2, 3]), err)
        self.assertIn('stopped', err)

    def test_follow_ends_at_an_interrupt(self):
        daemon = self.daemon()
        self.tell(daemon, 'records 1')
        log = self.follow()
        log.stdout.readline()
        time.sleep(0.3)
        log.send_signal(signal.SIGINT)
        out, err = self.finish(log)
        self.assertEqual((log.returncode, out, err), (0, '', ''))

    def test_whoever_is_ended_at_a_slow_pipe_ends_his_line(self):
        '''A pipe of one page, read byte by byte: SIGTERM comes while lines wait.'''
        daemon = self.daemon()
        self.tell(daemon, 'records 200')
        for when in range(8):
            ours, theirs = os.pipe()
            fcntl.fcntl(theirs, fcntl.F_SETPIPE_SZ, 4096)
            log = subprocess.Popen([Programs.handspan, 'log', '--json', '--follow', '--runtime-dir', self.folder],
                                   stdout=theirs, stderr=subprocess.PIPE)
            os.close(theirs)
            out = os.read(ours, 1000 + 500 * when)
            time.sleep(0.1)
            log.send_signal(signal.SIGTERM)
            time.sleep(0.05)
            while piece := os.read(ours, 512):
                out += piece
            os.close(ours)
            self.assertEqual((log.wait(20), log.stderr.read()), (0, b''))
            log.stderr.close()
            self.assertTrue(out.endswith(b'\n'), out[-200:])
            self.assertLess(out.count(b'\n'), 200)
            self.assertEqual(self.ports(out.decode()), list(range(1, out.count(b'\n') + 1)))

    def test_whoever_is_ended_does_not_wait_for_a_reader_who_sleeps(self):
        daemon = self.daemon()
        self.tell(daemon, 'records 200')
        ours, theirs = os.pipe()
        log = subprocess.Popen([Programs.handspan, 'log', '--json', '--follow', '--runtime-dir', self.folder],
                               stdout=theirs, stderr=subprocess.DEVNULL)
        os.close(theirs)
        time.sleep(0.5)
        log.send_signal(signal.SIGTERM)
        self.assertEqual(log.wait(20), 0)
        os.close(ours)

    def test_follow_says_that_the_daemon_died(self):
        daemon = self.daemon()
        log = self.follow()
        time.sleep(0.3)
        self.tell(daemon, 'records 1', 'die')
        out, err = self.finish(log)
        self.assertEqual((log.returncode, self.ports(out)), (3, [1]))
        self.assertIn('without an orderly stop', err)

    def test_follow_goes_on_with_the_daemon_that_replaces_a_dead_one(self):
        daemon = self.daemon()
        self.tell(daemon, 'records 1')
        log = self.follow()
        log.stdout.readline()
        log.send_signal(signal.SIGSTOP)
        self.tell(daemon, 'stop')
        after = self.daemon()
        self.tell(after, 'records 2')
        log.send_signal(signal.SIGCONT)
        told = log.stdout.readline() + log.stdout.readline()
        self.assertEqual(self.ports(told), [1, 2], told or log.communicate()[1])
        self.tell(after, 'stop')
        _, err = self.finish(log)
        self.assertEqual(log.returncode, 0)
        self.assertIn('replaced', err)

    def test_follow_says_how_many_records_were_lost(self):
        daemon = self.daemon()
        self.tell(daemon, 'records 1')
        log = self.follow()
        self.assertEqual(self.ports(log.stdout.readline()), [1])
        log.send_signal(signal.SIGSTOP)
        self.tell(daemon, 'records 9999')
        log.send_signal(signal.SIGCONT)
        self.tell(daemon, 'stop')
        out, err = self.finish(log)
        lost = int(re.search(r'([0-9,]+) records of worker 0 were lost', err)[1].replace(',', ''))
        self.assertEqual(self.ports(out), list(range(2 + lost, 10_001)), err)
        self.assertGreater(lost, 5000)

    def flood(self, daemon, rate, seconds):
        '''Records of a TLS connection, two for each; how many.'''
        daemon.stdin.write(f'flood {CAPTURE} {rate} {seconds}\n')
        daemon.stdin.flush()
        written, ok = daemon.stdout.readline().split()
        self.assertEqual(ok, 'ok')
        return int(written)

    def test_follow_loses_nothing_that_the_ring_holds(self):
        daemon = self.daemon(ring=8 << 20)
        log = self.follow()
        out, errors = [], []
        readers = [threading.Thread(target=lambda: out.append(log.stdout.read())),
                   threading.Thread(target=lambda: errors.append(log.stderr.read()))]
        for reader in readers:
            reader.start()
        written = self.flood(daemon, 16_000, 1)
        self.tell(daemon, 'stop')
        for reader in readers:
            reader.join()
        lines = out[0].splitlines()
        self.assertEqual((len(lines), written), (16_000, 16_000))
        self.assertNotIn('lost', errors[0])
        self.assertEqual(len(set(lines)), 2)
        self.assertEqual(lines[0::2].count(lines[0]), 8_000)
        self.assertTrue(all(line.endswith('}') for line in set(lines)))

    def test_who_comes_late_takes_the_history_and_all_that_comes_meanwhile(self):
        daemon = self.daemon(ring=8 << 20)
        self.tell(daemon, 'records 8000')
        log = self.follow()
        self.assertEqual(self.ports(log.stdout.readline()), [1])
        self.tell(daemon, 'records 8000')
        out = []
        reader = threading.Thread(target=lambda: out.append(log.stdout.read()))
        reader.start()
        self.tell(daemon, 'stop')
        reader.join()
        self.assertEqual(self.ports(out[0]), list(range(2, 16_001)))
        self.assertNotIn('lost', log.stderr.read())

    def test_follow_tells_of_losses_once_a_second(self):
        daemon = self.daemon()
        self.tell(daemon, 'records 1')
        log = self.follow()
        self.assertEqual(self.ports(log.stdout.readline()), [1])
        begun = time.monotonic()
        out = []
        reader = threading.Thread(target=lambda: out.append(log.stdout.read()))
        reader.start()
        written = self.flood(daemon, 100_000, 2)
        self.tell(daemon, 'stop')
        reader.join()
        err = log.stderr.read()
        lost = re.findall(r'([0-9,]+) records of worker 0 were lost', err)
        self.assertLessEqual(len(lost), time.monotonic() - begun + 2, err)
        self.assertEqual(sum(int(x.replace(',', '')) for x in lost) + len(out[0].splitlines()), written)



class Stat(SegmentBase):
    def test_stat(self):
        daemon = self.daemon()
        self.tell(daemon, 'stats')
        code, out, err = self.run_cli('stat', '--runtime-dir', self.folder)
        self.assertEqual((code, err), (0, ''))
        self.assertTrue(out.startswith('handspand default: running for '), out)
        self.assertIn('2,469,134', out)
        self.assertIn('port0', out)
        self.assertNotIn('skipped_udp', out)
        self.assertIn('skipped_udp', self.run_cli('stat', '--all', '--runtime-dir', self.folder)[1])
        code, out, _ = self.run_cli('stat', '--json', '--runtime-dir', self.folder)
        stat = json.loads(out)
        self.assertEqual(stat['daemon']['state'], 'running')
        self.assertEqual(stat['counters']['received_packets'], 2469134)
        self.assertEqual(stat['gauges']['flows'], 84)
        self.assertEqual(stat['histograms']['tls_total']['count'], 2)
        self.assertEqual(stat['ports'], [dict(stat['ports'][0], name='port0', missed=17)])

    def test_watch_shows_rates_beside_totals(self):
        daemon = self.daemon()
        self.tell(daemon, 'stats')
        watch = subprocess.Popen([Programs.handspan, 'stat', '--watch', '--interval', '0.2', '--json', '--runtime-dir',
                                  self.folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        lines = [json.loads(watch.stdout.readline()) for _ in range(2)]
        watch.terminate()
        self.assertEqual(watch.communicate(timeout=10)[1], b'')
        self.assertEqual(watch.returncode, 0)
        for line in lines:
            self.assertEqual(line['counters']['received_packets'], 2469134)
            self.assertEqual(line['rates']['received_packets'], 0)
        self.refused(2, '--watch', 'stat', '--interval', '1', '--runtime-dir', self.folder)

    def test_stat_of_a_stopped_and_of_a_dead_daemon(self):
        daemon = self.daemon()
        self.tell(daemon, 'stop')
        code, out, _ = self.run_cli('stat', '--runtime-dir', self.folder)
        self.assertEqual(code, 0)
        self.assertIn('stopped', out.splitlines()[0])
        daemon = self.daemon()
        self.tell(daemon, 'die')
        code, out, _ = self.run_cli('stat', '--runtime-dir', self.folder)
        self.assertEqual(code, 3)
        self.assertIn('dead', out.splitlines()[0])


if __name__ == '__main__':
    main()
