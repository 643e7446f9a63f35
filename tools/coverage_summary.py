#!/usr/bin/env python3
"""Coverage by folder of lib/, lines and branches, held against what is wanted.

  coverage_summary.py EXPORT SOURCE     EXPORT: what `llvm-cov export -summary-only` says of the unit suites

Prints a table for docs; exit status 1 where a wanted figure is missed.
"""
import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

# Folders that need neither DPDK, nor a network, nor another process: what they do follows from what they are given.
PURE = ('base', 'config', 'defrag', 'filter', 'flow', 'formats', 'host', 'inspect', 'offline', 'plain', 'record', 'render',
        'rules', 'shm', 'sizing', 'spool', 'stream', 'summary', 'tcp', 'tls', 'verdict', 'wire')
LINES, BRANCHES = 95.0, 90.0
# All that comes from outside goes through these.
WHOLE = {'byte reader': ('base/reader.h',),
         'segment reader': ('shm/reader.cc', 'shm/reader.h', 'shm/check.cc', 'shm/check.h', 'shm/ring_reader.h')}


def percent(covered, count):
    return 100.0 * covered / count if count else 100.0


class Sum(Counter):
    def take(self, summary):
        for what in ('lines', 'branches'):
            self[what] += summary[what]['count']
            self['covered ' + what] += summary[what]['covered']

    def figures(self):
        return [percent(self['covered ' + what], self[what]) for what in ('lines', 'branches')]


def sums(export, source):
    """(folder -> Sum, part that is wanted whole -> Sum)"""
    folders, parts = defaultdict(Sum), defaultdict(Sum)
    for file in export['data'][0]['files']:
        path = Path(file['filename']).resolve()
        if not path.is_relative_to(source / 'lib'):
            continue
        name = path.relative_to(source / 'lib').as_posix()
        folders[name.split('/')[0]].take(file['summary'])
        for part, files in WHOLE.items():
            if name in files:
                parts[part].take(file['summary'])
    return folders, parts


def main():
    with open(sys.argv[1], encoding='utf-8') as file:
        export = json.load(file)
    folders, parts = sums(export, Path(sys.argv[2]).resolve())
    print('| folder | lines | covered | branches | covered |\n|---|---|---|---|---|')
    pure = Sum()
    for name, one in sorted(folders.items()):
        pure.update(one if name in PURE else {})
        lines, branches = one.figures()
        print(f'| `lib/{name}`{"" if name in PURE else " (not pure)"} | {one["lines"]} | {lines:.1f} % | {one["branches"]} | {branches:.1f} % |')
    lines, branches = pure.figures()
    print(f'| **pure libraries** | {pure["lines"]} | **{lines:.1f} %** | {pure["branches"]} | **{branches:.1f} %** |')
    missed = []
    if lines < LINES:
        missed.append(f'pure libraries: {lines:.1f} % of lines, wanted {LINES:.0f} %')
    if branches < BRANCHES:
        missed.append(f'pure libraries: {branches:.1f} % of branches, wanted {BRANCHES:.0f} %')
    for part in WHOLE:
        lines, branches = parts[part].figures()
        print(f'| {part} | {parts[part]["lines"]} | {lines:.1f} % | {parts[part]["branches"]} | {branches:.1f} % |')
        if branches < 100 or not parts[part]['branches']:
            missed.append(f'{part}: {branches:.1f} % of branches, wanted 100 %')
    print('\n'.join(['', *missed]) if missed else '')
    return 1 if missed or not folders else 0


if __name__ == '__main__':
    sys.exit(main())
