# SPDX-License-Identifier: GPL-2.0-or-later
"""Publications, each killed before another one of its file operations; run as a program.

The argument is a folder. Run number n works in its subfolder n, a copy of the subfolder `start`.
The last run is not killed. With a second argument the runs only clear what others left.
"""

import os
import shutil
import sys
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from engine.outputs.leftovers import clear_leftovers
from engine.outputs.staging import Staging

OPERATIONS = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate"}
KILLED = 9


def kill_at(number):
    """End this process at once before its file operation `number`."""
    operations = count()

    def hook(event, _):
        if event in OPERATIONS and next(operations) == number:
            os._exit(KILLED)

    sys.addaudithook(hook)


def publish(folder):
    """Replace the results in two folders."""
    with Staging(folder) as staging:
        (staging.scratch / "ground.tif").write_text("scratch")
        staged = staging.aside(folder / "classes.tif", is_named=True)
        staged.write_text("new")
        staged.with_suffix(".qml").write_text("new")
        for name in ("report.json", "elsewhere/polygons.gpkg"):
            staging.aside(folder / name, is_named=True).write_text("new")
        staging.publish()


def main(root, action):
    for number in count():
        folder = root / str(number)
        shutil.copytree(root / "start", folder)
        child = os.fork()
        if not child:
            kill_at(number)
            action(folder)
            os._exit(0)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != KILLED:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), clear_leftovers if sys.argv[2:] else publish)
