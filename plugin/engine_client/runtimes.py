# SPDX-License-Identifier: GPL-2.0-or-later
"""Folders of the virtual environments, named after the hash of their pinned packages.

    runtimes/4f0c2d7e91ab/      finished
    runtimes/4f0c2d7e91ab.1/    successor during a repair; marked as unfinished until it works
    runtimes/.removed-...       being removed

A folder is used only after its mark has been removed.
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
    """Environments in one home folder.

    Args:
        home: home folder of the engine.
    """

    def __init__(self, home: Path) -> None:
        self._folder = home / "runtimes"

    def begin(self, lock: str) -> Path:
        """Return a new folder for the lock hash `lock`, marked as unfinished."""
        number = 0
        folder = self._folder / lock
        while folder.exists():
            number += 1
            folder = self._folder / f"{lock}.{number}"
        folder.mkdir(parents=True)
        (folder / UNFINISHED).touch()
        return folder

    def finish(self, folder: Path) -> None:
        """Remove the mark of an unfinished folder."""
        (folder / UNFINISHED).unlink()

    def finished(self, lock: str) -> Optional[Path]:
        """Return a finished folder for the lock hash `lock`, or None."""
        return next((each for each in self._of(lock) if not _is_unfinished(each)), None)

    def remove_leftovers(self) -> None:
        """Remove the leftovers of interrupted installations and removals."""
        for folder in self._all():
            if folder.name.startswith(".removed-"):
                shutil.rmtree(folder, ignore_errors=True)
            elif _is_unfinished(folder):
                self.discard(folder)

    def discard_other(self, kept: Path, *, lock: Optional[str] = None) -> None:
        """Remove every folder except `kept`, or only those for the lock hash `lock`."""
        for folder in list(self._of(lock) if lock else self._all()):
            if folder != kept:
                self.discard(folder)

    def discard_all(self) -> None:
        """Remove every folder."""
        for folder in self._all():
            self.discard(folder)

    def discard(self, folder: Path) -> None:
        """Rename a folder, then delete it; files in use are removed by `remove_leftovers`."""
        renamed = folder.with_name(f".removed-{folder.name.lstrip('.')}-{os.getpid()}")
        try:
            folder.rename(renamed)
        except OSError:
            (folder / UNFINISHED).touch()
            renamed = folder
        shutil.rmtree(renamed, ignore_errors=True)

    def _of(self, lock: str) -> Iterator[Path]:
        return (each for each in self._all() if each.name.split(".")[0] == lock)

    def _all(self) -> Iterator[Path]:
        return iter(sorted(self._folder.glob("*")))


def interpreter_of(folder: Path) -> Path:
    """Return the path of the interpreter of a virtual environment."""
    if sys.platform == "win32":
        return folder / "Scripts" / "python.exe"
    return folder / "bin" / "python"


def _is_unfinished(folder: Path) -> bool:
    return (folder / UNFINISHED).exists() or not interpreter_of(folder).exists()
