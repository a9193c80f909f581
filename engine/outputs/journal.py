# SPDX-License-Identifier: GPL-2.0-or-later
"""Renames that are all done or all undone, even if the process is killed between two of them.

File systems cannot rename several files in one step. So the list of renames is saved as a journal
before the first one. The next run in the folder repeats what is left of the journal of a killed
process. If a file was changed since, or cannot be renamed, it undoes the renames instead.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from ..protocol import OutputError
from .destination import writing
from .replacing import flush_folder, replacing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SAME_TIME_S = 3.0  # some disks round times to two seconds when they are mounted again


class Move(NamedTuple):
    """A rename of a file, with the size and time by which the file is recognized.

    Args:
        source: path of the file before the rename.
        target: path of the file after the rename; no other file may be there.
        size_bytes: size of the file.
        changed_s: time of its last change, in seconds.
    """

    source: Path
    target: Path
    size_bytes: int
    changed_s: float

    @classmethod
    def of(cls, source: Path, target: Path) -> Move:
        """Return the rename of the existing file `source` to `target`."""
        status = source.lstat()
        return cls(source, target, status.st_size, status.st_mtime)

    def do(self) -> None:
        """Rename the file, unless it has been renamed or removed already.

        Raises:
            OSError: if it cannot be renamed, was changed since, or another file is in its place.
        """
        if self._is_at(self.target) or not os.path.lexists(self.source):
            return
        if os.path.lexists(self.target) or not self._is_at(self.source):
            raise OSError("it was changed during the run")
        self.source.rename(self.target)

    def undo(self) -> None:
        """Rename the file back; ignore errors, so that other renames are undone, too."""
        with suppress(OSError):
            if self._is_at(self.target) and not os.path.lexists(self.source):
                self.target.rename(self.source)

    def _is_at(self, path: Path) -> bool:
        try:
            status = path.lstat()
        except FileNotFoundError:
            return False
        is_same_time = abs(status.st_mtime - self.changed_s) < SAME_TIME_S
        return is_same_time and status.st_size == self.size_bytes


def carry_out(moves: Sequence[Move], journal: Path) -> None:
    """Do all renames in order, or none.

    Args:
        moves: renames; the files and folders exist.
        journal: path of the journal, which is removed at the end.

    Raises:
        OutputError: if a file cannot be renamed; all renames are undone.
    """
    entries = [[_relative(path, journal) for path in move[:2]] + list(move[2:]) for move in moves]
    with writing(journal), replacing(journal) as part:
        part.write_text(json.dumps(entries), encoding="utf-8")
    flush_folder(journal.parent)
    _do_all(moves, journal)


def resume(journal: Path) -> None:
    """Repeat the renames of a killed process, or undo them; do nothing without a journal.

    Raises:
        OSError: if the journal cannot be read.
    """
    if not journal.exists():
        return
    entries = json.loads(journal.read_text(encoding="utf-8"))
    base = journal.parents[1]
    moves = [Move(base / source, base / target, *rest) for source, target, *rest in entries]
    with suppress(OutputError):
        _do_all(moves, journal)


def _do_all(moves: Sequence[Move], journal: Path) -> None:
    try:
        for move in moves:
            with writing(move.target):
                move.do()
    except BaseException:
        for move in reversed(moves):
            move.undo()
        raise
    finally:
        for folder in {path.parent for move in moves for path in move[:2]}:
            flush_folder(folder)
        with suppress(OSError):  # a journal without effect
            journal.unlink()
        flush_folder(journal.parent)  # before the former results are removed


def _relative(path: Path, journal: Path) -> str:
    """Return a path relative to the folder of the results, which may be moved, if it is inside."""
    base = journal.parents[1]
    return str(path.relative_to(base) if path.is_relative_to(base) else path)
