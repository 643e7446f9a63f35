#!/usr/bin/env python3
"""`handspan explain` on the golden captures.

  explain_test.py --handspan PATH [--update] CASE_DIR…

A case with explain.en.txt or explain.zh.txt must be told just so. Every case must be told in both
languages, with nothing left unfilled, each packet of a connection once and no other, and with the
phases and verdicts that `handspan read` gives, and never with a sentence that contradicts the verdict.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

from golden_test import capture_of

LANGUAGES = ('en', 'zh')
PACKET = re.compile(r'^ +(\d+) {2,}\S+(?: \S+){0,3} +(?:client → server|server → client) ', re.MULTILINE)
PHASE_LINE = re.compile(r'^    \S.* \d+–?\d*$', re.MULTILINE)
CONCLUSION = '\nConclusion\n'
LADDER = '\nWho said what\n'


def run(handspan, *arguments):
    done = subprocess.run([handspan, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise AssertionError(f'{arguments} ended with {done.returncode}: {done.stderr}')
    return done.stdout


def check_told(handspan, case, told):
    """The English narration against the records."""
    capture = capture_of(case)
    records = [json.loads(line) for line in run(handspan, 'read', '--json', capture).splitlines()]
    blocks = run(handspan, 'read', '--lang', 'en', capture)
    seen = set()
    for number, record in enumerate(records, 1):
        alone = run(handspan, 'explain', '--lang', 'en', '--connection', number, capture)
        assert alone in told, f'connection {number} alone is told otherwise'
        full = run(handspan, 'explain', '--full', '--lang', 'en', '--connection', number, capture)
        body, conclusion = full.split(CONCLUSION)
        packets = [int(n) for n in PACKET.findall(body)]
        expected = record['packets']['client'] + record['packets']['server']
        assert len(packets) == expected, f'connection {number}: {len(packets)} of {expected} packets'
        assert packets == sorted(set(packets)), f'connection {number}: packets out of order'
        assert not seen & set(packets), f'connection {number} tells packets of another one'
        seen |= set(packets)
        for line in conclusion.split(LADDER)[0].strip('\n').splitlines():
            assert line in blocks, f'connection {number}: read does not say {line!r}'


# Sentences that only one kind of verdict allows, and who must have done it.
REFUSAL = 'most likely a refusal'
NO_DATA = 'There was no application data'
DATA = ('The first application data', 'Encrypted application data of', 'Early data (0-RTT)')
# A packet that decided is of this kind, by the rule's name.
DECIDED_BY = {
    'alert_in_clear': r'alert', 'hidden_alert': r'alert', 'syn_refused': r'RST', 'data_reset': r'RST',
    'handshake_reset': r'RST', 'opening_reset': r'RST', 'probed': r'RST', 'left_in_handshake': r'FIN|RST',
    'left_before_answer': r'FIN', 'closed_in_order': r'FIN|RST', 'unused': r'FIN|RST|alert', 'tls_unused': r'FIN|RST|alert',
}


def check_verdict(record):
    """What `explain --json` says of the packets against the verdict beside it."""
    packets = record['packet_facts']
    told = [(packet['from'], packet['sentence']) for packet in packets]
    refused = record.get('cause') in ('rejected', 'alert')
    for side, sentence in told:
        assert '.  ' not in sentence and '。。' not in sentence, f'badly joined: {sentence!r}'
        if REFUSAL in sentence:
            assert refused and record.get('by') == side, f'no refusal by the {side}: {record["summary"]!r}'
        if 'close_notify' in sentence and record.get('cause') == 'rejected':
            assert record.get('by') != side, f'a refusal is told as close_notify: {sentence!r}'
    data = any(word in sentence for _, sentence in told for word in DATA)
    assert not (data and any(NO_DATA in sentence for _, sentence in told)), 'data, and no data'
    decided = record.get('decided_by', {})
    if 'packet' in decided and record['rule'] in DECIDED_BY:
        deciding = [p for p in packets if p['number'] == decided['packet']]
        assert deciding, f'packet {decided["packet"]}, which decided, is not told'
        assert re.search(DECIDED_BY[record['rule']], deciding[0]['label'], re.IGNORECASE), (
            f'packet {decided["packet"]} decided by {record["rule"]}, and is told as {deciding[0]["label"]!r}')
        if record.get('by') in ('client', 'server'):
            assert deciding[0]['from'] == record['by'], f'packet {decided["packet"]} is not of the {record["by"]}'


def check_verdicts(handspan, case):
    capture = capture_of(case)
    verdicts = [json.loads(line) for line in run(handspan, 'read', '--json', capture).splitlines()]
    explained = [json.loads(line) for line in run(handspan, 'explain', '--json', capture).splitlines()]
    assert len(verdicts) == len(explained), 'read and explain differ in connections'
    for number, (verdict, record) in enumerate(zip(verdicts, explained), 1):
        for key in ('outcome', 'cause', 'by', 'step', 'rule', 'decided_by', 'confidence', 'summary'):
            assert verdict.get(key) == record.get(key), f'connection {number}: {key} differs'
        try:
            check_verdict(record)
        except AssertionError as fault:
            raise AssertionError(f'connection {number}: {fault}') from fault


def check_case(handspan, case, update):
    check_verdicts(handspan, case)
    for language in LANGUAGES:
        told = run(handspan, 'explain', '--lang', language, capture_of(case))
        assert '{' not in told, f'unfilled in {language}'
        golden = case / f'explain.{language}.txt'
        if golden.exists() and update:
            golden.write_text(told, encoding='utf-8')
        if golden.exists():
            assert told == golden.read_text(encoding='utf-8'), (
                f'{golden} is told otherwise now (--update writes it anew: read the difference)')
        if language == 'en':
            check_told(handspan, case, told)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('--handspan', required=True)
    parser.add_argument('--update', action='store_true')
    parser.add_argument('cases', nargs='+', type=Path)
    options = parser.parse_args()
    faults = 0
    for case in options.cases:
        try:
            check_case(options.handspan, case, options.update)
        except AssertionError as fault:
            faults += 1
            print(f'{case.name}: {fault}', file=sys.stderr)
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
