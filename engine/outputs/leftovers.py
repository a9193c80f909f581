# SPDX-License-Identifier: GPL-2.0-or-later
"""Removal of staging folders of killed processes, after their publication is finished or undone.

An owner is dead if its lock can be acquired. That is decisive on the same computer only, because
some network disks do not pass locks on. Where locks are not decisive, as on a disk without locks
and for hidden files of versions without locks, an owner counts as dead after 30 days without a
change.
"""

from __future__ import annotations

import re
import shutil
import time
from contextlib import suppress
from pathlib import Path

from ..protocol import FileLock
from .journal import resume
from .staging_folder import COMPUTER, FORMER, HOME, IS_LOCKED, JOURNAL, LOCK, PREFIX, is_held

UNTOUCHED_S = 30 * 86400.0
_OWNER = r"[0-9a-f]{6}-\d+-[0-9a-f]{6}"
UNLOCKED = re.compile(rf"\.(?P<name>.*)\.(part|(?P<former>former))-{_OWNER}(\..*)?\Z")


def clear_leftovers(folder: Path) -> None:
    """Finish or undo the publications of killed processes in `folder`; remove their files."""
    for path in list(folder.glob(".*-*-*")):
        with suppress(OSError, ValueError):  # another run is clearing it, or it is not readable
            if path.name.startswith(PREFIX):
                _clear(path)
            elif unlocked := UNLOCKED.match(path.name):
                _clear_unlocked(path, unlocked)


def others_at_work_in(folder: Path) -> tuple[int, ...]:
    """Return the IDs of the processes that write into `folder`, as far as its disk has locks."""
    pids = []
    for path in folder.glob(f"{PREFIX}*"):
        with suppress(OSError), FileLock(path / LOCK) as lock:
            if is_held(lock) is False:
                pids.append(int(lock.record().get("pid", 0)))
    return tuple(sorted(pids))


def _clear(path: Path) -> None:
    """Remove a staging folder if its owner is dead."""
    with FileLock(path / LOCK) as lock:
        if not _is_dead(path, lock):
            return
        home = Path(lock.record().get(HOME) or path)
        if home != path and home.exists():
            _clear(home)
        if home != path and (home.exists() or _may_be_needed(path, home)):
            return
        resume(path / JOURNAL)
    shutil.rmtree(path, ignore_errors=True)


def _is_dead(path: Path, lock: FileLock) -> bool:
    held = is_held(lock)
    is_decisive = COMPUTER in path.name and lock.record().get(IS_LOCKED, True)
    return held is not False and ((held is not None and is_decisive) or _is_untouched(path))


def _may_be_needed(path: Path, home: Path) -> bool:
    """Return whether former results are inside and the disk with their journal is missing."""
    return (path / FORMER).exists() and not home.parent.exists()


def _is_untouched(path: Path) -> bool:
    """Return whether nothing at or in `path` has changed for a long time."""
    changed_s = max(one.lstat().st_mtime for one in (path, *path.rglob("*")))
    return time.time() - changed_s > UNTOUCHED_S


def _clear_unlocked(path: Path, unlocked: re.Match[str]) -> None:
    """Rename a former result back if its name is free; remove other files once they are old."""
    final = path.with_name(unlocked["name"])
    if unlocked["former"] and not final.exists():
        path.rename(final)
    elif _is_untouched(path):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
