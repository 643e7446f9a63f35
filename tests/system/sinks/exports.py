"""What the tests of the sinks share: an exporter beside a stand-in for the daemon (export_test.py), and their options."""

import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import export_test  # noqa: E402
import suite  # noqa: E402

PROGRAMS = export_test.PROGRAMS
JSONL = 'type = "jsonl"\ndir = "DIR/jsonl"\nfile_time = "1s"\n'


class SinkTest(export_test.Exports):
    def start_with(self, *sinks):
        """A stand-in that has written nothing, and the exporter beside it."""
        self.configure(*sinks)
        writer = self.writer()
        self.start()
        return writer

    def sink(self, name):
        status = self.status()
        return status and next((sink for sink in status['sinks'] if sink['name'] == name), None)


def main(*more):
    parser = argparse.ArgumentParser()
    for name in ('handspan', 'exporter', 'segment-writer', 'capture', *more):
        parser.add_argument('--' + name, required=True)
    _, rest = parser.parse_known_args(namespace=PROGRAMS)
    suite.main(argv=[sys.argv[0], *rest])
