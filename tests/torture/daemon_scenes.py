"""A daemon of which one call fails: a capture that is replayed, and a port that is watched, with a reload."""

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'system'))
from daemon_test import capture, interleaved  # noqa: E402
from scene import Scene  # noqa: E402

LIMIT = 60
CONNECTIONS = 20
SMALL = '''[limits]
flows = 1024
tracks = 1024
track_facts = 4096
tls_sessions = 64
tls_facts = 4096
hello_buffers = 16
message_buffers = 1
certificates = 16
segment_buffers = 64
fragmented_datagrams = 64
ring_bytes = "256KiB"
failure_bytes = "256KiB"
story_bytes = "256KiB"
story_buffers = 64
[capture]
mbufs = 1024
rx_descriptors = 256
mbuf_cache = 0
'''
RULES = '[[rule]]\nid = 1\nname = "one"\nall = [{ port = 8080 }]\n'


class Run(Scene):
    """One scene with one call that fails (0: none), in a folder of its own."""

    def __init__(self, options, scene, number):
        super().__init__(options, number, 'logs/report', TMPDIR='tmp', RUNTIME_DIRECTORY='')
        self.scene = scene
        for name in ('tmp', 'logs'):  # the daemon may write into its log's folder alone, once it runs
            (self.folder / name).mkdir()
        self.frames = interleaved(CONNECTIONS)
        self.capture = self.folder / 'c.pcap'
        self.capture.write_bytes(capture(self.frames))
        (self.folder / 'rules.toml').write_text(RULES)

    def command(self):
        ports = '' if self.scene == 'replay' else f'ports = ["net_pcap0,rx_pcap={self.capture}"]\n'
        log = f'[log]\nfile = "{self.folder}/logs/log"\n'
        config = self.folder / 'c.toml'
        config.write_text(SMALL + ports + f'[rules]\nfile = "{self.folder}/rules.toml"\n'
                          '[timeouts]\nclosed = "1ms"\n[dpdk]\neal_args = ["--no-huge"]\n' + log)
        replay = ['--replay', str(self.capture)] if self.scene == 'replay' else []
        return [self.options.handspand, '--config', str(config), '--runtime-dir', str(self.folder / 'run'), *replay]

    def said(self):
        log = self.folder / 'logs' / 'log'
        return self.errors + (log.read_text() if log.exists() else '')

    def packets(self):
        """What the last daemon counted, or None."""
        done = subprocess.run([self.options.handspan, 'stat', '--json', '--runtime-dir', str(self.folder / 'run')],
                              capture_output=True, text=True, timeout=LIMIT, env=self.environment, check=False)
        return json.loads(done.stdout)['counters']['received_packets'] if done.stdout else None

    def go(self):
        process = subprocess.Popen(self.command(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   env=self.tortured)
        try:
            if self.scene == 'live':
                self.watch(process)
            self.output, self.errors = process.communicate(timeout=LIMIT)
            self.code = process.returncode
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGABRT)
            process.communicate()
            self.output, self.errors, self.code = '', '', 'hangs'

    def watch(self, process):
        """Until it has counted all, or ended, or does not answer."""
        end = time.monotonic() + 5
        log = self.folder / 'logs' / 'log'
        while process.poll() is None and time.monotonic() < end:
            if log.exists() and ' running: ' in log.read_text() and self.packets() == len(self.frames):
                break
            time.sleep(0.05)
        process.send_signal(signal.SIGHUP)  # which reads all anew
        while process.poll() is None and time.monotonic() < end and not (
                log.exists() and re.search('rules in force|stay in force', log.read_text())):
            time.sleep(0.05)
        process.terminate()

    def faults(self):
        """What is wrong with how it ended."""
        if self.code == 'hangs':
            return ['it hangs']
        if self.code < 0 or self.code > 1:
            return [f'it ends by {self.code}: {self.errors[-300:]}']
        found = []
        if self.code == 1 and not self.errors.strip():
            found.append('it fails and does not say why')
        if self.code == 0 and self.packets() != len(self.frames) and not re.search(' (warning|error) ', self.said()):
            found.append(f'it counted {self.packets()} packets of {len(self.frames)} and says nothing')
        left = [path.name for path in (self.folder / 'tmp').iterdir()]
        left += [path.name for path in (self.folder / 'run').glob('*/*.new')]
        if self.code == 1 and ' running: ' not in self.said():
            left += [path.name for path in (self.folder / 'run').glob('*/*')]
        if self.reported().startswith('failed flock '):  # a lock is removed by none but who holds it
            left = [name for name in left if name != 'lock']
        if left:
            found.append(f'it leaves {left}')
        return found + self.next_faults()

    def next_faults(self):
        """The next start, which nothing is in the way of."""
        done = subprocess.run([*self.command()[:5], '--replay', str(self.capture)], capture_output=True, text=True,
                              timeout=LIMIT, env=self.environment, check=False)
        return [] if done.returncode == 0 else [f'the next start fails: {done.stderr}']
