#!/usr/bin/env python3
"""The model of the ring (ring.pml) is checked in all its states; and with a step left out, the check must find that.

"""

import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

MODEL = Path(__file__).resolve().parent / 'ring.pml'
SPIN = shutil.which('spin')


def check(*flags):
    """All that the checker says of the model made with these flags."""
    with tempfile.TemporaryDirectory() as folder:
        for command in ([SPIN, '-a', *flags, str(MODEL)], ['cc', '-O1', '-w', '-DSAFETY', '-DCOLLAPSE', '-o', 'pan', 'pan.c']):
            subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        return subprocess.run(['./pan', '-m100000'], cwd=folder, check=True, capture_output=True, text=True).stdout


class Ring(unittest.TestCase):
    def test_no_reader_ever_takes_what_is_torn(self):
        said = check()
        self.assertIn('errors: 0', said)
        self.assertNotIn('Search not completed', said)
        self.assertNotIn('max search depth too small', said)
        self.assertGreater(int(re.search(r'(\d+) states, stored', said)[1]), 10_000)
        self.assertEqual(2, len(re.findall(r'unreached in proctype \w+\n\t\(0 of', said)), 'all of the model is used')

    def test_a_step_left_out_is_found(self):
        for flag in ('-DNO_INTENT', '-DNO_FENCE', '-DNO_PUBLISH'):
            with self.subTest(flag):
                self.assertRegex(check(flag), r'assertion violated[\s\S]*errors: 1')


if __name__ == '__main__':
    if SPIN is None:
        print('spin is not installed: tools/deps test')
        sys.exit(77)
    unittest.main()
