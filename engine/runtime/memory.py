# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory: the most this process has held at a time, and how much more there is."""

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
        return _kilobytes(Path("/proc/self/status"), "VmHWM:") // 1024
    if sys.platform == "darwin":
        import resource  # noqa: PLC0415 - there is none on Windows

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MB
    return None


def available_memory_mb() -> int | None:
    """Return how much memory can still be taken without swapping, in MB; None where unknown."""
    if sys.platform != "linux":
        return None
    free = _kilobytes(Path("/proc/meminfo"), "MemAvailable:") // 1024
    limit, used = (_cgroup_bytes(name) for name in ("memory.max", "memory.current"))
    return free if limit is None or used is None else min(free, (limit - used) // MB)


def _kilobytes(status: Path, name: str) -> int:
    return int(status.read_text(encoding="ascii").partition(name)[2].split()[0])


def _cgroup_bytes(name: str) -> int | None:
    """Return a number of the container that this process lives in; None without such a limit."""
    try:
        return int((Path("/sys/fs/cgroup") / name).read_text(encoding="ascii"))
    except (OSError, ValueError):  # no container, or its limit is "max"
        return None


def peak_gpu_memory_mb() -> int | None:
    """Return the most that tensors held on the graphics card so far in MB; None without a card."""
    return torch.cuda.max_memory_allocated() // MB if torch.cuda.is_initialized() else None
