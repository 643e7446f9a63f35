"""Where things are, how the programs are brought up to date, and on what machine they ran."""

import os
import platform
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / os.environ.get('HANDSPAN_BUILD', 'build')
HANDSPAN, HANDSPAND = BUILD / 'app/handspan/handspan', BUILD / 'app/handspand/handspand'
BENCHMARKS = BUILD / 'tests/bench'
INSPECTOR, CONNECTIONS = BENCHMARKS / 'inspect-memory', BENCHMARKS / 'connection-memory'


def build(programs):
    """Installs what is missing and builds these programs (none: all); a folder that is there is left as it was
    configured."""
    quiet = {'stdin': subprocess.DEVNULL, 'stdout': sys.stderr, 'check': True}
    subprocess.run([ROOT / 'tools/deps', 'run', 'build', 'test'], **quiet)
    if not (BUILD / 'build.ninja').exists():
        subprocess.run([ROOT / 'tools/configure'], **quiet)
    subprocess.run(['ninja', '-C', BUILD, *(program.relative_to(BUILD) for program in programs)], **quiet)


def cpu_model():
    try:
        lines = Path('/proc/cpuinfo').read_text(encoding='utf-8').splitlines()
    except OSError:
        return platform.machine()
    return next((line.split(':', 1)[1].strip() for line in lines if line.startswith('model name')), platform.machine())


def commit():
    done = subprocess.run(['git', '-C', ROOT, 'describe', '--always', '--dirty'], capture_output=True, text=True,
                          check=False)
    return done.stdout.strip()


def machine():
    return {'cpu': cpu_model(), 'cpus': os.cpu_count(), 'kernel': platform.release(), 'commit': commit()}
