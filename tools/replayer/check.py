"""tools/replay --check: a daemon of its own, a capture sent into it, and its records judged."""

import contextlib
import os
import tempfile
from dataclasses import dataclass, field

from . import devices, judge, network, spread
from .daemon import Daemon, Shape
from .transfer import Transfer

TORN = ('connections were torn apart: a NIC hashes the outer header, which differs between their directions (tunnels, '
        'odd headers); --dispatch software looks inside')


@dataclass(frozen=True)
class Setup:
    """What is to be tried."""
    manner: object
    ports: int = 1
    queues: int = 1
    workers: int = 1
    dispatch: str = 'rss'


@dataclass
class Verdict:
    """Of one file."""
    packets: int = 0
    sent: int = 0
    received: int = 0
    seconds: float = 0.0
    connections: int = 0
    told: int = 0
    open: int = 0
    faults: list = field(default_factory=list)


def places_of(manner, folder, ports):
    if manner.device == 'memif':
        return [os.path.join(folder, f'memif{port}.sock') for port in range(ports)]
    return [network.SENDER if manner.device == 'af_packet' else network.TAP]


def begin(exits, programs, setup, folder, places, expected):
    """The daemon, running, with its ports up."""
    manner = setup.manner
    if manner.device == 'af_packet':
        network.make_pair()
        exits.callback(network.remove_pair)
    ports = tuple(devices.watched(manner.device, place, port, setup.queues) for port, place in enumerate(places))
    daemon = Daemon(programs, folder, Shape(ports, setup.queues, setup.workers, setup.dispatch, len(expected)))
    exits.callback(daemon.close)
    daemon.ready()
    return daemon


def check(programs, path, packets, setup):
    """Replays one file and compares. Fault, if it could not be tried."""
    manner = setup.manner
    devices.check_lengths(manner.device, path, packets)
    expected = programs.read(path)
    verdict = Verdict(packets=len(packets), connections=len(expected))
    lanes = spread.spread(packets, setup.ports, setup.queues if manner.device == 'memif' else 1)
    with tempfile.TemporaryDirectory(prefix='handspan-replay-') as folder, contextlib.ExitStack() as exits:
        places = places_of(manner, folder, setup.ports)
        daemon = begin(exits, programs, setup, folder, places, expected)
        if manner.device == 'tap':
            network.raise_tap(max(len(packet.data) for packet in packets))
        arrived = daemon.await_worked if setup.ports > 1 and not manner.overrun else None
        with Transfer(lanes, manner, places, folder, arrived) as transfer:
            if manner.overrun:
                daemon.pause()
            counted, verdict.seconds = transfer.send()
            if manner.overrun:
                daemon.go_on()
            stat = daemon.await_packets(counted.sent)
            # Before the sender: when a memif peer goes, the driver unmaps what a worker may be reading.
            daemon.stop()
        judge_run(verdict, setup, counted, stat, expected, daemon.records())
    return verdict


def judge_run(verdict, setup, counted, stat, expected, told):
    verdict.sent, verdict.told = counted.sent, len(told)
    verdict.received = sum(port['received_packets'] for port in stat['ports'])
    verdict.open = sum(record['outcome'] == 'open' for record in told)
    verdict.faults += judge.accounting(stat, counted.sent)
    if setup.manner.overrun:
        if counted.sent >= verdict.packets:
            verdict.faults.append('nothing was lost: the capture is too small for an overrun')
        if counted.read != verdict.packets:
            verdict.faults.append(f'testpmd has read {counted.read} of {verdict.packets} packets')
        return
    if counted.sent != verdict.packets:
        verdict.faults.append(f'{verdict.packets - counted.sent} of {verdict.packets} packets were not sent')
    verdict.faults += judge.compare(expected, told)
    if setup.queues > 1 and setup.dispatch == 'rss' and len(told) > len(expected):
        verdict.faults.insert(0, TORN)
