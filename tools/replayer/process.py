"""Programs that end with this one, however it ends."""

import os
import shutil
import subprocess


def start(command, folder, **streams):
    """In a session of its own, so that Ctrl-C is ours to handle; DPDK keeps its files in `folder`."""
    if setpriv := shutil.which('setpriv'):
        if shutil.which(command[0]) is None:
            raise FileNotFoundError(command[0])
        command = [setpriv, '--pdeathsig', 'KILL', *command]
    return subprocess.Popen(command, start_new_session=True, env=dict(os.environ, RUNTIME_DIRECTORY=folder),
                            **streams)
