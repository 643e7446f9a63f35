"""What the tests of the command line share: its call, its complaints, small captures."""
import os
import struct
import subprocess
import sys
import tempfile
import unittest

import suite

HERE = os.path.dirname(os.path.abspath(__file__))
CAPTURE = os.path.join(HERE, '../golden/tls12-complete/capture.pcap')


class Programs:
    handspan = segment_writer = None


def tcp(src, dst, seq, ack, flags):
    """An Ethernet frame of an IPv4 TCP segment without payload, checksums left out."""
    segment = struct.pack('>HHIIBBHHH', src, dst, seq, ack, 5 << 4, flags, 65535, 0, 0)
    packet = struct.pack('>BBHHHBBH4s4s', 0x45, 0, 40, 0, 0, 64, 6, 0,
                         bytes([192, 0, 2, 1 if src > dst else 2]),
                         bytes([192, 0, 2, 2 if src > dst else 1]))
    return bytes(12) + b'\x08\x00' + packet + segment


def pcap(frames, link=1):
    out = struct.pack('<IHHIIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, link)
    for i, frame in enumerate(frames):
        out += struct.pack('<IIII', 1700000000, 100 * i, len(frame), len(frame)) + frame
    return out


SYN, RST, ACK = 2, 4, 16
# Port 1025: refused; port 1024, whose SYN came first: never answered.
FRAMES = [tcp(1024, 443, 1, 0, SYN), tcp(1025, 443, 1, 0, SYN), tcp(443, 1025, 0, 2, RST | ACK)]


class Base(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def file(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, 'wb') as out:
            out.write(content)
        return path

    def run_cli(self, *args, env=None, **more):
        clean = {k: v for k, v in os.environ.items() if not k.startswith(('LC_', 'LANG'))}
        clean.update(env or {})
        done = subprocess.run([Programs.handspan, *args], capture_output=True, timeout=30, env=clean, **more)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def refused(self, status, words, *args, **more):
        """One line on stderr, nothing on stdout."""
        code, out, err = self.run_cli(*args, **more)
        self.assertEqual(code, status, err)
        self.assertEqual(out, '')
        self.assertEqual(err.count('\n'), 1, err)
        self.assertTrue(err.startswith('handspan: '), err)
        self.assertIn(words, err)


class SegmentBase(Base):
    """With a stand-in for the daemon."""

    def daemon(self, ring=256 << 10):
        run = subprocess.Popen([Programs.segment_writer, self.folder, str(ring)], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.end, run)
        self.assertEqual(run.stdout.readline(), 'ok\n')
        return run

    @staticmethod
    def end(run):
        if run.poll() is None:
            run.kill()
        run.wait()
        run.stdin.close()
        run.stdout.close()

    def tell(self, run, *commands):
        for command in commands:
            run.stdin.write(command + '\n')
            run.stdin.flush()
            if command == 'die':
                run.wait()
            else:
                self.assertEqual(run.stdout.readline(), 'ok\n')
        if commands[-1] == 'stop':
            run.wait()


def option(name):
    if name not in sys.argv:
        return None
    at = sys.argv.index(name)
    value = sys.argv[at + 1]
    del sys.argv[at:at + 2]
    return os.path.abspath(value)


def main():
    Programs.handspan, Programs.segment_writer = option('--handspan'), option('--segment-writer')
    suite.main()
