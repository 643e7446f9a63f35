#!/usr/bin/env python3
"""Every option and every key stands in its manual page, no page speaks of one that is not there, and
the pages are well formed.

  man_test.py --handspan PATH --handspand PATH --exporter PATH --pages DIR --toml-page FILE --configuration FILE
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys


def options_of(command):
    text = subprocess.run([*command, '--help'], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r'(?<![\w-])--[a-z][a-z-]*', text))


def commands_of(*command):
    """Those below a program, or below one of its commands."""
    text = subprocess.run([*command, '--help'], capture_output=True, text=True, check=True).stdout
    return re.findall(r'^  (\w+) ', text.partition('Subcommands:')[2], re.MULTILINE)


def options_in(page):
    """The options that a page of mdoc tells: Fl \\-name."""
    return {'--' + name.replace('\\-', '-')
            for name in re.findall(r'\\-([a-z][a-z\\-]*)', ' '.join(re.findall(r'^\.(?:It|Op|Fl|Cm).*', page,
                                                                              re.MULTILINE)))}


def differences(name, known, told):
    yield from (f'{name}: {option} is not told' for option in sorted(known - told))
    yield from (f'{name}: {option} is told and does not exist' for option in sorted(told - known))


def keys_of(configuration):
    section, keys = '', set()
    for line in configuration.split('\n'):
        if match := re.fullmatch(r'\[(\w+)\]', line):
            section = match[1]
        elif match := re.match(r'(\w+) = ', line):
            keys.add(f'{section}.{match[1]}')
    return keys


def keys_in(page):
    section, keys = '', set()
    for line in page.split('\n'):
        if match := re.fullmatch(r'\.Ss \[(\w+)\]', line):
            section = match[1]
        elif match := re.fullmatch(r'\.It Cm (\w+)', line):
            keys.add(f'{section}.{match[1]}')
    return keys


def ill_formed(path):
    """What the formatter complains of; nothing where there is none."""
    if not shutil.which('mandoc'):
        yield 'mandoc is not installed: tools/deps test'
        return
    done = subprocess.run(['mandoc', '-Tlint', '-Werror', str(path)], capture_output=True, text=True, check=False)
    yield from (f'{path.name}: {line}' for line in (done.stdout + done.stderr).splitlines())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--handspan', required=True)
    parser.add_argument('--handspand', required=True)
    parser.add_argument('--exporter', required=True)
    for name in ('--pages', '--toml-page', '--configuration'):
        parser.add_argument(name, type=pathlib.Path, required=True)
    given = parser.parse_args()
    pages = [given.pages / 'handspan.1', given.pages / 'handspand.8', given.toml_page,
             given.pages / 'handspand-export.8']
    texts = [page.read_text(encoding='utf-8') for page in pages]
    known = options_of([given.handspan])
    for command in commands_of(given.handspan):
        known |= options_of([given.handspan, command])
        for part in commands_of(given.handspan, command):
            known |= options_of([given.handspan, command, part])
        if f'.It Cm {command}' not in texts[0]:
            print(f'handspan.1: the command {command} is not told')
            return 1
    faults = list(differences('handspan.1', known, options_in(texts[0])))
    faults += differences('handspand.8', options_of([given.handspand]), options_in(texts[1]))
    faults += differences('handspand-export.8', options_of([given.exporter]), options_in(texts[3]))
    keys = keys_of(given.configuration.read_text(encoding='utf-8'))
    faults += differences('handspand.toml.5', keys, keys_in(texts[2]))
    for page in pages:
        faults += ill_formed(page)
    print('\n'.join(faults))
    return 1 if faults or not keys else 0


if __name__ == '__main__':
    sys.exit(main())
