# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory: the most this process has held at a time."""

from __future__ import annotations

import sys
from pathlib import Path

import torch

MB = 1 << 20


def peak_memory_mb() -> int | None:
    """Return the largest resident size of this process so far in MB; None where nobody counts.

    Linux tells it apart from the parent's, which `getrusage` does not.
    """
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) // 1024
    if sys.platform == "darwin":
        import resource  # noqa: PLC0415 - there is none on Windows

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MB
    return None


def peak_gpu_memory_mb() -> int | None:
    """Return the most that tensors held on the graphics card so far in MB; None without a card."""
    return torch.cuda.max_memory_allocated() // MB if torch.cuda.is_initialized() else None
