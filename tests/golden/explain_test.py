#!/usr/bin/env python3
"""`handspan explain` on the golden captures.

  explain_test.py --handspan PATH [--update] CASE_DIR…

A case with explain.en.txt or explain.zh.txt must be told just so. Every case must be told in both
languages, with nothing left unfilled, each packet of a connection once and no other, and with the
phases and verdicts that `handspan read` gives.
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


def check_case(handspan, case, update):
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
