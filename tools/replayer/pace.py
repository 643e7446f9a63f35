"""A sender that keeps time: it feeds named pipes, which testpmd reads as capture files."""

import heapq
import os
import threading
import time

from . import captures
from .fault import Fault

AHEAD = 0.002  # seconds: what is due so soon goes out at once


def due_times(lanes, pps, speed):
    """(seconds from the start, lane, packet) of all packets, in the order of their sending."""
    merged = heapq.merge(*([(packet.number, lane, packet) for packet in packets] for lane, packets in lanes.items()),
                         key=lambda item: item[0])
    ordered = [(lane, packet) for _, lane, packet in merged]
    if pps:
        return [(i / pps, lane, packet) for i, (lane, packet) in enumerate(ordered)]
    begin, latest, plan = ordered[0][1].time, 0.0, []
    for lane, packet in ordered:
        latest = max(latest, (packet.time - begin) / 1e9 / speed)  # time in a capture may step back
        plan.append((latest, lane, packet))
    return plan


class Metronome(threading.Thread):
    """Opens the pipes, in which it waits for testpmd, and writes a file's head into each at once; the
    packets follow when go() is called. `arrived(count)`, if given, waits until so many packets have
    reached the daemon: nothing else keeps the order between two ports."""

    def __init__(self, lanes, paths, pps=None, speed=None, arrived=None):
        super().__init__(daemon=True)
        self.paths = paths
        self.arrived = arrived
        self.plan = due_times(lanes, pps, speed)
        self.begin = threading.Event()
        self.ended = False
        self.fault = None
        for path in paths.values():
            os.mkfifo(path, 0o600)

    def go(self):
        self.begin.set()

    def cancel(self):
        """The pipes' other ends must be closed, or no one waits there any more."""
        self.ended = True
        self.begin.set()
        for path in self.paths.values():
            try:  # wakes a writer that still waits for a reader
                os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
            except OSError:
                pass
        self.join(2)

    def run(self):
        pipes = {}
        try:
            for lane, path in self.paths.items():
                # pylint: disable-next=consider-using-with
                pipes[lane] = open(path, 'wb', buffering=0)
                pipes[lane].write(captures.HEAD)
            self.begin.wait()
            start, port = time.monotonic(), None
            for count, (due, lane, packet) in enumerate(self.plan):
                if self.arrived and port not in (None, lane[0]):
                    self.arrived(count)
                port = lane[0]
                while not self.ended and (rest := start + due - time.monotonic()) > AHEAD:
                    time.sleep(min(rest, 0.2))
                if self.ended:
                    return
                self._write(pipes[lane], captures.record(packet))
        except (OSError, Fault) as fault:
            self.fault = fault
        finally:
            for pipe in pipes.values():
                pipe.close()

    @staticmethod
    def _write(pipe, data):
        while data:
            data = data[pipe.write(data):]
