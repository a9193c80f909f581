# SPDX-License-Identifier: GPL-2.0-or-later
"""Hidden folder with the unpublished results of one job, next to their final names.

Its owner holds the lock in it, so other runs recognize that the owner is alive. The name contains
an identifier of the computer, because some network disks do not pass locks on to other computers.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import uuid
from contextlib import ExitStack, suppress
from pathlib import Path

from ..protocol import FileLock
from .destination import writing

MACHINE_ID = Path("/etc/machine-id")
PREFIX = ".orthoscribe-"
LOCK, JOURNAL, FORMER, SCRATCH = "lock", "journal.json", "former", "scratch"
HOME, IS_LOCKED = "home", "is_locked"  # in the record of the lock
ATTEMPTS = 5


def mark_of_computer(machine_id: Path = MACHINE_ID) -> str:
    """Return six hexadecimal digits that identify the computer; many are called `localhost`."""
    place = [platform.node()]
    with suppress(OSError):
        place.append(machine_id.read_text(encoding="ascii").strip())
    return hashlib.sha256("\n".join(place).encode()).hexdigest()[:6]


COMPUTER = mark_of_computer()


class StagingFolder:
    """A new staging folder, held by this process.

    Args:
        parent: existing folder of the results.
        home: first staging folder of the same job, with the journal; None for the first one.

    Raises:
        OutputError: if the folder cannot be made.
    """

    def __init__(self, parent: Path, home: StagingFolder | None = None) -> None:
        self.path: Path
        self._lock: FileLock
        with writing(parent):
            self.path, self._lock = _made_and_locked(parent, str(home.path) if home else "")
        self._count = 0

    @property
    def journal(self) -> Path:
        """Path of the journal of the publication."""
        return self.path / JOURNAL

    def part_of(self, final: Path) -> Path:
        """Return the path for a new result, in a folder of its own for its sidecar files."""
        self._count += 1
        return self.sub_folder(str(self._count)) / final.name

    def former_of(self, final: Path) -> Path:
        """Return the path for the existing file that is replaced."""
        return self.sub_folder(FORMER) / final.name

    def sub_folder(self, name: str) -> Path:
        """Return a folder inside; it exists."""
        with writing(self.path):
            (self.path / name).mkdir(exist_ok=True)
        return self.path / name

    def remove(self) -> None:
        """Remove the folder; safe to call repeatedly and from any thread."""
        self._lock.close()  # Windows removes no open files
        shutil.rmtree(self.path, ignore_errors=True)


def clear_part(part: Path) -> None:
    """Remove a new result and its sidecar files, so that it can be written again."""
    for path in part.parent.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def is_held(lock: FileLock) -> bool | None:
    """Return whether a lock could be acquired, or None if the disk does not support locks."""
    try:
        return lock.acquire()
    except OSError:
        return None


def _made_and_locked(parent: Path, home: str) -> tuple[Path, FileLock]:
    """Return a new folder and its lock; another run that clears leftovers may remove it first.

    Raises:
        OSError: if the folder cannot be made.
    """
    for _ in range(ATTEMPTS):
        path = parent / f"{PREFIX}{COMPUTER}-{uuid.uuid4().hex[:8]}"
        path.mkdir()
        with ExitStack() as undo, suppress(FileNotFoundError):
            undo.callback(shutil.rmtree, path, ignore_errors=True)
            lock = undo.enter_context(FileLock(path / LOCK))
            held = is_held(lock)
            lock.write_record({"pid": os.getpid(), HOME: home, IS_LOCKED: held is not None})
            if held is not False and lock.is_in_place():
                undo.pop_all()
                return path, lock
    raise OSError("the lock of a new folder cannot be acquired")
