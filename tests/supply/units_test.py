#!/usr/bin/env python3
"""The units of systemd leave open what the programs need, and no more: `systemd-analyze security` gives each at
most 1.5, and systemd understands every line of them.

  units_test.py UNIT…
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

MOST = 1.5
# What is handed over must be understood where neither programs nor manual pages are installed.
NOT_HERE = re.compile(r'is not executable|man .* failed with code')


def score(unit):
    done = subprocess.run(['systemd-analyze', 'security', '--offline=true', '--no-pager', str(unit)],
                          capture_output=True, text=True, check=False)
    found = re.search(r'Overall exposure level for \S+: ([0-9.]+)', done.stdout)
    return (float(found[1]) if found else None), done.stdout + done.stderr


def lines_not_understood(unit):
    done = subprocess.run(['systemd-analyze', 'verify', '--man=no', str(unit)], capture_output=True, text=True,
                          check=False)
    return [line for line in done.stderr.splitlines() if unit.name in line and not NOT_HERE.search(line)]


def faults_of(unit):
    exposure, told = score(unit)
    if exposure is None:
        yield f'{unit.name}: no score: {told.strip()}'
    elif exposure > MOST:
        yield f'{unit.name}: {exposure}, at most {MOST}:\n{told}'
    else:
        print(f'{unit.name}: {exposure}')
    yield from lines_not_understood(unit)


def self_test(folder):
    """A unit that leaves much open, and one with a line that systemd does not know, are found."""
    for text in ('[Service]\nExecStart=/bin/true\n', '[Service]\nExecStart=/bin/true\nProtectSystems=strict\n'):
        unit = folder / 'planted.service'
        unit.write_text(text)
        if not list(faults_of(unit)):
            yield f'self-test: nothing found in {json.dumps(text)}'


def main():
    if not shutil.which('systemd-analyze'):
        print('skipped: units: systemd-analyze is not installed: tools/deps test')
        return 77
    faults = []
    with tempfile.TemporaryDirectory() as scratch:
        for name in sys.argv[1:]:
            # A template is looked at as one of its instances.
            unit = pathlib.Path(scratch) / pathlib.Path(name).name.replace('@.', '@one.')
            shutil.copyfile(name, unit)
            faults += faults_of(unit)
        faults += self_test(pathlib.Path(scratch))
    print('\n'.join(faults))
    return 1 if faults or len(sys.argv) < 2 else 0


if __name__ == '__main__':
    sys.exit(main())
