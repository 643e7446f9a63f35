#!/usr/bin/env python3
"""Coverage by folder of lib/, lines and branches, held against what is wanted.

  coverage_summary.py [--judge] [--missed NAME] EXPORT SOURCE

EXPORT is what `llvm-cov export -skip-functions -skip-expansions` says of the programs that ran. Prints a table for
docs. --judge adds what is wanted and whether it holds; exit status 1 where it does not. --missed lists instead the
branches that never went one way, and the lines that never ran, of the files below lib/ whose name has NAME in it.
"""
import argparse
import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

# Folders that need DPDK, or take rights away from the process that runs them.
NOT_PURE = ('capture', 'fence')
LINES, BRANCHES = 95.0, 90.0
# All that comes from outside goes through these: each of their branches is wanted.
WHOLE = {'byte reader': ('base/reader.h',),
         'segment reader': ('shm/check.cc', 'shm/check.h', 'shm/open_error.cc', 'shm/reader.cc', 'shm/reader.h',
                            'shm/reader_open.cc', 'shm/reader_status.cc', 'shm/ring.h', 'shm/ring_reader.h',
                            'shm/rules_reader.cc')}


def branches_of(file, text):
    """(first line, column, last line, column) -> (times it was true, times it was false). What a template's
    instances have in common stands once: a branch is one of the source. Left out is the way of a switch without a
    default for what is none of its cases: such a switch names all of its enum (-Wswitch), so there is none."""
    ways = defaultdict(lambda: (0, 0))
    for line, column, end, end_column, true, false, *_ in file['branches']:
        if ''.join(text[line - 1:line])[:column - 1].endswith('switch ('):
            continue
        seen = ways[line, column, end, end_column]
        ways[line, column, end, end_column] = (seen[0] + true, seen[1] + false)
    return ways


class Sum(Counter):
    def take(self, file, text):
        for what, count in (('lines', file['summary']['lines']['count']),
                            ('covered lines', file['summary']['lines']['covered'])):
            self[what] += count
        for ways in branches_of(file, text).values():
            self['branches'] += 2
            self['covered branches'] += sum(way > 0 for way in ways)

    def percent(self, what):
        # Rounded down: 100 % is all.
        return int(1000 * self['covered ' + what] / self[what]) / 10 if self[what] else 100.0

    def row(self, name, mark=''):
        return (f'| {name} | {self["lines"]} | {mark}{self.percent("lines"):.1f} %{mark} '
                f'| {self["branches"]} | {mark}{self.percent("branches"):.1f} %{mark} |')


def files_of_lib(export, source):
    """(path below lib/, what the export says of it, its lines)"""
    for file in export['data'][0]['files']:
        path = Path(file['filename']).resolve()
        if path.is_relative_to(source / 'lib'):
            yield path.relative_to(source / 'lib').as_posix(), file, path.read_bytes().decode().splitlines()


def show_missed(files, wanted):
    for name, file, text in files:
        if wanted not in name:
            continue
        for (line, column, end, end_column), (true, false) in sorted(branches_of(file, text).items()):
            if not (true and false):
                what = 'not reached' if not (true or false) else f'never {"false" if true else "true"}'
                code = ''.join(text[line - 1:line])[column - 1:end_column - 1 if end == line else None]
                print(f'{name}:{line}:{column}: {what}: {code}')
        covered = file['summary']['lines']
        print(f'{name}: {covered["count"] - covered["covered"]} of {covered["count"]} lines never ran')


def judge(pure, parts):
    """Prints what is wanted; whether all of it holds."""
    wanted = [('pure libraries', pure, 'lines', LINES), ('pure libraries', pure, 'branches', BRANCHES)]
    wanted += [(name, part, 'branches', 100.0) for name, part in parts.items()]
    print()
    holds = True
    for name, part, what, least in wanted:
        good = part[what] > 0 and part.percent(what) >= least
        holds = holds and good
        print(f'{"holds " if good else "MISSED"}  {name}: {part.percent(what):.1f} % of {what}, wanted {least:.0f} %')
    return holds


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument('--judge', action='store_true')
    arguments.add_argument('--missed')
    arguments.add_argument('export', type=Path)
    arguments.add_argument('source', type=Path)
    chosen = arguments.parse_args()
    source = chosen.source.resolve()
    files = list(files_of_lib(json.loads(chosen.export.read_text(encoding='utf-8')), source))
    if chosen.missed is not None:
        show_missed(files, chosen.missed)
        return 0
    folders, parts = defaultdict(Sum), {name: Sum() for name in WHOLE}
    for name, file, text in files:
        folders[name.split('/')[0]].take(file, text)
        for part, names in WHOLE.items():
            if name in names:
                parts[part].take(file, text)
    pure = Sum()
    print('| folder | lines | covered | branches | covered |\n|---|---:|---:|---:|---:|')
    for name, folder in sorted(folders.items()):
        print(folder.row(f'`lib/{name}`' + (' (not pure)' if name in NOT_PURE else '')))
        pure.update(folder if name not in NOT_PURE else {})
    print(pure.row('**pure libraries**', '**'))
    for name, part in parts.items():
        print(part.row(name))
    return 0 if not chosen.judge or judge(pure, parts) else 1


if __name__ == '__main__':
    sys.exit(main())
