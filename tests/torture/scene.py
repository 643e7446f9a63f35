"""What all scenes have in common: a folder, and an environment in which one call fails."""

import os
import tempfile
from pathlib import Path


class Scene:
    """`number`: of the call that fails; 0: none. `report`: where the library tells of it, in the folder."""

    def __init__(self, options, number, report, **environment):
        self.options, self.number = options, number
        self.keeper = tempfile.TemporaryDirectory(prefix='handspan-torture-')
        self.folder = Path(self.keeper.name)
        self.report = self.folder / report
        self.environment = dict(os.environ, XDG_RUNTIME_DIR=self.keeper.name, TMPDIR=self.keeper.name)
        self.environment.update({key: str(self.folder / place) for key, place in environment.items()})
        self.tortured = dict(self.environment, LD_PRELOAD=options.library, HANDSPAN_TORTURE=str(number),
                             HANDSPAN_TORTURE_REPORT=str(self.report))

    def reported(self):
        return self.report.read_text() if self.report.exists() else ''
