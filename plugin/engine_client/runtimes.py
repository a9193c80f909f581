# SPDX-License-Identifier: GPL-2.0-or-later
"""The folders of environments, side by side, each named after the pins it was made from.

    runtimes/4f0c2d7e91ab/      finished
    runtimes/4f0c2d7e91ab.1/    its successor in a repair; marked unfinished until it works
    runtimes/.removed-...       on its way out

A folder counts only once its mark is gone.
"""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, Iterator, Optional

from .environment import UNFINISHED

if TYPE_CHECKING:
    from pathlib import Path


class Runtimes:
    """The environments below one home.

    Args:
        home: of the engine.
    """

    def __init__(self, home: Path) -> None:
        self._folder = home / "runtimes"

    def begin(self, lock: str) -> Path:
        """Return a new folder for the pins `lock`, marked unfinished."""
        number = 0
        folder = self._folder / lock
        while folder.exists():
            number += 1
            folder = self._folder / f"{lock}.{number}"
        folder.mkdir(parents=True)
        (folder / UNFINISHED).touch()
        return folder

    def finish(self, folder: Path) -> None:
        """Take the mark away."""
        (folder / UNFINISHED).unlink()

    def finished(self, lock: str) -> Optional[Path]:
        """Return a finished folder for the pins `lock`, if there is one."""
        return next((each for each in self._of(lock) if not _is_unfinished(each)), None)

    def sweep(self) -> None:
        """Remove what interrupted installations and removals left."""
        for folder in self._all():
            if folder.name.startswith(".removed-"):
                shutil.rmtree(folder, ignore_errors=True)
            elif _is_unfinished(folder):
                self.discard(folder)

    def discard_other(self, kept: Path, *, lock: Optional[str] = None) -> None:
        """Remove every folder but `kept`: all of them, or those for the pins `lock`."""
        for folder in list(self._of(lock) if lock else self._all()):
            if folder != kept:
                self.discard(folder)

    def discard_all(self) -> None:
        """Remove every folder."""
        for folder in self._all():
            self.discard(folder)

    def discard(self, folder: Path) -> None:
        """Rename, then delete; what is in use and cannot go now goes with the next sweep."""
        doomed = folder.with_name(f".removed-{folder.name.lstrip('.')}-{os.getpid()}")
        try:
            folder.rename(doomed)
        except OSError:
            (folder / UNFINISHED).touch()
            doomed = folder
        shutil.rmtree(doomed, ignore_errors=True)

    def _of(self, lock: str) -> Iterator[Path]:
        return (each for each in self._all() if each.name.split(".")[0] == lock)

    def _all(self) -> Iterator[Path]:
        return iter(sorted(self._folder.glob("*")))


def interpreter_of(folder: Path) -> Path:
    """Return where a virtual environment keeps its interpreter."""
    if sys.platform == "win32":
        return folder / "Scripts" / "python.exe"
    return folder / "bin" / "python"


def _is_unfinished(folder: Path) -> bool:
    return (folder / UNFINISHED).exists() or not interpreter_of(folder).exists()
