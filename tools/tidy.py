#!/usr/bin/env python3
"""clang-tidy over the sources of lib/ and app/: tools/lint tidy.

  tidy.py --build DIR [--jobs N] [SOURCE…]

Nearly all the time goes into the headers that sources have in common. So sources of one folder are looked at
together, as far as they get on with each other: two that give something different the same name do not.
A source that was clean is looked at again only if it, a header of ours that it includes, its compiler options,
.clang-tidy or clang-tidy itself have changed: DIR/tidy/clean keeps what was.
"""

import argparse
import functools
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path
from threading import Lock

ROOT = Path(__file__).resolve().parent.parent
AT_ONCE = 16
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
ERROR = re.compile(r'^(/[^:\n]+\.cc):\d+:\d+: (?:fatal )?error:', re.MULTILINE)
FINDING = re.compile(r'^(?=/\S+:\d+:\d+: (?:error|warning):)', re.MULTILINE)
# What belongs to one source, one folder of lib/ (whose includes begin there) or to g++ alone.
DROPPED = re.compile(r' -(?:o|MF|MQ|c) \S+| -MD| -[WO]\S+| -I\S+\.p(?= )| -I(?:\.\./)?lib/\S+| -D_FORTIFY\S+')


class Source:
    def __init__(self, command):
        self.folder = command['directory']
        self.path = (Path(self.folder) / command['file']).resolve()
        words = shlex.split(DROPPED.sub('', command['command']))
        first = next(i for i, word in enumerate(words) if word.startswith('-'))
        self.options = tuple(words[first:])
        self.searched = [Path(self.folder) / word[2:] for word in words if word.startswith('-I')]

    @functools.cached_property
    def state(self):
        """Changes with everything that may change what is found in the source."""
        digest = hashlib.sha256(repr((tool(), self.options)).encode())
        for path in sorted(closure(self.path, tuple(self.searched))):
            digest.update(text_of(path))
        return digest.hexdigest()


@functools.cache
def tool():
    version = subprocess.run(['clang-tidy', '--version'], capture_output=True, text=True, check=True).stdout
    return version + (ROOT / '.clang-tidy').read_text(encoding='utf-8')


@functools.cache
def text_of(path):
    return path.read_bytes()


def closure(path, searched):
    """The file, and what it includes of ours."""
    found, waiting = set(), [path]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        for name in INCLUDE.findall(text_of(path).decode(errors='replace')):
            places = (folder / name for folder in (path.parent, *searched))
            if (there := next((p.resolve() for p in places if p.is_file()), None)) is not None:
                waiting.append(there)
    return found


def sources(build, wanted):
    """Each once, though some are compiled once more for tests."""
    found = {}
    for command in json.loads((build / 'compile_commands.json').read_text(encoding='utf-8')):
        if command['output'].startswith(('lib/', 'app/')):
            source = Source(command)
            if source.path.is_relative_to(ROOT) and (not wanted or source.path in wanted):
                found.setdefault(source.path, source)
    return [found[path] for path in sorted(found)]


def together(batch, scratch):
    """A source that includes those of the batch, and the command that compiles it."""
    name = hashlib.sha256(repr([s.path for s in batch]).encode()).hexdigest()[:16]
    file = scratch / f'{name}.cc'
    file.write_text(''.join(f'#include "{s.path}" // NOLINT\n' for s in batch), encoding='utf-8')
    return file, ['clang++', *batch[0].options, f'-I{ROOT}', '-w', '-fsyntax-only', '-ferror-limit=0', str(file)]


def friends(batch, scratch):
    """Those of a batch that compile together; the others must wait."""
    _, command = together(batch, scratch)
    done = subprocess.run(command, cwd=batch[0].folder, capture_output=True, text=True, check=False)
    odd = {Path(name).resolve() for name in ERROR.findall(done.stderr)} - {batch[0].path}
    return [s for s in batch if s.path not in odd] if odd or done.returncode == 0 else batch[:1]


def findings(batch, scratch):
    file, command = together(batch, scratch)
    done = subprocess.run(['clang-tidy', '--quiet', f'--config-file={ROOT}/.clang-tidy', str(file), '--', *command[1:]],
                          cwd=batch[0].folder, capture_output=True, text=True, check=False)
    return done.stdout if done.stdout.strip() else done.stderr if done.returncode else ''


class Run:
    def __init__(self, scratch):
        scratch.mkdir(parents=True, exist_ok=True)
        self.scratch, self.clean, self.lock = scratch, scratch / 'clean', Lock()
        self.found = set()

    def known(self):
        return set(self.clean.read_text(encoding='utf-8').split()) if self.clean.exists() else set()

    def look_at(self, batch):
        while batch:
            group = friends(batch, self.scratch)
            self.tell(group, findings(group, self.scratch))
            batch = [s for s in batch if s not in group]

    def tell(self, group, found):
        with self.lock:
            for finding in FINDING.split(found)[1:] or [found] if found else []:
                if finding not in self.found:  # of a header: once
                    print(finding, end='', flush=True)
                self.found.add(finding)
            if not found:
                with self.clean.open('a', encoding='utf-8') as clean:
                    clean.write(''.join(s.state + '\n' for s in group))


def batches(waiting):
    def kin(source):
        return source.path.parent, source.options

    for _, group in groupby(sorted(waiting, key=lambda s: (kin(s), s.path)), key=kin):
        group = list(group)
        yield from (group[i:i + AT_ONCE] for i in range(0, len(group), AT_ONCE))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--build', required=True, type=Path)
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    parser.add_argument('source', nargs='*', type=Path)
    options = parser.parse_args()
    run = Run(options.build.resolve() / 'tidy')
    known = run.known()
    every = sources(options.build, {path.resolve() for path in options.source})
    with ThreadPoolExecutor(options.jobs) as pool:
        list(pool.map(run.look_at, batches([s for s in every if s.state not in known])))
    return 1 if run.found else 0


if __name__ == '__main__':
    sys.exit(main())
