"""What the system tests share at their ends: what each may do without, and how it says so.

A program that tools/deps brings is no reason to skip: without it a test fails. What a machine can't
give (hugepages, memory, another user's rights) is, and then the summary names and counts it.
"""

import os
import shutil
import sys
import time
import unittest


def need_program(test, *names):
    """Fails without one of these programs; the group `test` of tools/deps installs them all."""
    for name in names:
        if not shutil.which(name):
            test.fail(f'{name} is not installed: tools/deps test')


def need_root(test, for_what):
    if os.geteuid() != 0:
        test.skipTest(f'only root may {for_what}')


def wait_until(holds, what, seconds=60):
    """Polls until it holds; fails with the name of what was waited for."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f'{what}: not within {seconds} s')
        time.sleep(0.02)


def main(*arguments, **keywords):
    """unittest.main(), which names each skipped case on a line of its own for tools/test_summary.py."""
    result = unittest.main(*arguments, exit=False, **keywords).result
    for case, reason in result.skipped:
        print(f'skipped: {case.id().removeprefix("__main__.")}: {reason}')
    sys.exit(0 if result.wasSuccessful() else 1)
