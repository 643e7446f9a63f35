#!/usr/bin/env python3
"""Real TLS programs in a network of their own; Handspan's verdict held against what they said.

  run.py live --handspan PATH [--keep DIR] [NAME…]    run them now (root; packages: tools/deps scenario)
  run.py record --handspan PATH [NAME…]               the same, and keep captures and testimony
  run.py recorded --handspan PATH [NAME…]             judge what was kept; needs no network, no root
  run.py list
NAMEs may hold wildcards. Exit status 0: at least 95 % agree, and explained.toml explains each other one.
"""

import argparse
import fnmatch
import json
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

import situations
import truth
import words
from lab import SETTLE, Fault, Lab, LIMIT
from pki import Pki
from programs import VERSIONS, Programs, missing

HERE = Path(__file__).resolve().parent
RECORDED = HERE / 'recorded'
LEAST = 0.95


def perform(situation, lab, programs, folder):
    """Runs it; leaves capture.pcap in the folder; returns [(client, server or None)] and what the path says."""
    capture = lab.capture(folder / 'capture.pcap')
    server, heard = None, None
    if situation.server:
        argv, port, heard = programs.server(situation.server)
        server = lab.serve(argv, port)
    said, exchanges = 0, []
    for spec in situation.clients:
        argv, stdin, program = programs.client(spec)
        client = lab.start(lab.client_host, argv, stdin)
        try:
            exit_code = client.process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            exit_code = client.stop()
        time.sleep(SETTLE)
        text = server.text() if server else ''
        exchanges.append((words.read(program, client.text(), exit_code),
                          words.read(heard, text[said:]) if server else None))
        said = len(text)
    time.sleep(situation.wait)
    if server:
        server.stop()
    time.sleep(SETTLE)
    path = lab.heard_of_path() if lab.path else None
    capture.stop(2)
    lab.stop_all()
    return exchanges, path


def testimony(situation, exchanges, path):
    connections = []
    for client, server in exchanges:
        connections.append({
            'truth': truth.decide(client, server, path), 'facts': truth.facts(client, server),
            'client': client.plain(), 'server': server.plain() if server else None})
    told = {'situation': situation.name, 'about': situation.about, 'connections': connections}
    return told | ({'path': path} if path else {})


