"""The ceiling: `dpdk-testpmd` rxonly, which receives every packet of a device and frees it."""

import os
import re
import signal
import statistics
import subprocess
import tempfile
import time

from .captures import packets_in
from .fault import Fault

START_LIMIT = 30  # seconds until a program must count packets


def device(capture):
    return f'net_pcap0,rx_pcap={capture},infinite_rx=1'


def buffers_for(capture):
    """The device keeps every packet of the file in a buffer of its own."""
    return max(131_072, 2 * packets_in(capture))


def stop(process):
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def packets_per_second(capture, seconds):
    buffers = buffers_for(capture)
    command = ['dpdk-testpmd', '--no-huge', '-m', str(256 + buffers * 3 // 1024), '--no-pci', '--no-shconf',
               '--no-telemetry', '-l', '0,1', '--file-prefix', f'bench-{os.getpid()}', '--vdev', device(capture), '--',
               '--forward-mode=rxonly', '--stats-period=1', f'--total-num-mbufs={buffers}']
    with tempfile.TemporaryFile('w+') as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        rates, deadline = [], time.monotonic() + START_LIMIT + seconds
        # The first reports cover the start; testpmd computes each rate from its own clock.
        while len(rates) < seconds + 1 and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.2)
            output.seek(0)
            rates = [int(x) for x in re.findall(r'Rx-pps:\s+(\d+)', output.read()) if int(x)]
        stop(process)
        output.seek(0)
        text = output.read()
    if len(rates) < 2:
        raise Fault(f'dpdk-testpmd gave no rates:\n{text[-1500:]}')
    return statistics.median(rates[1:])
