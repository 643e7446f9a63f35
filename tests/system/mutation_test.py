#!/usr/bin/env python3
"""Captures that are cut, changed and shuffled: `handspan read` must end in time, without a crash or
a sanitizer's report, and print nothing but JSON.

  mutation_test.py --handspan PATH [--rounds N] [--seed N] [--keep DIR] CAPTURE_OR_FOLDER…

Every capture is read as it is; then, in each round, once cut at a random place and once with some
bytes of its packets changed and packets dropped, doubled and swapped. The seed makes it repeatable.
--keep leaves the captures of a failed batch there.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FILE_HEADER, PACKET_HEADER = 24, 16
BATCH = 40  # files a process reads
LIMIT = 120  # seconds it may take
LITTLE_ENDIAN = (b'\xd4\xc3\xb2\xa1', b'\x4d\x3c\xb2\xa1')
BIG_ENDIAN = (b'\xa1\xb2\xc3\xd4', b'\xa1\xb2\x3c\x4d')


def packets_of(capture):
    """The packets of a classic capture, headers included; none of another format."""
    order = ('little' if capture[:4] in LITTLE_ENDIAN else 'big' if capture[:4] in BIG_ENDIAN else None)
    found, position = [], FILE_HEADER
    while order and position + PACKET_HEADER <= len(capture):
        size = PACKET_HEADER + int.from_bytes(capture[position + 8:position + 12], order)
        if position + size > len(capture):
            break
        found.append(capture[position:position + size])
        position += size
    return found


def cut(dice, capture):
    return capture[:dice.randrange(len(capture) + 1)]


def change_bytes(dice, data, begin):
    """Some bytes from `begin` on become others, most of them near it, where the headers are."""
    data = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 8))):
        end = min(len(data), begin + dice.choice((60, 200, len(data))))
        if end <= begin:
            break
        place = dice.randrange(begin, end)
        data[place] = dice.choice((dice.randrange(256), 0, 0xFF, data[place] ^ 1 << dice.randrange(8)))
    return bytes(data)


def change(dice, capture):
    packets = packets_of(capture)
    if not packets:
        return change_bytes(dice, capture, 0)
    for _ in range(max(1, len(packets) // dice.choice((3, 10, 30)))):
        index = dice.randrange(len(packets))
        packets[index] = change_bytes(dice, packets[index], PACKET_HEADER)
    for _ in range(dice.choice((0, 0, 1, 5))):
        one, other = dice.randrange(len(packets)), dice.randrange(len(packets))
        deed = dice.randrange(3)
        if deed == 0:
            packets[one], packets[other] = packets[other], packets[one]
        elif deed == 1:
            packets.insert(one, packets[other])
        elif len(packets) > 1:
            del packets[one]
    return capture[:FILE_HEADER] + b''.join(packets)


def fault_of(handspan, files):
    """What is wrong with the reading of these files; empty if nothing is."""
    try:
        done = subprocess.run([handspan, 'read', '--json', *map(str, files)], stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=LIMIT, check=False)
    except subprocess.TimeoutExpired:
        return f'no end in {LIMIT} s'
    said = done.stderr.decode('utf-8', 'replace')
    if done.returncode not in (0, 1) or 'runtime error' in said or 'Sanitizer' in said:
        return f'ended with {done.returncode}:\n{said[-3000:]}'
    try:
        for line in done.stdout.decode('utf-8').splitlines():
            json.loads(line)
    except ValueError as fault:  # UnicodeDecodeError is one
        return f'the output is no JSON: {fault}'
    return ''


def read_all(handspan, files, keep):
    fault = fault_of(handspan, files)
    if not fault:
        return 0
    if len(files) > 1:
        return sum(read_all(handspan, part, keep) for part in (files[:len(files) // 2], files[len(files) // 2:]))
    print(f'{files[0].name}: {fault}')
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        shutil.copy(files[0], keep)
    return 1


def captures_in(place):
    if place.is_file():
        return [place]
    return sorted(x for x in place.rglob('*') if x.suffix in ('.pcap', '.pcapng'))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--handspan', required=True, type=os.path.abspath)
    parser.add_argument('--rounds', type=int, default=1)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--keep', type=Path)
    parser.add_argument('captures', nargs='+', type=Path)
    options = parser.parse_args()
    dice = random.Random(options.seed)
    captures = [x for place in options.captures for x in captures_in(place)]
    if not captures:
        sys.exit('no captures there')
    faults = 0
    with tempfile.TemporaryDirectory(prefix='handspan-mutation-') as scratch:
        batch = []

        def flush():
            nonlocal faults
            faults += read_all(options.handspan, batch, options.keep) if batch else 0
            for file in batch:
                if file.parent == Path(scratch):
                    file.unlink()
            batch.clear()

        for capture in captures:
            batch.append(capture)
            content = capture.read_bytes()
            for number in range(options.rounds):
                for deed in (cut, change):
                    name = f'{capture.parent.name}-{capture.stem}-{deed.__name__}-{number}{capture.suffix}'
                    batch.append(Path(scratch) / name)
                    batch[-1].write_bytes(deed(dice, content))
            if len(batch) >= BATCH:
                flush()
        flush()
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
