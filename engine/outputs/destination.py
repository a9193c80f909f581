# SPDX-License-Identifier: GPL-2.0-or-later
"""Destinations: why a file cannot be written, in a sentence that says what to do."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..protocol import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NEARLY_FULL_BYTES = 1 << 20
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what goes wrong while `path` is written into a sentence.

    Raises:
        OutputError: the file cannot be written.
    """
    try:
        yield
    except OSError as error:  # rasterio's errors of reading and writing are OSErrors too
        raise destination_error(path, error) from error


def refuse_without_space(folder: Path, needed_bytes: int, what: str) -> None:
    """Refuse to begin what would fill the disk.

    Args:
        folder: to be written into; it exists.
        needed_bytes: about how much will be written.
        what: will be written, and could be smaller, as the subject of a sentence.

    Raises:
        OutputError: less is free.
    """
    free_bytes = _free_bytes(folder)
    if free_bytes is None or needed_bytes <= free_bytes:
        return
    unit, name = (10**9, "GB") if needed_bytes >= 10**9 else (10**6, "MB")
    raise OutputError(
        f"{what} needs about {needed_bytes / unit:,.1f} {name} and {free_bytes / unit:,.1f} {name} "
        f"are free on the disk of {folder}: make it smaller, free some space, or choose another "
        "output folder."
    )


def is_disk_trouble(error: BaseException | None) -> bool:
    """Say whether an exception can only mean that a disk is full or has become read-only."""
    return isinstance(error, OSError) and error.errno in (*FULL, errno.EROFS)


def destination_error(path: Path, error: BaseException) -> OutputError:
    """Return the error to raise when writing `path` failed with `error`.

    Writers of rasters and vectors do not always say why, so the folder itself is asked too.
    """
    try:
        return _explained(path, error)
    except PermissionError:  # even asking is forbidden
        return _forbidden(path)


def _explained(path: Path, error: BaseException) -> OutputError:
    """Return the error in our words.

    Raises:
        PermissionError: nobody may look into the folder.
    """
    if isinstance(error, PermissionError):
        return _forbidden(path)
    if isinstance(error, (FileExistsError, NotADirectoryError)):
        for file in (path, *path.parents):
            if file.is_file():
                return OutputError(f"{file} is a file, not a folder: choose another output folder.")
    folder = path if path.is_dir() else path.parent
    if not folder.exists():
        return OutputError(f"The folder {folder} cannot be made: choose another output folder.")
    if getattr(error, "errno", None) in FULL or _is_full(folder):
        return OutputError(
            f"The disk of {folder} is full, so the results cannot be written: free some space, "
            "or choose another output folder."
        )
    if getattr(error, "errno", None) == errno.EROFS or not os.access(folder, os.W_OK):
        return _forbidden(path)
    return OutputError(f"{path} cannot be written ({error}): choose another output folder.")


def _forbidden(path: Path) -> OutputError:
    return OutputError(
        f"{path} cannot be written: you lack the permission there. Choose another output folder."
    )


def _is_full(folder: Path) -> bool:
    free_bytes = _free_bytes(folder)
    return free_bytes is not None and free_bytes < NEARLY_FULL_BYTES


def _free_bytes(folder: Path) -> int | None:
    """Return how much can still be written into a folder; None where the disk does not say."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return None
    return usage.free if usage.total > 0 else None
