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
# The same with -Dstages=true, which slows down what it counts.
STAGES = BUILD / 'stages'
INSPECTOR_BY_STAGE = STAGES / 'tests/bench/inspect-memory'
INSPECTOR, CONNECTIONS = BENCHMARKS / 'inspect-memory', BENCHMARKS / 'connection-memory'
VISIBLE = BENCHMARKS / 'records-visible'

QUIET = {'stdin': subprocess.DEVNULL, 'stdout': sys.stderr, 'check': True}


def build(programs):
    """Installs what is missing and builds these programs (none: all); a folder that is there is left as it was
    configured."""
    subprocess.run([ROOT / 'tools/deps', 'run', 'build', 'test'], **QUIET)
    if not (BUILD / 'build.ninja').exists():
        subprocess.run([ROOT / 'tools/configure'], **QUIET)
    subprocess.run(['ninja', '-C', BUILD, *(program.relative_to(BUILD) for program in programs)], **QUIET)


def build_stages():
    if not (STAGES / 'build.ninja').exists():
        subprocess.run([ROOT / 'tools/configure', '-Dstages=true', '-Dtests=false'], env={**os.environ, 'HANDSPAN_BUILD': STAGES},
                       **QUIET)
    subprocess.run(['ninja', '-C', STAGES, INSPECTOR_BY_STAGE.relative_to(STAGES)], **QUIET)


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
