#!/usr/bin/env python3
"""What `handspan read` takes: compressed files, several that follow each other, pipes, interfaces."""

import argparse
import contextlib
import gzip
import json
import os
import select
import struct
import subprocess
import time

import suite
from cli_base import Base, Programs, tcp

SYN, FIN, RST, ACK = 2, 1, 4, 16
HEADER = struct.pack('<IHHIIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1)


def packet(second, frame):
    return struct.pack('<IIII', 1700000000 + second, 0, len(frame), len(frame)) + frame


def refused(port, second):
    return packet(second, tcp(port, 443, 1, 0, SYN)) + packet(second, tcp(443, port, 0, 2, RST | ACK))


CAPTURE = HEADER + refused(1025, 0) + refused(1026, 1)


def zstd(data):
    """One frame of one raw block (RFC 8878)."""
    return b'\x28\xb5\x2f\xfd\xa0' + struct.pack('<I', len(data)) + struct.pack('<I', len(data) << 3 | 1)[:3] + data


def lz4(data):
    """One frame of one block that is not compressed."""
    return b'\x04\x22\x4d\x18\x60\x40\x82' + struct.pack('<I', len(data) | 1 << 31) + data + bytes(4)


class Files(Base):
    def records(self, *args, **more):
        code, out, err = self.run_cli('read', '--json', *args, **more)
        self.assertEqual((code, err), (0, ''))
        return [json.loads(line) for line in out.splitlines()]


class Compressed(Files):
    def test_each_format_gives_what_the_plain_file_gives(self):
        expected = self.records(self.file('plain', CAPTURE))
        self.assertEqual(len(expected), 2)
        for name, pack in (('gz', gzip.compress), ('zst', zstd), ('lz4', lz4)):
            path = self.file('a.' + name, pack(CAPTURE))
            self.assertEqual(self.records(path), expected, name)
            with open(path, 'rb') as packed:
                piped = self.run_cli('read', '--json', '-', input=packed.read())
            self.assertEqual(piped[0], 0, name)
            self.assertEqual(len(piped[1].splitlines()), 2, name)

    def test_frames_one_behind_the_other_are_one_file(self):
        expected = self.records(self.file('plain', CAPTURE))
        for pack in (gzip.compress, zstd, lz4):
            path = self.file('two', pack(CAPTURE[:50]) + pack(CAPTURE[50:]))
            self.assertEqual(self.records(path), expected)

    def test_what_ends_early_or_is_damaged_gives_what_stands_before(self):
        data = b''.join(refused(1025 + i, i) for i in range(200))
        for pack in (gzip.compress, zstd, lz4):
            whole = pack(HEADER + data)
            code, out, err = self.run_cli('read', '--json', self.file('short', whole[:len(whole) * 3 // 4]))
            self.assertEqual(code, 1)
            self.assertIn('ends early', err)
            if pack is gzip.compress:
                self.assertGreater(len(out.splitlines()), 50)
        damaged = bytearray(gzip.compress(HEADER + data))
        damaged[len(damaged) // 2:len(damaged) // 2 + 20] = bytes(20)
        code, _, err = self.run_cli('read', '--json', self.file('damaged', bytes(damaged)))
        self.assertEqual((code, err.count('\n')), (1, 1))

    def test_a_bomb_takes_little_memory(self):
        # 512 MiB of one packet again and again, in half a megabyte.
        one = packet(0, tcp(1025, 443, 1, 0, SYN))
        path = os.path.join(self.folder, 'bomb.gz')
        with gzip.open(path, 'wb', compresslevel=1) as out:
            out.write(HEADER)
            block = one * 20000
            for _ in range(100):
                out.write(block)
        limited = ['prlimit', '--as=' + str(3 << 30), Programs.handspan, 'read', '--json', path]
        done = subprocess.run(limited, capture_output=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)['packets']['client'], 2000000)

    def test_compressed_nonsense_is_a_fault(self):
        for pack in (gzip.compress, zstd, lz4):
            code, out, err = self.run_cli('read', self.file('no', pack(b'no capture at all' * 10)))
            self.assertEqual((code, out, err.count('\n')), (1, '', 1), err)
            self.assertIn('not a capture file', err)


class Series(Files):
    def parts(self):
        """A connection that is opened in one file and closed in the next."""
        first = HEADER + packet(0, tcp(1025, 443, 1, 0, SYN)) + packet(1, tcp(443, 1025, 5, 2, SYN | ACK)) + \
            packet(1, tcp(1025, 443, 2, 6, ACK))
        second = HEADER + packet(60, tcp(1025, 443, 2, 6, FIN | ACK)) + packet(61, tcp(443, 1025, 6, 3, FIN | ACK)) + \
            packet(61, tcp(1025, 443, 3, 7, ACK))
        return self.file('a', first), self.file('b', second)

    def test_files_that_follow_each_other_are_one_capture(self):
        first, second = self.parts()
        for order in ((first, second), (second, first)):
            records = self.records(*order)
            self.assertEqual(len(records), 1)
            self.assertEqual(records[0]['tcp']['teardown'], 'fin')
            self.assertEqual(records[0]['packets'], {'client': 4, 'server': 2})
            self.assertEqual(records[0]['phases'][-1]['last_packet'], 6)
        self.assertEqual(len(self.records('--separate', first, second)), 2)

    def test_files_of_one_time_are_captures_of_their_own(self):
        path = self.file('a', CAPTURE)
        self.assertEqual(len(self.records(path, path)), 4)

    def test_a_file_cut_short_does_not_end_the_series(self):
        first, second = self.parts()
        with open(first, 'ab') as out:
            out.write(packet(2, tcp(1025, 443, 2, 6, ACK))[:-10])
        code, out, err = self.run_cli('read', '--json', first, second)
        self.assertEqual(code, 1)
        self.assertIn('cut short', err)
        self.assertEqual(json.loads(out)['tcp']['teardown'], 'fin')

    def test_failures_name_the_files_that_explain_takes(self):
        first = self.file('a b', CAPTURE)
        second = self.file('c', HEADER + refused(2000, 100))
        told = json.loads(self.run_cli('failures', '--json', first, second)[1])
        row = told['failures'][0]
        self.assertEqual(row['connection'], 3)
        command = f"{Programs.handspan} explain {row['file']} --connection {row['connection']}"
        done = subprocess.run(command, shell=True, capture_output=True, check=True, timeout=30)
        self.assertIn(':2000', done.stdout.decode())


class Live(Files):
    @contextlib.contextmanager
    def reading(self, *args, **more):
        reader = subprocess.Popen([Programs.handspan, 'read', '--json', *args], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, **more)
        try:
            yield reader
        finally:
            reader.kill()
            reader.wait()
            for stream in reader.stdin, reader.stdout, reader.stderr:
                stream.close()

    def line_of(self, reader, seconds=10):
        self.assertTrue(select.select([reader.stdout], [], [], seconds)[0], 'nothing came')
        return json.loads(reader.stdout.readline())

    def test_a_pipe_shows_connections_as_they_end(self):
        with self.reading('-', stdin=subprocess.PIPE) as reader:
            for port in 1025, 1026:
                reader.stdin.write((HEADER if port == 1025 else b'') + refused(port, port))
                reader.stdin.flush()
                self.assertEqual(self.line_of(reader)['src_port'], port)
                self.assertIsNone(reader.poll())
            reader.stdin.write(refused(1027, 1027))
            reader.stdin.close()
            self.assertEqual(self.line_of(reader)['src_port'], 1027)
            self.assertEqual(reader.wait(10), 0)

    def test_an_interface(self):
        suite.need_root(self, 'make interfaces')
        suite.need_program(self, 'ip')
        self.assertIn('no such interface', self.run_cli('read', '-i', 'nosuch0')[2])
        space = f'handspan-files-{os.getpid()}'
        if subprocess.run(['ip', 'netns', 'add', space], capture_output=True, check=False).returncode != 0:
            self.skipTest('this machine lets nobody make network namespaces')
        self.addCleanup(subprocess.run, ['ip', 'netns', 'del', space], check=True)
        subprocess.run(['ip', '-n', space, 'link', 'set', 'lo', 'up'], check=True)
        inside = ['ip', 'netns', 'exec', space]
        reader = subprocess.Popen([*inside, Programs.handspan, 'read', '--json', '-i', 'lo'], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE)
        self.addCleanup(reader.communicate)
        self.addCleanup(reader.kill)
        time.sleep(1)
        connect = 'import socket\ntry: socket.create_connection(("127.0.0.1", 7))\nexcept OSError: pass'
        subprocess.run([*inside, 'python3', '-c', connect], check=True)
        record = self.line_of(reader)
        self.assertEqual((record['dest_port'], record['cause']), (7, 'refused'))
        reader.terminate()
        self.assertEqual(reader.wait(10), 0)


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('--handspan', required=True)
    options, rest = parser.parse_known_args()
    Programs.handspan = os.path.abspath(options.handspan)
    suite.main(argv=[__file__, *rest])
