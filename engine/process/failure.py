# SPDX-License-Identifier: GPL-2.0-or-later
"""Conversion of any exception to a `Failed` event with a message for the user."""

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

# Torch's CPU allocators on Linux and Windows raise a plain RuntimeError with one of these texts.
_ALLOCATOR_TEXTS = ("DefaultCPUAllocator", "not enough memory", "can't allocate memory")


def failure_of(error: BaseException) -> Failed:
    """Return the terminal event of a job that raised `error`."""
    if isinstance(error, OrthoscribeError):
        return Failed(error.kind, str(error))
    detail = "".join(traceback.format_exception(error))
    # Checked by name, because this module must not import torch.
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
    return isinstance(error, RuntimeError) and any(text in str(error) for text in _ALLOCATOR_TEXTS)


def _bug_sentence(error: BaseException) -> str:
    text = " ".join(str(error).split())[:200]
    name = type(error).__name__
    return (
        f"The engine met a bug ({name}{': ' + text if text else ''}): "
        "please report it with the log."
    )
