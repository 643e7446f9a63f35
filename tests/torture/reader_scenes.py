"""A reader of which one call fails: of a capture, of the segment of a daemon that has ended, and the exporter."""

import json
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from scene import Scene

LIMIT = 60
PATIENCE = 30  # seconds in which the exporter delivers a few records
CAPTURE = Path(__file__).resolve().parent.parent / 'golden' / 'jack-gm' / 'capture.pcap'


class Reader(Scene):
    """What a command says with one call that fails (0: none), against what it says else."""

    expected = None

    def __init__(self, options, _scene, number):
        super().__init__(options, number, 'report')

    def command(self):
        raise NotImplementedError

    def go(self):
        try:
            done = subprocess.run(self.command(), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT,
                                  env=self.tortured, check=False)
            self.output, self.errors, self.code = done.stdout, done.stderr, done.returncode
        except subprocess.TimeoutExpired:
            self.output, self.errors, self.code = '', '', 'hangs'
        if self.number == 0:
            type(self).expected = self.output

    def said(self):
        return self.errors

    def faults(self):
        if self.code == 'hangs':
            return ['it hangs']
        if self.code < 0 or self.code > 2:
            return [f'it ends by {self.code}: {self.errors[-300:]}']
        if self.errors.strip():
            return []
        if self.code != 0:
            return ['it fails and does not say why']
        return [] if self.output == self.expected else ['its output is not whole, and it says nothing']


class Read(Reader):
    expected = None

    def command(self):
        return [self.options.handspan, 'read', '--json', str(CAPTURE)]


def make_segment(options, folder):
    subprocess.run([options.handspand, '--replay', str(CAPTURE), '--runtime-dir', str(folder / 'run')], capture_output=True,
                   timeout=LIMIT, check=True, env=dict(os.environ, XDG_RUNTIME_DIR=str(folder)))


class Log(Reader):
    expected = None
    segment = None  # one for all

    def __init__(self, options, scene, number):
        super().__init__(options, scene, number)
        if Log.segment is None:
            Log.segment = tempfile.TemporaryDirectory(prefix='handspan-torture-')
            make_segment(options, Path(Log.segment.name))

    def command(self):
        return [self.options.handspan, 'log', '--json', '--runtime-dir', self.segment.name + '/run']


class Export(Log):
    """Whatever fails: in the end, after another start if need be, each record is there, once."""

    expected = None

    def command(self):
        config = self.folder / 'export.toml'
        config.write_text(f'[export]\nruntime_dir = "{self.segment.name}/run"\n[spool]\ndir = "{self.folder}/spool"\n'
                          f'file_time = "100ms"\n[[sink]]\ntype = "jsonl"\ndir = "{self.folder}/jsonl"\n'
                          'events = "connection"\nretry_most = "100ms"\n')
        return [self.options.exporter, '--config', str(config), '--status-dir', str(self.folder / 'status')]

    def ids(self):
        files = sorted(str(path) for path in (self.folder / 'jsonl').glob('*.zst'))
        done = subprocess.run(['zstd', '-dcq', *files], capture_output=True, check=False) if files else None
        return sorted(json.loads(line)['flow_id'] for line in done.stdout.splitlines()) if files else []

    def run_once(self, environment):
        """Until it has delivered all there is, ended, or its time is over."""
        process = subprocess.Popen(self.command(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                   env=environment)
        end = time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < end and len(self.ids()) < self.wanted():
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        try:
            _, self.errors = process.communicate(timeout=LIMIT)
            self.code = process.returncode
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            self.errors, self.code = '', 'hangs'

    def wanted(self):
        if Export.expected is None:
            done = subprocess.run([self.options.handspan, 'log', '--json', '--runtime-dir', self.segment.name + '/run'],
                                  capture_output=True, text=True, timeout=LIMIT, env=self.environment, check=True)
            records = map(json.loads, done.stdout.splitlines())
            Export.expected = sorted(x['flow_id'] for x in records if x.get('event_type', 'connection') == 'connection')
        return len(Export.expected)

    def go(self):
        self.run_once(self.tortured)

    def faults(self):
        if self.code == 'hangs':
            return ['it hangs']
        if self.code < 0 or self.code > 2:
            return [f'it ends by {self.code}: {self.errors[-300:]}']
        if self.code != 0 and not self.errors.strip():
            return ['it fails and does not say why']
        if self.ids() == self.expected:
            return []
        first = self.errors
        self.run_once(self.environment)
        if self.ids() != self.expected:
            return [f'after another start {len(self.ids())} of {len(self.expected)} records are there: {first}{self.errors}']
        return [] if first.strip() else ['it did not deliver all, and did not say why']
