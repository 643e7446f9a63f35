"""A program on a terminal of its own, and what it has drawn there: as much of an xterm as ncurses asks for."""

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
import unicodedata

SEQUENCE = re.compile(r'\x1b(?:\[([0-9;?>]*)([A-Za-z@`])|[()][A-Z0-9]|[=>78Mc])')


class Screen:
    """Rows of characters; `marked` are the cells in reverse. What it does not understand is kept in `strange`."""

    def __init__(self, rows, columns):
        self.resize(rows, columns)
        self.rest = ''
        self.strange = []

    def resize(self, rows, columns):
        self.rows, self.columns = rows, columns
        self.cells = [[' '] * columns for _ in range(rows)]
        self.marks = [[False] * columns for _ in range(rows)]
        self.row = self.column = 0
        self.reverse = False
        self.last = ' '

    def take(self, text):
        text = self.rest + text
        self.rest = ''
        at = 0
        while at < len(text):
            if text[at] == '\x1b':
                found = SEQUENCE.match(text, at)
                if not found:
                    if len(text) - at < 32:
                        self.rest = text[at:]
                        return
                    self.strange.append(text[at:at + 8])
                    at += 1
                    continue
                if found[2]:
                    self.obey(found[1], found[2])
                at = found.end()
            else:
                self.put(text[at])
                at += 1

    def put(self, char):
        if char == '\r':
            self.column = 0
        elif char == '\n':
            self.row = min(self.row + 1, self.rows - 1)
        elif char == '\b':
            self.column = max(self.column - 1, 0)
        elif char == '\t':
            self.column = min((self.column // 8 + 1) * 8, self.columns - 1)
        elif unicodedata.category(char) == 'Cc':
            if char not in '\x07\x0f':
                self.strange.append(char)
        else:
            width = 2 if unicodedata.east_asian_width(char) in 'WF' else 1
            if self.column + width > self.columns:
                self.column, self.row = 0, min(self.row + 1, self.rows - 1)
            self.cells[self.row][self.column] = char
            self.marks[self.row][self.column] = self.reverse
            if width == 2:
                self.cells[self.row][self.column + 1] = ''
            self.column += width
            self.last = char

    def erase(self, row, begin, end):
        for column in range(max(begin, 0), min(end, self.columns)):
            self.cells[row][column] = ' '
            self.marks[row][column] = False

    def obey(self, given, what):
        if given[:1] in ('?', '>'):
            return
        numbers = [int(part) if part else 0 for part in given.split(';')]
        one = max(numbers[0], 1)
        if what == 'H':
            self.row = min(one, self.rows) - 1
            self.column = min(max((numbers + [1])[1], 1), self.columns) - 1
        elif what == 'd':
            self.row = min(one, self.rows) - 1
        elif what in 'G`':
            self.column = min(one, self.columns) - 1
        elif what in 'ABCD':
            row, column = {'A': (-1, 0), 'B': (1, 0), 'C': (0, 1), 'D': (0, -1)}[what]
            self.row = min(max(self.row + row * one, 0), self.rows - 1)
            self.column = min(max(self.column + column * one, 0), self.columns - 1)
        elif what == 'Z':
            self.column = max((self.column - 1) // 8 * 8, 0)
        elif what == 'K':
            begin, end = {0: (self.column, self.columns), 1: (0, self.column + 1), 2: (0, self.columns)}[numbers[0]]
            self.erase(self.row, begin, end)
        elif what == 'J':
            if numbers[0] == 0:
                self.erase(self.row, self.column, self.columns)
            for row in range(self.rows) if numbers[0] == 2 else range(self.row + 1, self.rows):
                self.erase(row, 0, self.columns)
        elif what == 'X':
            self.erase(self.row, self.column, self.column + one)
        elif what == 'b':
            for _ in range(one):
                self.put(self.last)
        elif what == 'P':
            for line, empty in ((self.cells, ' '), (self.marks, False)):
                row = line[self.row]
                del row[self.column:self.column + one]
                row += [empty] * (self.columns - len(row))
        elif what == '@':
            for line, empty in ((self.cells, ' '), (self.marks, False)):
                row = line[self.row]
                row[self.column:self.column] = [empty] * one
                del row[self.columns:]
        elif what == 'm':
            for number in numbers:
                self.reverse = True if number == 7 else False if number in (0, 27) else self.reverse
        elif what not in 'rhlt':
            self.strange.append(f'ESC [ {given}{what}')

    def lines(self):
        return [''.join(row).rstrip() for row in self.cells]

    def text(self):
        return '\n'.join(self.lines())

    def marked(self):
        return [line for line, marks in zip(self.lines(), self.marks) if any(marks)]


class Terminal:
    """A program in it; close() ends it."""

    def __init__(self, command, rows=24, columns=80, **environment):
        self.screen = Screen(rows, columns)
        self.raw = b''
        self.decoder = codecs.getincrementaldecoder('utf-8')('replace')
        self.code = None
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            self.size(0, rows, columns)
            os.execve(command[0], [str(word) for word in command],
                      {'PATH': os.environ['PATH'], 'TERM': 'xterm', 'LANG': 'C.UTF-8', **environment})
        self.size(self.descriptor, rows, columns)

    @staticmethod
    def size(descriptor, rows, columns):
        fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))

    def resize(self, rows, columns):
        self.screen.resize(rows, columns)
        self.size(self.descriptor, rows, columns)

    def type(self, keys):
        os.write(self.descriptor, keys.encode())

    def read(self, seconds=0.1):
        """What comes within that time; False at its end."""
        if not select.select([self.descriptor], [], [], seconds)[0]:
            return True
        try:
            piece = os.read(self.descriptor, 65536)
        except OSError:
            piece = b''
        self.raw += piece
        self.screen.take(self.decoder.decode(piece))
        return bool(piece)

    def wait_for(self, *texts, seconds=20):
        """Until all of them are on the screen, and it has come to rest."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            alive = self.read()
            if all(text in self.screen.text() for text in texts):
                while select.select([self.descriptor], [], [], 0.05)[0] and self.read():
                    pass
                return
            if not alive:
                break
        raise AssertionError(f'{texts} not on the screen:\n{self.screen.text()}')

    def end(self, seconds=10):
        """Its exit status, once it has ended by itself."""
        until = time.monotonic() + seconds
        while self.code is None and time.monotonic() < until:
            self.read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code

    def close(self):
        if self.end(0.1) is None and self.code is None:
            os.kill(self.pid, signal.SIGKILL)
            self.code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.descriptor)
