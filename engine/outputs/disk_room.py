# SPDX-License-Identifier: GPL-2.0-or-later
"""Pause of a long run while a disk is full; the run goes on by itself when there is room."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from .destination import DiskFullError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from ..process.reporter import Reporter

    Result = TypeVar("Result")

POLL_S = 0.2
LEAST_BYTES = 1 << 22
PROBE_BYTES = 64 << 20  # a quota may be exhausted although the disk has free space
BLOCK_BYTES = 512  # unit of `st_blocks`
PROBE_NAME = ".orthoscribe-room"
FULL = "The disk of {folder} is full: free about {size}, and the run goes on by itself."
GOES_ON = "There is space on the disk of {folder} again, so the run goes on."


def with_room(
    work: Callable[[], Result],
    reporter: Reporter,
    needed_bytes: int,
    again: Callable[[], Result] | None = None,
    *,
    kept: Iterable[Path] = (),
) -> Result:
    """Return the result of `work`; if a disk is full, wait for space and do it again.

    Args:
        work: function that writes files; what it wrote may be replaced by the next call.
        reporter: reporter that is told of the pause, also polled for cancellation.
        needed_bytes: approximate size of what is written.
        again: function to call after a pause instead of `work`.
        kept: files and folders with what is written of it already, as long as they exist.

    Raises:
        OutputError: if the whole disk is smaller than needed.
        JobCanceled: if the job was canceled.
    """
    while True:
        try:
            return work()
        except DiskFullError as error:
            wait_for_room(error, reporter, needed_bytes, kept)
            work = again or work


def wait_for_room(
    error: DiskFullError, reporter: Reporter, needed_bytes: int, kept: Iterable[Path] = ()
) -> None:
    """Wait until the disk that is full has space for what is missing of `needed_bytes`.

    Args:
        error: error that names a folder of the disk.
        reporter: see `with_room`.
        needed_bytes: see `with_room`.
        kept: see `with_room`.

    Raises:
        OutputError: if the whole disk is smaller than needed.
        JobCanceled: if the job was canceled.
    """
    folder = next(each for each in (error.folder, *error.folder.parents) if each.is_dir())
    if shutil.disk_usage(folder).total < max(needed_bytes, LEAST_BYTES):
        raise error
    missing_bytes = max(needed_bytes - written_bytes(kept, folder), LEAST_BYTES)
    shown = next((each for each in (folder, *folder.parents) if each.name[:1] != "."), folder)
    sentence = FULL.format(folder=shown, size=size_text(missing_bytes))
    reporter.warn(sentence)
    reporter.progress(0.0, sentence)
    while not has_room(folder, missing_bytes):
        reporter.raise_if_canceled()
        time.sleep(POLL_S)
    reporter.log("info", GOES_ON.format(folder=shown))


def has_room(folder: Path, needed_bytes: int) -> bool:
    """Return whether `needed_bytes` can be written into a folder."""
    try:
        if shutil.disk_usage(folder).free < needed_bytes:
            return False
        return _can_allocate(folder / PROBE_NAME, min(needed_bytes, PROBE_BYTES))
    except OSError:
        return False


def written_bytes(paths: Iterable[Path], folder: Path) -> int:
    """Return the size of files, and of all files in folders, on the disk of `folder`.

    It is what they take on the disk, which is less than their length if they have gaps.
    """
    disk = folder.stat().st_dev
    files = [each for path in paths for each in (path, *path.rglob("*"))]
    states = []
    for file in set(files):
        with suppress(OSError):  # not written yet, or removed meanwhile
            states.append(file.stat(follow_symlinks=False))
    return sum(_size_bytes(each) for each in states if each.st_dev == disk)


def size_text(size_bytes: int) -> str:
    """Return a size as text.

    >>> size_text(2_040_000_000), size_text(38_000_000)
    ('2 GB', '40 MB')
    """
    if size_bytes >= 10**9:
        return f"{size_bytes / 10**9:.0f} GB"
    return f"{10 * -(-size_bytes // 10**7)} MB"


def _size_bytes(state: os.stat_result) -> int:
    blocks: int | None = getattr(state, "st_blocks", None)  # absent on Windows
    return state.st_size if blocks is None else blocks * BLOCK_BYTES


def _can_allocate(path: Path, size_bytes: int) -> bool:
    """Return whether a file of a size can be made, where the system can tell."""
    if not hasattr(os, "posix_fallocate"):
        return True
    try:
        with path.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, size_bytes)
    finally:
        with suppress(OSError):
            path.unlink()
    return True