def records_of(handspan, capture):
    done = subprocess.run([handspan, 'read', '--json', str(capture)], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise Fault(f'handspan read: {done.returncode}: {done.stderr.strip()}')
    records = [json.loads(line) for line in done.stdout.splitlines()]
    return sorted(records, key=lambda r: r['timestamp'])


def judge(told, records):
    """One line a connection: (what the endpoints said, what Handspan said, what differs)."""
    if len(records) != len(told['connections']):
        yield f'{len(told["connections"])} connections', f'{len(records)} records', ['their number']
        return
    for number, (connection, record) in enumerate(zip(told['connections'], records)):
        expected = connection['truth']
        faults = truth.compare(expected, record) + truth.compare_facts(connection['facts'], record)
        faults += compare_retry(told, records, number)
        yield brief(expected), ' '.join(filter(None, (
            record['outcome'], record.get('cause'), record.get('by') and 'by ' + record['by'], 'in ' + record['phase'],
            '' if record['confidence'] == 'seen' else record['confidence']))), faults


def compare_retry(told, records, number):
    """A connection of the same two hosts that follows a failed one is a retry."""
    if number == 0:
        return []
    before, now = records[number - 1], records[number]
    follows = told['connections'][number - 1]['truth']['outcome'] == 'failed' and before['outcome'] == 'failed'
    same = before['dest_ip'] == now['dest_ip'] and before['src_ip'] == now['src_ip']
    of = now.get('retry', {}).get('of')
    return [] if (of == before['flow_id']) == (follows and same) else [f'retry of {of}']


def brief(expected):
    if not expected['told']:
        return f'{expected["class"]} by {expected["by"]}, unseen from outside'
    if expected['outcome'] == 'completed':
        return 'completed'
    codes = ' ' + '/'.join(map(str, expected['codes'])) if 'codes' in expected else ''
    phase = f' in {expected["phase"]}' if expected['phase'] else ''
    return f'{expected["class"]}{codes} by {expected["by"]}{phase}'


class Table:
    def __init__(self):
        self.explained = tomllib.loads((HERE / 'explained.toml').read_text())
        self.total = self.agreed = self.unseen = 0
        self.unexplained, self.stale, self.names = [], [], 0

    def add(self, name, lines, told=None):
        self.names += 1
        wrong = False
        for number, (said, seen, faults) in enumerate(lines):
            self.total += 1
            self.agreed += not faults
            self.unseen += not faults and 'unseen' in said
            wrong |= bool(faults)
            label = name if number == 0 else ''
            mark = 'no: ' + '; '.join(faults) if faults else 'yes'
            print(f'{label:44} {said:50} {seen:56} {mark}', flush=True)
        if wrong and name not in self.explained:
            self.unexplained.append(name)
        if not wrong and name in self.explained:
            self.stale.append(name)

    def close(self):
        share = self.agreed / self.total if self.total else 0
        print(f'\n{self.names} situations, {self.total} connections: {self.agreed} agree ({share:.1%}); in '
              f'{self.unseen} of these nothing outside shows the fault, and nobody was accused in its stead')
        for name in self.unexplained:
            print(f'not explained: {name}')
        for name in self.stale:
            print(f'agrees by now, strike it from explained.toml: {name}')
        return share >= LEAST and not self.unexplained and not self.stale


def wanted(names, patterns):
    return [n for n in names if not patterns or any(fnmatch.fnmatch(n, p) for p in patterns)]


def versions():
    found = {}
    for program, argv in VERSIONS.items():
        if not missing(program):
            done = subprocess.run(argv, capture_output=True, text=True, check=False)
            found[program] = (done.stdout + done.stderr).strip().splitlines()[0][:80]
    return found


def run_live(options, keep):
    table = Table()
    known = {s.name: s for s in situations.ALL}
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix='handspan-scenario-') as work:
        pki = Pki(Path(work) / 'pki')
        for name in wanted(known, options.names):
            situation = known[name]
            lacks = {p[0] for p in [situation.server or ('openssl',), *situation.clients] if missing(p[0])}
            if lacks:
                print(f'{name:44} left out: no {", ".join(sorted(lacks))}')
                continue
            folder = Path(work) / name
            folder.mkdir()
            try:
                with Lab(folder, situation.path) as lab:
                    told = testimony(situation, *perform(situation, lab, Programs(pki, folder), folder))
            except Fault as fault:
                print(f'{name:44} did not run: {fault}')
                table.unexplained.append(name)
                continue
            table.add(name, judge(told, records_of(options.handspan, folder / 'capture.pcap')))
            if keep:
                store(keep / name, folder, told, options)
    if keep and not options.names:
        (keep / 'programs.json').write_text(json.dumps(versions(), indent=1) + '\n')
    print(f'{time.monotonic() - started:.0f} s')
    return table.close()


def store(target, folder, told, options):
    if target.exists():
        shutil.rmtree(target)
    target.mkdir(parents=True)
    shutil.copy(folder / 'capture.pcap', target / 'capture.pcap')
    (target / 'truth.json').write_text(json.dumps(told, indent=1) + '\n')
    if options.command == 'live':
        for log in folder.glob('log-*'):
            shutil.copy(log, target)


def hold_to_testimony(name, told):
    """What was concluded then must follow from the same words now."""
    for connection in told['connections']:
        client, server = (words.Testimony(**side) if (side := connection[who]) else None for who in ('client', 'server'))
        if truth.decide(client, server, told.get('path')) != connection['truth'] or truth.facts(client, server) != connection['facts']:
            raise Fault(f'{name}: truth.json says other than its testimony; record it anew')


def run_recorded(options):
    table = Table()
    for name in wanted(sorted(p.parent.name for p in RECORDED.glob('*/truth.json')), options.names):
        told = json.loads((RECORDED / name / 'truth.json').read_text())
        hold_to_testimony(name, told)
        table.add(name, judge(told, records_of(options.handspan, RECORDED / name / 'capture.pcap')))
    return table.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('command', choices=('live', 'record', 'recorded', 'list'))
    parser.add_argument('--handspan', default='build/app/handspan/handspan')
    parser.add_argument('--keep', type=Path)
    parser.add_argument('names', nargs='*')
    options = parser.parse_intermixed_args()
    if options.command == 'list':
        print('\n'.join(s.name for s in situations.ALL))
        return 0
    try:
        if options.command == 'recorded':
            return 0 if run_recorded(options) else 1
        return 0 if run_live(options, RECORDED if options.command == 'record' else options.keep) else 1
    except Fault as fault:
        print(f'run.py: {fault}', file=sys.stderr)
        return 2


if __name__ == '__main__':
    sys.exit(main())
