# SPDX-License-Identifier: GPL-2.0-or-later
"""Replacement of a single file in one step, and flushing of files and folders to the disk."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield the hidden path of a new file, which replaces `path` if the block succeeds.

    Its name does not vary, so a later run replaces the new file of a killed process.

    Raises:
        OSError: if the file cannot be renamed or flushed.
    """
    part = part_of(path)
    try:
        yield part
        flush(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def part_of(path: Path) -> Path:
    """Return the hidden path of the new file of `path`, with the same suffix."""
    return path.with_name(f".{path.stem}.part{path.suffix}")


def flush(path: Path) -> None:
    """Wait until the content of a file is on the disk.

    Raises:
        OSError: if it cannot be written there.
    """
    with path.open("r+b") as file:  # Windows flushes only files that are open for writing
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where the system can do that."""
    with suppress(OSError):  # Windows opens no folders, and some network disks flush none
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
