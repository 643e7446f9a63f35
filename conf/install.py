#!/usr/bin/env python3
"""Puts configuration files in place, and leaves alone what an operator has changed: a file that is
there and differs stays, and the shipped one lies beside it as NAME.new.

  install.py FOLDER FILE…      (below $DESTDIR)
"""
import filecmp
import os
import pathlib
import shutil
import sys


def main():
    folder = pathlib.Path(os.environ.get('DESTDIR', '') + sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for source in map(pathlib.Path, sys.argv[2:]):
        target = folder / source.name
        if target.exists() and not filecmp.cmp(source, target, shallow=False):
            target = target.with_name(target.name + '.new')
        shutil.copyfile(source, target)
        target.chmod(0o644)
        print(f'Installing {source} to {target}')


if __name__ == '__main__':
    main()
