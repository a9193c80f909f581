# SPDX-License-Identifier: GPL-2.0-or-later
"""Errors of destinations: messages that state why a file cannot be written, and what to do."""

from __future__ import annotations

import errno
import math
import os
import re
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from ..protocol import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NEARLY_FULL_BYTES = 1 << 20
OUT_OF_SPACE = (errno.ENOSPC, errno.EDQUOT)
FULL = (*OUT_OF_SPACE, errno.EFBIG)


class DiskFullError(OutputError):
    """The disk of a destination is full.

    Args:
        message: message for the user.
        folder: folder on this disk.
    """

    def __init__(self, message: str, folder: Path) -> None:
        super().__init__(message)
        self.folder = folder


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Convert errors while `path` is written to an `OutputError`.

    Raises:
        OutputError: if the file cannot be written.
    """
    try:
        yield
    except OSError as error:  # rasterio's read and write errors are OSErrors, too
        raise destination_error(path, error) from error


def refuse_without_space(folder: Path, needed_bytes: int, what: str) -> None:
    """Check that the disk has enough free space for an output.

    Args:
        folder: existing output folder.
        needed_bytes: approximate size of the output.
        what: name of the output, as the subject of the message.

    Raises:
        OutputError: if less space is free.
    """
    free_bytes = _free_bytes(folder)
    if needed_bytes <= free_bytes:
        return
    unit, name = (10**9, "GB") if needed_bytes >= 10**9 else (10**6, "MB")
    raise OutputError(
        f"{what} needs about {needed_bytes / unit:,.1f} {name} and {free_bytes / unit:,.1f} {name} "
        f"are free on the disk of {folder}: make it smaller, free some space, or choose another "
        "output folder."
    )


def is_disk_trouble(error: BaseException | None) -> bool:
    """Return whether an exception shows that a disk is full or has become read-only."""
    return isinstance(error, OSError) and error.errno in (*FULL, errno.EROFS)


def destination_error(path: Path, error: BaseException) -> OutputError:
    """Return the error to raise if writing `path` failed with `error`.

    Raster and vector writers do not always report the cause, so the folder is checked, too.
    """
    try:
        cause = _cause(path, error)
    except PermissionError:
        cause = f"{path} cannot be written, because you do not have permission:"
    sentence = f"{cause} choose another output folder."
    with suppress(PermissionError):
        if _is_full(path, error):
            return DiskFullError(sentence, _folder_of(path))
    return OutputError(sentence)


def _cause(path: Path, error: BaseException) -> str:
    """Return why a file cannot be written, as the first half of a sentence.

    Raises:
        PermissionError: if the user may not write the file or look into the folder.
    """
    number = _error_number(error)
    if isinstance(error, PermissionError):
        raise error
    if isinstance(error, (FileExistsError, NotADirectoryError)):
        for file in (path, *path.parents):
            if file.is_file():
                return f"{file} is a file, not a folder:"
    folder = _folder_of(path)
    if not folder.exists():
        return f"The folder {folder} cannot be made:"
    if number in FULL or _free_bytes(folder) < NEARLY_FULL_BYTES:
        return (
            f"The disk of {folder} is full, so the results cannot be written: free some space, or"
        )
    if number == errno.EROFS or not os.access(folder, os.W_OK):
        raise PermissionError
    return f"{path} cannot be written ({error}):"


def _is_full(path: Path, error: BaseException) -> bool:
    """Return whether the disk is full; a file that is too large for its disk is not meant."""
    number, folder = _error_number(error), _folder_of(path)
    has_other_cause = number in (errno.EFBIG, errno.EROFS) or isinstance(error, PermissionError)
    is_full = number in OUT_OF_SPACE or _free_bytes(folder) < NEARLY_FULL_BYTES
    return is_full and not has_other_cause and folder.exists()


def _folder_of(path: Path) -> Path:
    return path if path.is_dir() else path.parent


def _error_number(error: BaseException) -> int | None:
    """Return the number of a system error, which libraries in Rust write into the text only."""
    written = re.search(r"\(os error (\d+)\)", str(error)) if os.name == "posix" else None
    number: int | None = getattr(error, "errno", int(written[1]) if written else None)
    return number


def _free_bytes(folder: Path) -> float:
    """Return the free space for a folder; infinite if the disk does not report it."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return math.inf
    return usage.free if usage.total > 0 else math.inf
