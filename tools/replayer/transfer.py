"""One replay: the packets of the lanes go through testpmd into handspand's ports."""

import contextlib
import math
import os
import time
from dataclasses import dataclass
from typing import Optional

from . import captures, devices
from .fault import Fault
from .pace import Metronome
from .testpmd import Counted, Sending, Testpmd

STUCK = 30  # seconds without a packet sent, where one is due


@dataclass(frozen=True)
class Manner:
    """How packets are sent; nothing of it: as fast as they are taken, and every one of them."""
    device: str = 'memif'
    pps: Optional[float] = None
    speed: Optional[float] = None
    times: int = 1
    overrun: bool = False

    @property
    def paced(self):
        return bool(self.pps or self.speed)


def write_files(lanes, folder, times):
    paths = {}
    for (port, queue), packets in lanes.items():
        paths[port, queue] = path = os.path.join(folder, f'port{port}-queue{queue}.pcap')
        body = b''.join(map(captures.record, packets))
        with open(path, 'wb') as file:
            file.write(captures.HEAD)
            for _ in range(times):
                file.write(body)
    return paths


def repeated(lanes, times):
    """The lanes' packets again and again, as later packets of one capture."""
    count = sum(map(len, lanes.values()))
    first = min(packet.time for packets in lanes.values() for packet in packets)
    last = max(packet.time for packets in lanes.values() for packet in packets)
    return {lane: [packet._replace(number=packet.number + count * turn, time=packet.time + (last - first) * turn)
                   for turn in range(times) for packet in packets] for lane, packets in lanes.items()}


def device_pairs(manner, lanes, paths, places):
    """For each port: what testpmd reads and what it sends to."""
    longest = max(len(packet.data) for packets in lanes.values() for packet in packets)
    pairs = []
    for port, place in enumerate(places):
        files = ''.join(f',rx_pcap={paths[lane]}' for lane in sorted(paths) if lane[0] == port)
        pairs.append((f'net_pcap{port}{files}',
                      devices.sending(manner.device, place, port, longest, small_ring=manner.overrun)))
    return pairs, longest


class Transfer:
    """To be used in a with statement: prepared on entry, all cleaned up on exit. `places`: the socket or
    interface of each port. `arrived`: see Metronome."""

    def __init__(self, lanes, manner, places, folder, arrived=None):
        self.total = manner.times * sum(map(len, lanes.values()))
        self.lanes, self.manner, self.places, self.folder = lanes, manner, places, folder
        self.arrived = arrived
        self.exits = contextlib.ExitStack()
        self.testpmd = self.metronome = None

    def __enter__(self):
        with contextlib.ExitStack() as exits:
            manner = self.manner
            in_turn = manner.paced or self.arrived
            if in_turn:
                paths = {lane: os.path.join(self.folder, f'port{lane[0]}-queue{lane[1]}') for lane in self.lanes}
                self.metronome = Metronome(repeated(self.lanes, manner.times), paths,
                                           manner.pps or (None if manner.speed else math.inf), manner.speed,
                                           self.arrived)
                exits.callback(self.metronome.cancel)
                self.metronome.start()
            else:
                paths = write_files(self.lanes, self.folder, manner.times)
            pairs, longest = device_pairs(manner, self.lanes, paths, self.places)
            self.testpmd = Testpmd(Sending(
                lanes=pairs, queues=1 + max(queue for _, queue in self.lanes), retry=not manner.overrun,
                burst=1 if in_turn else 32, longest=longest, folder=self.folder))
            exits.callback(self.testpmd.close)
            self.testpmd.ready()
            self.exits = exits.pop_all()
        return self

    def __exit__(self, *_):
        self.exits.close()

    def send(self):
        """Until the last packet has left: what was counted, and the seconds that it took."""
        begin = time.monotonic()
        self.testpmd.start()
        if self.metronome:
            self.metronome.go()
        seen, last = Counted(), begin
        while not self._through(seen):
            now = self.testpmd.counted()
            if now != seen:
                seen, last = now, time.monotonic()
            elif time.monotonic() - last > STUCK and not (self.metronome and self.metronome.is_alive()):
                raise Fault(f'{seen.sent} of {self.total} packets were sent and then no more: '
                            'does handspand still run?')
            if self.metronome and self.metronome.fault:
                raise Fault(f'the replay came to a halt: {self.metronome.fault}')
            time.sleep(0.02)
        took = time.monotonic() - begin
        return self.testpmd.stop(), took

    def _through(self, seen):
        return seen.sent >= self.total or (self.manner.overrun and seen.read >= self.total)
