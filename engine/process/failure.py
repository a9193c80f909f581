# SPDX-License-Identifier: GPL-2.0-or-later
"""Failure: any exception as one event, whose sentence a user can act upon."""

from __future__ import annotations

import errno
import traceback

from ..protocol import Failed, OrthoscribeError

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

# What the CPU allocators of torch say on Linux and on Windows; they raise a bare RuntimeError.
_ALLOCATOR_WORDS = ("DefaultCPUAllocator", "not enough memory", "can't allocate memory")


def failure_of(error: BaseException) -> Failed:
    """Return the event that ends a job which raised `error`."""
    if isinstance(error, OrthoscribeError):
        return Failed(error.kind, str(error))
    detail = "".join(traceback.format_exception(error))
    # By name, because this module must load without torch.
    if type(error).__name__ == "OutOfMemoryError" or "CUDA out of memory" in str(error):
        return Failed("memory", OUT_OF_DEVICE_MEMORY, detail)
    if isinstance(error, MemoryError) or _is_torch_allocation(error):
        return Failed("memory", OUT_OF_MEMORY, detail)
    if isinstance(error, RuntimeError) and "CUDA error" in str(error):
        return Failed("device", LOST_DEVICE, detail)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Failed("output", DISK_FULL, detail)
    return Failed("bug", _bug_sentence(error), detail)


def _is_torch_allocation(error: BaseException) -> bool:
    return isinstance(error, RuntimeError) and any(word in str(error) for word in _ALLOCATOR_WORDS)


def _bug_sentence(error: BaseException) -> str:
    said = " ".join(str(error).split())[:200]
    name = type(error).__name__
    return (
        f"The engine met a bug ({name}{': ' + said if said else ''}): "
        "please report it with the log."
    )
