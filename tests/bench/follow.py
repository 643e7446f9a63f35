#!/usr/bin/env python3
"""How many records a second `handspan log --follow --json` writes, and whether it loses any.

  follow.py [--rate N] [--seconds N] [--ring-bytes N] [--capture FILE] [--json]

A writer fills a ring with the records of a capture (two for each TLS connection, as a daemon does), at a
given rate, on one core; the follower reads them beside it and writes to /dev/null. Its rate is counted by
its own CPU time: what one core of this machine would do.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / os.environ.get('HANDSPAN_BUILD', 'build')


def tell(writer, command):
    writer.stdin.write(command + '\n')
    writer.stdin.flush()
    return writer.stdout.readline().split()


def run(options, folder):
    writer = subprocess.Popen([BUILD / 'tests/system/segment_writer', folder, str(options.ring_bytes)], text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert writer.stdout.readline() == 'ok\n'
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    follower = subprocess.Popen([BUILD / 'app/handspan/handspan', 'log', '--follow', '--json', '--runtime-dir', folder],
                                text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        written = int(tell(writer, f'flood {options.capture} {options.rate} {options.seconds}')[0])
        tell(writer, 'stop')
        said = follower.communicate(timeout=60)[1]
    finally:
        follower.kill()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    writer.communicate(timeout=60)
    lost = sum(int(line.split()[1].replace(',', '')) for line in said.splitlines() if 'were lost' in line)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {'written': written, 'lost': lost, 'cpu_seconds': round(seconds, 3),
            'records_per_cpu_second': round((written - lost) / seconds)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--rate', type=int, default=100_000, help='records a second (100,000: 50,000 connections)')
    parser.add_argument('--seconds', type=int, default=5)
    parser.add_argument('--ring-bytes', type=int, default=256 << 20, help='of the ring')
    parser.add_argument('--capture', default=ROOT / 'tests/golden/tls12-complete/capture.pcap')
    parser.add_argument('--json', action='store_true')
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = run(options, folder)
    if options.json:
        print(json.dumps(result))
    else:
        print(f'{result["written"]:,} records at {options.rate:,} a second: {result["lost"]:,} lost; '
              f'{result["records_per_cpu_second"]:,} a second of CPU time')
    return 1 if result['lost'] else 0


if __name__ == '__main__':
    sys.exit(main())
