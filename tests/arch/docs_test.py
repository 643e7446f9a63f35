#!/usr/bin/env python3
"""docs/causes.md is what the rules make of it, and every cause that the code knows stands in it, in both languages."""
import argparse
import pathlib
import re
import subprocess
import sys


def defined(path, macro):
    return re.findall(rf'^{macro}\((\w+),', path.read_text(), re.MULTILINE)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--source', type=pathlib.Path, required=True)
    source = parser.parse_args().source
    made = subprocess.run([sys.executable, source / 'tools/make-causes', '--check'], check=False)
    english, chinese = (source / 'docs/causes.md').read_text().split('## 规则', 1)
    causes = [c for c in defined(source / 'lib/record/causes.def', 'HANDSPAN_CAUSE') if c != 'none']
    faults = [f'docs/causes.md: no rule says {cause} in {language}'
              for language, part in (('English', english), ('Chinese', chinese))
              for cause in causes if not re.search(rf'^\|[^|]*\|[^|]*`{cause}`', part, re.MULTILINE)]
    for fault in faults:
        print(fault)
    print(f'{len(causes)} causes looked up')
    return 1 if made.returncode != 0 or faults or not causes else 0


if __name__ == '__main__':
    sys.exit(main())
