#!/usr/bin/env python3
"""Every cause that the code knows stands in docs/causes.md, in both languages, and no other."""
import argparse
import pathlib
import re
import sys


def defined(path, macro):
    return re.findall(rf'^{macro}\((\w+),', path.read_text(), re.MULTILINE)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--source', type=pathlib.Path, required=True)
    source = parser.parse_args().source
    causes = [c for c in defined(source / 'lib/record/causes.def', 'HANDSPAN_CAUSE') if c != 'none']
    rows = re.findall(r'^\| `(\w+)` \|', (source / 'docs/causes.md').read_text(), re.MULTILINE)
    faults = [f'docs/causes.md: {c} must stand once in each language, not {rows.count(c)} times'
              for c in causes if rows.count(c) != 2]
    faults += [f'docs/causes.md: {c} is no cause' for c in sorted(set(rows) - set(causes))]
    for fault in faults:
        print(fault)
    print(f'{len(causes)} causes looked up')
    return 1 if faults or not causes else 0


if __name__ == '__main__':
    sys.exit(main())
