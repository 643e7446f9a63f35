#!/usr/bin/env python3
"""Each system call and each allocation of DPDK's that a run makes fails once: the program ends in order or goes on, says
what was wrong, and leaves nothing behind.

  torture_test.py --handspand PATH --handspan PATH --exporter PATH --library libtorture.so [--every N | --sample N]
                  [--seed N] [--first N] [--scene NAME]...

A scene is run once to learn its calls, and then once for each place that makes one (--every 1, the whole: the first,
second and last time), for each N-th of those, or for a random sample; the default is a sample of 3 of each scene, and
what wakes DPDK's threads.
"""

import argparse
import random
import re
import sys

from daemon_scenes import Run
from reader_scenes import Export, Log, Read

SCENES = {'replay': Run, 'live': Run, 'read': Read, 'log': Log, 'export': Export}
WAKING = re.compile('^(\\d+) (read|write) \\S+ librte_eal', re.M)  # its threads, by pipes


def calls_of(options, scene):
    run = SCENES[scene](options, scene, 0)
    run.go()
    faults = run.faults()
    if faults:
        sys.exit(f'{scene}, with no call that fails: {faults}\n{run.said()}')
    places = {}
    for number, name, place in re.findall('^(\\d+) (\\S+) (\\S+) \\S+$', run.reported(), re.M):
        places.setdefault((name, place), []).append(int(number))
    if not places:
        sys.exit(f'{scene}: no call was reported')
    waking = [int(number) for number, _ in WAKING.findall(run.reported())]
    return sorted({number for times in places.values() for number in (*times[:2], times[-1])}), waking[-4:]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ('handspand', 'handspan', 'exporter', 'library'):
        parser.add_argument('--' + name, required=True)
    parser.add_argument('--every', type=int)
    parser.add_argument('--sample', type=int, default=3)
    parser.add_argument('--seed', type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument('--first', type=int, default=1)
    parser.add_argument('--scene', action='append', choices=SCENES)
    options = parser.parse_args()
    chance, bad = random.Random(options.seed), 0
    for scene in options.scene or SCENES:
        calls, waking = calls_of(options, scene)
        calls = [number for number in calls if number >= options.first]
        numbers = (calls[::options.every] if options.every else
                   sorted({*waking, *chance.sample(calls, min(options.sample, len(calls)))}))
        print(f'{scene}: {len(calls)} calls worth trying, {len(numbers)} are (seed {options.seed})', flush=True)
        for number in numbers:
            run = SCENES[scene](options, scene, number)
            run.go()
            faults = run.faults()
            bad += bool(faults)
            for fault in faults:
                failed = (run.reported().splitlines() or ['?'])[0]
                print(f'{scene}, call {number} {failed}: {fault}', flush=True)
    print(f'{bad} runs went wrong')
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
