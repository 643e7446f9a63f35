#!/usr/bin/env python3
"""Evasions played against the kernel and OpenSSL; Handspan's record held against what they received.

  run.py --handspan PATH [--page docs/security.md] [NAME…]   play and judge; with --page, also its table
  run.py --handspan PATH --table docs/security.md            play, and write the table into that page
  run.py --list
NAMEs may hold wildcards. --keep DIR leaves the captures there. Exit status 77: this machine can't (no root, no tun).
"""

import argparse
import collections
import difflib
import fnmatch
import json
import multiprocessing
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import wire
import ip, ip6, tcp_opening, tcp_data, tcp_control, tls_records, tls_hello  # noqa: E401,F401  their rows, in this order
from client import FIRST_PORT, Client, Silence
from evasion import ALL, got_words, record_faults, record_of, record_words, remark, server_faults
from server import Pki

LANES = 4     # they mostly wait
SKIPPED = 77  # as meson understands it
BEGIN, END = '<!-- evasions: made by tests/evasion/run.py --table -->', '<!-- evasions end -->'
KINDS = {'ip': 'IPv4', 'ip6': 'IPv6', 'tcp_opening': 'TCP: opening', 'tcp_data': 'TCP: data',
         'tcp_control': 'TCP: RST, FIN, windows', 'tls_records': 'TLS: records', 'tls_hello': 'TLS: the hello'}


class Lane:
    """One of the processes that play, each in a network namespace of its own."""
    line = pki = work = None

    @classmethod
    def begin(cls, work, pki):
        wire.alone()
        cls.line, cls.pki, cls.work = wire.Wire(), pki, work


def play(name):
    """Returns what the server received, and why it could not be played; leaves what the mirror saw."""
    number, row = next((i, row) for i, row in enumerate(ALL, 1) if row.name == name)
    Lane.line.tapped()
    client, fault = Client(Lane.line, Lane.pki, number, **row.client), ''
    try:
        row.play(client)
        client.settle()
    except (Silence, ssl.SSLError, AssertionError) as problem:
        fault = f'could not be played: {type(problem).__name__} {problem}'
    heard = client.server.stop()
    Lane.line.save(Path(Lane.work) / f'{row.name}.pcap')
    return number, heard, fault


def read(handspan, captures, checksums):
    """The records of each capture, by the port that it has to itself."""
    done = subprocess.run([handspan, 'read', '--json', '--separate', '--checksums', checksums, *map(str, captures)], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise RuntimeError(f'handspan read: {done.returncode}: {done.stderr.strip()}')
    records = collections.defaultdict(list)
    for record in sorted(map(json.loads, done.stdout.splitlines()), key=lambda r: r['timestamp']):
        records[max(record['src_port'], record['dest_port'])].append(record)
    return records


def all_of(rows, options, work):
    """(row, testimony, records, faults) of each."""
    with multiprocessing.get_context('fork').Pool(LANES, Lane.begin, (work, Pki(work))) as lanes:
        played = lanes.map(play, [row.name for row in rows], chunksize=1)
    records = {}
    for checksums in {row.checksums for row in rows}:
        records |= read(options.handspan, [Path(work) / f'{row.name}.pcap' for row in rows if row.checksums == checksums], checksums)
    for row, (number, heard, fault) in zip(rows, played):
        told = records.get(FIRST_PORT + number, [])
        yield row, heard, told, [fault] if fault else server_faults(row, heard) + record_faults(row, heard, told)


def table(played):
    """The rows of the page, by kind."""
    lines, kind = [], ''
    for row, heard, records, _ in played:
        module = row.play.__module__
        if module != kind:
            kind = module
            lines += ['', f'**{KINDS[kind]}**', '', '| evasion | what it does | the server got | the record says | |', '|---|---|---|---|---|']
        lines.append(f'| {row.name} | {row.does} | {got_words(heard)} | {record_words(record_of(records)[0])} | '
                     f'{remark(row)}|')
    return '\n'.join(lines[1:]) + '\n'


def parts(page):
    before, rest = page.split(BEGIN + '\n')
    made, after = rest.split(END)
    return before, made, after


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--handspan', default='build/app/handspan/handspan')
    parser.add_argument('--page', type=Path)
    parser.add_argument('--table', type=Path)
    parser.add_argument('--keep', type=Path)
    parser.add_argument('--list', action='store_true')
    parser.add_argument('names', nargs='*')
    options = parser.parse_intermixed_args()
    rows = [row for row in ALL if not options.names or any(fnmatch.fnmatch(row.name, n) for n in options.names)]
    if options.list:
        print('\n'.join(f'{row.name:32} {row.does}' for row in rows))
        return 0
    if lacking := what_lacks():
        print(f'skipped: evasions: {lacking}')
        return SKIPPED
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix='handspan-evasion-') as work:
        played = list(all_of(rows, options, work))
        for one in played:
            tell(*one)
        if options.keep:
            shutil.copytree(work, options.keep, dirs_exist_ok=True)
    bad = sum(bool(faults) for *_, faults in played)
    print(f'{len(played)} evasions, {sum(bool(r.unknowable) for r in rows)} of which cannot be known and '
          f'{sum(bool(r.differs) for r in rows)} differ; {bad} not as their rows say; '
          f'{time.monotonic() - began:.0f} s')
    return 1 if bad or not page_holds(options, played) else 0


def what_lacks():
    """What only a machine can give; programs are of tools/deps test."""
    for program in ('ip', 'openssl'):
        if not shutil.which(program):
            sys.exit(f'{program} is not installed: tools/deps test')
    if os.geteuid() != 0:
        return 'only root may make a network namespace'
    return wire.refusal()


def tell(row, heard, records, faults):
    print(f'{row.name:32} {got_words(heard) + complaint(heard) if heard else "":52} {record_words(record_of(records)[0]) if records else "":60} '
          f'{"no: " + "; ".join(faults) if faults else remark(row) or "yes"}', flush=True)


def complaint(heard):
    return f' ({heard.complaint.replace("_", " ")})' if heard.complaint else ''


def page_holds(options, played):
    """Writes the page's table, or holds it against what was found."""
    target = options.table or options.page
    if not target or options.names or any(not records for _, _, records, _ in played):
        return True
    before, made, after = parts(target.read_text(encoding='utf-8'))
    found = '\n' + table(played) + '\n'
    if options.table:
        target.write_text(before + BEGIN + '\n' + found + END + after, encoding='utf-8')
    elif made != found:
        print(f'{target} has another table: write it with --table')
        print('\n'.join(line for line in difflib.unified_diff(made.splitlines(), found.splitlines(), n=0, lineterm='')))
        return False
    return True


if __name__ == '__main__':
    sys.exit(main())
