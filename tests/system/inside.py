"""System calls made inside another process, as somebody would who came to run in it (ptrace(2), x86-64)."""

import ctypes
import errno
import os
import platform
import struct
import unittest
from pathlib import Path

SEIZE, INTERRUPT, DETACH, GETREGS, SETREGS, SINGLESTEP = 0x4206, 0x4207, 17, 12, 13, 9
WALL = 0x40000000
REGISTERS = ('r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss '
             'fs_base gs_base ds es fs gs').split()
LAYOUT = f'<{len(REGISTERS)}Q'
ARGUMENTS = ('rdi', 'rsi', 'rdx', 'r10', 'r8', 'r9')
RED_ZONE = 8192  # below the stack, where nobody has anything

PTRACE = ctypes.CDLL(None, use_errno=True).ptrace
PTRACE.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
PTRACE.restype = ctypes.c_long


def ask(request, thread, data=None):
    if PTRACE(request, thread, None, data) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


class Inside:
    """One thread of a process, which makes calls for us while the block lasts and then goes on with its own."""

    def __init__(self, process, thread):
        if platform.machine() != 'x86_64':
            raise unittest.SkipTest('this knows the registers of x86-64 alone')
        self.thread = thread
        self.memory = open(f'/proc/{process}/mem', 'r+b', buffering=0)
        self.instruction = self.find(process)

    def find(self, process):
        """Where the C library has the instruction that makes a system call."""
        for line in Path(f'/proc/{process}/maps').read_text().splitlines():
            if 'libc.so' in line and 'r-xp' in line:
                begin, end = (int(part, 16) for part in line.split()[0].split('-'))
                self.memory.seek(begin)
                return begin + self.memory.read(end - begin).index(b'\x0f\x05')
        raise unittest.SkipTest('no C library was found in the process')

    def __enter__(self):
        try:
            ask(SEIZE, self.thread)
        except OSError as refused:
            raise unittest.SkipTest(f'threads can not be held here: {refused}') from refused
        ask(INTERRUPT, self.thread)
        os.waitpid(self.thread, WALL)
        self.before = self.registers()
        return self

    def __exit__(self, *_):
        self.set(self.before)
        ask(DETACH, self.thread)
        self.memory.close()

    def registers(self):
        room = ctypes.create_string_buffer(struct.calcsize(LAYOUT))
        ask(GETREGS, self.thread, room)
        return dict(zip(REGISTERS, struct.unpack(LAYOUT, room.raw)))

    def set(self, registers):
        ask(SETREGS, self.thread, ctypes.create_string_buffer(struct.pack(LAYOUT, *registers.values())))

    def call(self, number, *arguments):
        """The name of the error, or the number that came back; bytes are handed over by address."""
        registers, place = dict(self.before), self.before['rsp'] - RED_ZONE
        for register, argument in zip(ARGUMENTS, arguments):
            if isinstance(argument, bytes):
                self.memory.seek(place)
                self.memory.write(argument + b'\0')
                argument, place = place, place + len(argument) + 8
            registers[register] = argument & 0xFFFFFFFFFFFFFFFF
        registers.update(rip=self.instruction, rax=number, orig_rax=0xFFFFFFFFFFFFFFFF)
        self.set(registers)
        ask(SINGLESTEP, self.thread)
        _, status = os.waitpid(self.thread, WALL)
        if not os.WIFSTOPPED(status):
            return f'ended: {status}'
        result = ctypes.c_int64(self.registers()['rax']).value
        return errno.errorcode[-result] if -4096 < result < 0 else result
