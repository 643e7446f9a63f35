#!/usr/bin/env python3
"""Proves the architecture's arrows: who may include whom, and who may see which library.

  arrows_test.py --source ROOT [--commands FILE] [--compiler G++] [--include DIR]… [--no-compile]

Checks, each over the text of the sources:
  - a folder includes only the folders that ALLOWED gives it;
  - a library's headers appear only in the folders that FOREIGN gives it;
  - every lib folder with sources has a README.md;
  - no marker of unfinished work stands in a source;
  - every header of lib/ compiles alone (headers of folders that see DPDK aside). What a source of the
    build (FILE: its compile_commands.json) begins with has compiled with nothing before it, and so has what
    that header begins with; the others are compiled here.
Then plants one breach of each kind in a scratch tree and checks that it is found.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SIBLINGS = ('wire', 'flow', 'tcp', 'stream', 'tls', 'plain', 'record')

# Folder of lib/ -> folders of lib/ whose headers it may include, itself aside.
ALLOWED = {
    'base': (),
    **{sibling: ('base',) for sibling in SIBLINGS},
    'rules': ('base', 'record'),
    'defrag': ('base', 'wire'),
    'verdict': ('base', 'record'),
    'inspect': ('base', 'defrag', 'rules', 'verdict', *SIBLINGS),
    'summary': ('base', 'record'),
    'shm': ('base', 'record', 'summary'),
    'config': ('base',),
    'fence': ('base',),
    'spool': ('base',),
    'offline': ('base', 'wire'),
    'host': ('base',),
    'sizing': ('base',),
    'render': ('base', 'host', 'record', 'sizing', 'summary'),
    'filter': ('base', 'record', 'render'),
    'formats': ('base', 'record', 'render', 'summary'),
    'capture': ('base', 'flow', 'wire'),
}

# Library -> (what its includes look like, folders that may have them).
FOREIGN = {
    'DPDK': (r'rte_', ('lib/capture', 'app/handspand', 'tests/bench', 'tests/unit/capture')),
    'libpcap': (r'pcap(\.h|/)', ('lib/capture', 'lib/offline', 'tests/unit/offline')),
    'Hyperscan': (r'hs(/|\.h|_)', ('lib/filter', 'lib/plain', 'lib/rules')),
    'OpenSSL': (r'openssl/', ('lib/tls', 'lib/render', 'app/handspand-export/net', 'tests/unit/tls')),
    'toml++': (r'toml(\+\+|plusplus)', ('lib/config', 'lib/rules', 'app/handspand-export')),
    'spdlog': (r'spdlog/', ('app/handspand',)),
    'CLI11': (r'CLI/', ('app',)),
    'SQLite': (r'sqlite3', ('app/handspan', 'app/handspand-export/sinks/sqlite')),
    'cpp-httplib': (r'httplib', ('app/handspand-export/sinks/clickhouse', 'tests/unit/export')),
    'librdkafka': (r'librdkafka/', ('app/handspand-export/sinks/kafka', 'tests/system/sinks')),
    'libfixbuf': (r'fixbuf/', ('app/handspand-export/sinks/ipfix',)),
    'prometheus-cpp': (r'prometheus/', ('app/handspand-export/metrics', 'tests/unit/export')),
    'zstd': (r'zstd', ('lib/offline', 'app/handspan/common', 'app/handspand-export/files')),
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
# A file's first include of this tree, where nothing but comments stands before it.
BEGINNING = re.compile(r'(?:\s|//[^\n]*\n|#pragma once\n)*#include "([^"]+)"')
UNFINISHED = re.compile(r'\b(TO' + r'DO|FIX' + r'ME|XX' + r'X)\b')
SOURCE_SUFFIXES = {'.h', '.cc', '.def'}
SCRIPT_SUFFIXES = {'.py', '.sh', '.build', '.toml'}


def files(root, top, suffixes):
    folder = root / top
    return sorted(p for p in folder.rglob('*') if p.suffix in suffixes and p.is_file())


def includes(path):
    text = path.read_text(encoding='utf-8', errors='replace')
    for match in INCLUDE.finditer(text):
        line = text.count('\n', 0, match.start()) + 1
        yield line, match.group(1), match.group(2)


def inside(relative, folder):
    return relative == folder or relative.startswith(folder + '/')


def wrong_arrows(root):
    """Includes between the folders of lib/ that point sideways or up, and folders without a rule."""
    known = set(ALLOWED)
    for path in files(root, 'lib', SOURCE_SUFFIXES):
        relative = path.relative_to(root).as_posix()
        parts = relative.split('/')
        if len(parts) < 3:
            continue
        folder = parts[1]
        if folder not in known:
            yield f'{relative}: lib/{folder} has no rule in tests/arch/arrows_test.py'
            continue
        for line, quote, target in includes(path):
            head = target.split('/')[0]
            if quote == '<' and head not in known:
                continue
            if target.startswith('..') or head == 'app':
                yield f'{relative}:{line}: lib/{folder} may not include "{target}"'
            elif '/' in target and head in known:
                if head != folder and head not in ALLOWED[folder]:
                    yield f'{relative}:{line}: lib/{folder} may not include "{target}"'
            elif quote == '"':
                yield f'{relative}:{line}: write the include from lib/ on: "{target}"'


def foreign_headers(root):
    """Headers of a library in a folder that may not see it."""
    for top in ('lib', 'app', 'tests', 'tools'):
        for path in files(root, top, SOURCE_SUFFIXES):
            relative = path.relative_to(root).as_posix()
            for line, _, target in includes(path):
                for library, (pattern, allowed) in FOREIGN.items():
                    if re.match(pattern, target) and not any(inside(relative, f) for f in allowed):
                        yield f'{relative}:{line}: {library} ("{target}") is only for {", ".join(allowed)}'


def missing_readmes(root):
    for folder in sorted((root / 'lib').iterdir()):
        has_sources = folder.is_dir() and any(p.suffix in SOURCE_SUFFIXES for p in folder.iterdir())
        if has_sources and not (folder / 'README.md').is_file():
            yield f'lib/{folder.name}: no README.md'


def unfinished(root):
    for top in ('lib', 'app', 'tests', 'tools', 'conf'):
        for path in files(root, top, SOURCE_SUFFIXES | SCRIPT_SUFFIXES):
            text = path.read_text(encoding='utf-8', errors='replace')
            for number, line in enumerate(text.splitlines(), 1):
                if UNFINISHED.search(line):
                    yield f'{path.relative_to(root)}:{number}: unfinished: {line.strip()[:80]}'


def sees_dpdk(path, root):
    return inside(path.relative_to(root).as_posix(), 'lib/capture')


def begins_with(path, root):
    """The header of lib/ that stands before everything else in a file."""
    match = BEGINNING.match(path.read_text(encoding='utf-8', errors='replace'))
    header = match and root / 'lib' / match.group(1)
    return header if header and header.is_file() else None


def compiled_first(root, commands):
    """Headers that the build compiles with nothing before them."""
    found = set()
    for command in json.loads(commands.read_text(encoding='utf-8')):
        path = (Path(command['directory']) / command['file']).resolve()
        if path.suffix != '.cc' or not path.is_relative_to(root) or not path.is_file():
            continue
        while (path := begins_with(path, root)) and path not in found:
            found.add(path)
    return found


def headers_not_alone(root, compiler, include_folders, proved=frozenset()):
    """Headers that do not compile by themselves; as many at a time as there are cores."""
    base = [*compiler, '-std=c++20', '-fsyntax-only', '-march=x86-64-v2', '-I', str(root / 'lib')]
    base += [f'-I{folder}' for folder in include_folders]

    def fault(header):
        name = header.relative_to(root / 'lib').as_posix()
        job = subprocess.run([*base, '-include', name, '-x', 'c++', os.devnull],
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if job.returncode == 0:
            return None
        first = next((x for x in job.stdout.splitlines() if 'error' in x), job.stdout[:200])
        return f'{header.relative_to(root)}: does not compile alone: {first}'

    headers = [p for p in files(root, 'lib', {'.h'}) if not sees_dpdk(p, root) and p not in proved]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from filter(None, pool.map(fault, headers))


TEXT_CHECKS = (wrong_arrows, foreign_headers, missing_readmes, unfinished)

# A breach, the file to plant it in, and the check that must find it.
PLANTED = (
    ('lib/tcp/planted.h', '#include "flow/table.h"\n', wrong_arrows),
    ('lib/record/planted.h', '#include "inspect/inspector.h"\n', wrong_arrows),
    ('lib/wire/planted.h', '#include "../tls/tracker.h"\n', wrong_arrows),
    ('lib/wire/planted.h', '#include "frame.h"\n', wrong_arrows),
    ('lib/stray/planted.h', '#include "base/bytes.h"\n', wrong_arrows),
    ('lib/flow/planted.cc', '#include <rte_mbuf.h>\n', foreign_headers),
    ('lib/inspect/planted.cc', '#include <openssl/x509.h>\n', foreign_headers),
    ('app/handspan/planted.cc', '  #  include <rte_ethdev.h>\n', foreign_headers),
    ('lib/flow/planted.h', 'int a;\n', missing_readmes),
    ('lib/flow/planted.h', '// TO' + 'DO: more\n', unfinished),
)


def self_test():
    for name, text, check in PLANTED:
        with tempfile.TemporaryDirectory() as scratch:
            root = Path(scratch)
            path = root / name
            path.parent.mkdir(parents=True)
            path.write_text(text, encoding='utf-8')
            (root / 'lib').mkdir(exist_ok=True)
            if not list(check(root)):
                yield f'self-test: {check.__name__} missed {text.strip()!r} in {name}'
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        for name, text in (('lib/tcp/a.h', '#include "base/bytes.h"\n#include <vector>\n'),
                           ('lib/inspect/b.h', '#include "tcp/a.h"\n'),
                           ('lib/capture/c.cc', '#include <rte_mbuf.h>\n')):
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding='utf-8')
        for check in (wrong_arrows, foreign_headers, unfinished):
            for fault in check(root):
                yield f'self-test: {check.__name__} found fault with what is right: {fault}'


# A source, the header it begins with, what that one begins with, and one that needs what stands before it.
CHAIN = (
    ('lib/tcp/a.cc', '// Why.\n#include "tcp/a.h"\n#include "tcp/b.h"\n'),
    ('lib/tcp/a.h', '#pragma once\n\n#include "tcp/c.h"\nusing A = int;\n'),
    ('lib/tcp/b.h', '#pragma once\n#include "tcp/d.h"\nA b;\n'),
    ('lib/tcp/c.h', '#pragma once\n'),
    ('lib/tcp/d.h', '#pragma once\n'),
)


def self_test_compiling(compiler):
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch).resolve()
        for name, text in CHAIN:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding='utf-8')
        commands = root / 'compile_commands.json'
        commands.write_text(json.dumps([{'directory': scratch, 'file': CHAIN[0][0]}]), encoding='utf-8')
        proved = compiled_first(root, commands)
        if {p.name for p in proved} != {'a.h', 'c.h'}:
            yield f'self-test: taken for compiled with nothing before them: {sorted(proved)}'
        faults = list(headers_not_alone(root, compiler, (), proved))
        if [fault.split(':')[0] for fault in faults] != ['lib/tcp/b.h']:
            yield f'self-test: lib/tcp/b.h alone does not compile alone, but found: {faults}'


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--source', required=True, type=Path)
    parser.add_argument('--commands', type=Path, help='compile_commands.json of a build that has succeeded')
    parser.add_argument('--compiler', default='g++')
    parser.add_argument('--include', action='append', default=[], help="where a library's headers lie")
    parser.add_argument('--no-compile', action='store_true')
    options = parser.parse_args()
    root = options.source.resolve()
    faults = [fault for check in TEXT_CHECKS for fault in check(root)]
    if not options.no_compile:
        compiler = options.compiler.split()
        proved = compiled_first(root, options.commands) if options.commands else frozenset()
        faults += headers_not_alone(root, compiler, options.include, proved)
        faults += self_test_compiling(compiler)
    faults += self_test()
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
