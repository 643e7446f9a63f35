#!/usr/bin/env python3
"""The programs are hardened as built: position-independent, with tables that nobody can write after the start, no
stack that runs, guarded stacks, fortified calls, and the standard library's assertions, outside the hot path alone.

  hardening_test.py --compiler G++ --build DIR --hot LIBRARY… --programs PROGRAM…
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ASSERTION = 'glibcxx_assert_fail'


def said(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def holds(program):
    """name -> whether it holds of a program."""
    dynamic, headers = said('readelf', '-dW', program), said('readelf', '-lW', program)
    wanted = said('nm', '-D', '--undefined-only', program)
    return {
        'position-independent': 'FLAGS_1' in dynamic and bool(re.search(r'FLAGS_1.*PIE', dynamic)),
        'relocations read-only': 'GNU_RELRO' in headers,
        'all bound at the start': bool(re.search(r'BIND_NOW|FLAGS_1.*NOW', dynamic)),
        'stack does not run': bool(re.search(r'GNU_STACK.* RW +0', headers)),
        'no relocations in code': 'TEXTREL' not in dynamic,
        'guarded stacks': '__stack_chk_fail' in wanted,
        'fortified calls': bool(re.search(r'__(?!stack)\w+_chk\b', wanted)),
        'assertions of the standard library': ASSERTION in wanted,
    }


def hot_with_assertions(library):
    return ASSERTION in said('nm', '--undefined-only', library)


def weaker(build):
    """Sources of the programs that are compiled without what their folder is to have."""
    for entry in json.loads((build / 'compile_commands.json').read_text(encoding='utf-8')):
        if re.match(r'\.\./(lib|app)/', entry['file']) and 'bake' not in entry['output']:
            ours = re.match(r'(lib|app)/', entry['output'])
            if ours and '-D_FORTIFY_SOURCE=3' not in entry['command']:
                yield entry['file']


def soft_program(compiler, folder):
    source, program = folder / 'soft.cc', folder / 'soft'
    source.write_text('int main() {}\n', encoding='utf-8')
    said(*compiler, '-no-pie', '-fno-stack-protector', '-Wl,-z,norelro,-z,lazy,-z,execstack', '-o', str(program),
         str(source))
    return str(program)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--compiler', required=True)
    parser.add_argument('--build', type=pathlib.Path, required=True)
    parser.add_argument('--hot', nargs='+', required=True)
    parser.add_argument('--programs', nargs='+', required=True)
    options = parser.parse_args()
    faults = [f'{program}: not {what}' for program in options.programs
              for what, so in holds(program).items() if not so]
    faults += [f'{library}: on the hot path, and asserts' for library in options.hot if hot_with_assertions(library)]
    faults += [f'{source}: not fortified' for source in weaker(options.build)]
    with tempfile.TemporaryDirectory() as scratch:
        soft = holds(soft_program(options.compiler.split(), pathlib.Path(scratch)))
        faults += [f'self-test: {what} holds of a soft program' for what, so in soft.items()
                   if so and what != 'no relocations in code']
    print('\n'.join(faults) or f'{len(options.programs)} programs, {len(options.hot)} libraries of the hot path')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
