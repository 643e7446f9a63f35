#!/usr/bin/env python3
"""Sums up a run of `meson test`: "N passed, N failed", by test case where the program tells.

  test_summary.py LOGS [--runner-status N]

LOGS is the folder with testlog.json (one object a test program) and testlog.junit.xml (the cases
inside the GoogleTest programs). A program that failed without naming a failed case (a crash, a
timeout) counts as one failure. A program that skipped cases says so in lines "skipped: CASE: REASON":
these are repeated here and counted. Exit 0 only if something ran and nothing failed.
"""

import argparse
import json
import os
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter

PASSED = {'OK', 'EXPECTEDFAIL'}
SKIPPED = {'SKIP', 'IGNORED'}


def case_suites(path):
    """Cases of each GoogleTest suite: [(name of the suite less the project's, Counter)]."""
    suites = []
    if not os.path.exists(path):
        return suites
    for suite in ElementTree.parse(path).getroot().iter('testsuite'):
        # "project.program.suite" is how meson names these; all other programs share "project".
        _, dot, name = suite.get('name', '').partition('.')
        if not dot:
            continue
        counts = Counter()
        for case in suite.iter('testcase'):
            if case.find('failure') is not None or case.find('error') is not None:
                counts['failed'] += 1
            elif case.find('skipped') is not None or case.get('status') == 'notrun':
                counts['skipped'] += 1
            else:
                counts['passed'] += 1
        suites.append((name, counts))
    return suites


def skipped_lines(test):
    return [f'{test["name"]}: {line}' for line in test.get('stdout', '').splitlines() if line.startswith('skipped: ')]


def outcome(result):
    if result in PASSED:
        return 'passed'
    return 'skipped' if result in SKIPPED else 'failed'


def summary(folder):
    suites = case_suites(os.path.join(folder, 'testlog.junit.xml'))
    total = Counter()
    with open(os.path.join(folder, 'testlog.json'), encoding='utf-8') as log:
        for line in log:
            test = json.loads(line)
            whole = outcome(test['result'])
            skipped = skipped_lines(test)
            total['skipped'] += len(skipped)
            print(''.join(f'{line}\n' for line in skipped), end='')
            inside = sum((counts for name, counts in suites if name.startswith(test['name'] + '.')), Counter())
            if not inside:
                total[whole] += 1
                continue
            total.update(inside)
            if whole == 'failed' and not inside['failed']:
                total['failed'] += 1
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('logs')
    parser.add_argument('--runner-status', type=int, default=0)
    options = parser.parse_args()
    try:
        total = summary(options.logs)
    except (OSError, ValueError, KeyError, ElementTree.ParseError) as fault:
        print(f'tools/test: no usable results: {fault}', file=sys.stderr)
        total = Counter()
    if options.runner_status and not total['failed']:
        print(f'tools/test: meson test ended with status {options.runner_status}', file=sys.stderr)
        total['failed'] += 1
    if not total['passed'] and not total['failed']:
        print('tools/test: no test ran', file=sys.stderr)
    line = f'{total["passed"]} passed, {total["failed"]} failed'
    if total['skipped']:
        line += f', {total["skipped"]} skipped'
    print(line)
    return 0 if total['passed'] and not total['failed'] else 1


if __name__ == '__main__':
    sys.exit(main())
