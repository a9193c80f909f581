# SPDX-License-Identifier: GPL-2.0-or-later
"""Execution of a job, which always ends with exactly one terminal event."""

from __future__ import annotations

import errno
import os
import time
import traceback
from typing import TYPE_CHECKING

from ..protocol import Canceled, Failed, Finished, JobCanceled, OrthoscribeError
from ..protocol.words import shortened
from .out_of_memory import is_out_of_device_memory, is_out_of_memory

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..protocol import Job
    from .cancellation import Cancellation
    from .reporter import Reporter

    RunJob = Callable[[Job, Reporter], None]  # runs one job

OUT_OF_MEMORY = (
    "The computer ran out of memory: close other programs, or choose a smaller tile size."
)
OUT_OF_DEVICE_MEMORY = (
    "The graphics card ran out of memory: choose a smaller tile size or batch, or device 'cpu'."
)
LOST_DEVICE = (
    "The graphics card reported an error: try again, or choose device 'cpu' if it comes back."
)
DISK_FULL = "The disk is full: free some space, or choose another output folder."

# Paths that cannot be used: their folder, length or links, or the permissions of the user.
_PATH_ERRORS = (
    errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG,
    errno.ELOOP, errno.EROFS, errno.EIO, errno.EINVAL,
)  # fmt: skip


def conclude(
    work: Callable[[], object], cancellation: Cancellation
) -> Finished | Canceled | Failed:
    """Run `work` and return its terminal event; exceptions become events, too.

    Any exception after a cancellation is regarded as its consequence. A canceled job that still
    finishes counts as finished, because its results have been published.
    """
    start_s = time.monotonic()
    try:
        cancellation.raise_if_requested()
        work()
    except BaseException as error:
        if cancellation.is_requested or isinstance(error, JobCanceled):
            return Canceled()
        return failure_of(error)
    return Finished(round(time.monotonic() - start_s, 3))


def failure_of(error: BaseException) -> Failed:
    """Return the terminal event of a job that raised `error`."""
    if isinstance(error, OrthoscribeError):
        return Failed(error.kind, str(error))
    detail = "".join(traceback.format_exception(error))
    if is_out_of_device_memory(error):
        return Failed("memory", OUT_OF_DEVICE_MEMORY, detail)
    if is_out_of_memory(error):
        return Failed("memory", OUT_OF_MEMORY, detail)
    if isinstance(error, RuntimeError) and "CUDA error" in str(error):
        return Failed("device", LOST_DEVICE, detail)
    if isinstance(error, OSError) and (reason := _file_reason(error)):
        return Failed(*reason, detail)
    return Failed("bug", _bug_sentence(error), detail)


def _file_reason(error: OSError) -> tuple[str, str] | None:
    """Return reason and sentence of a failure that the user can mend; None for others."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "output", DISK_FULL
    if error.errno not in _PATH_ERRORS or not isinstance(error.filename, str | bytes):
        return None
    path = shortened(os.fsdecode(error.filename))
    return "input", f"{path} cannot be used ({error.strerror}): check the path and its permissions."


def _bug_sentence(error: BaseException) -> str:
    text = " ".join(str(error).split())[:200]
    name = type(error).__name__
    return (
        f"The engine met a bug ({name}{': ' + text if text else ''}): "
        "please report it with the log."
    )
