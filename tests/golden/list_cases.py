#!/usr/bin/env python3
"""The names of the golden cases, one a line: the folders that hold a capture."""

from pathlib import Path

for capture in sorted(Path(__file__).resolve().parent.glob('*/capture.pcap*')):
    print(capture.parent.name)
