# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory: peak usage of this process, and available memory."""

from __future__ import annotations

import gc
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import torch

from .allocator import trim_heap
from .cgroups import free_in_groups_bytes

MB = 1 << 20
RESET_PEAK = "5"  # see proc(5)


def peak_memory_mb() -> int | None:
    """Return the peak resident size of this process in MB, or None if the system has no counter.

    On Linux it is read from `/proc`, because `getrusage` includes the size of the parent.
    """
    if sys.platform == "linux":
        return _kilobytes(Path("/proc/self/status"), "VmHWM:") // 1024
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset) // MB
    if sys.platform == "darwin":
        import resource  # noqa: PLC0415 - there is none on Windows

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MB
    return None


def available_memory_mb() -> int:
    """Return how much more memory can be allocated without swapping, in MB.

    This is the minimum for the computer, the control groups and the limits of the process.
    """
    free = [psutil.virtual_memory().available, free_in_groups_bytes(), _free_in_limits_bytes()]
    return int(min(each for each in free if each is not None)) // MB


def available_gpu_memory_mb(device: torch.device) -> int:
    """Return how much more memory of a CUDA device can be allocated, in MB.

    Memory that torch has reserved but does not use counts as free, because torch reuses it.
    """
    free, _ = torch.cuda.mem_get_info(device)
    unused = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    return int(free + unused) // MB


def peak_gpu_memory_mb() -> int | None:
    """Return the peak memory of tensors on the graphics card in MB, or None without a card."""
    return torch.cuda.max_memory_allocated() // MB if torch.cuda.is_initialized() else None


def free_unused_memory() -> None:
    """Return unused memory to the system and to the graphics card."""
    gc.collect()
    trim_heap()
    if torch.cuda.is_initialized():
        torch.cuda.empty_cache()


def release_unused_memory() -> None:
    """Return unused memory after a job, and measure peaks of the next job anew."""
    free_unused_memory()
    if torch.cuda.is_initialized():
        torch.cuda.reset_peak_memory_stats()
    if sys.platform == "linux":
        with suppress(OSError):  # a hardened kernel does not allow it
            Path("/proc/self/clear_refs").write_text(RESET_PEAK, encoding="ascii")


def _free_in_limits_bytes() -> int | None:
    """Return how much more memory `ulimit -v` and `ulimit -d` allow, or None without limits."""
    if sys.platform == "win32":
        return None
    import resource  # noqa: PLC0415 - there is none on Windows

    used = psutil.Process().memory_info()
    limits = {resource.RLIMIT_AS: used.vms, resource.RLIMIT_DATA: getattr(used, "data", 0)}
    free = []
    for limit, used_bytes in limits.items():
        most_bytes, _ = resource.getrlimit(limit)
        if most_bytes != resource.RLIM_INFINITY:
            free.append(max(0, most_bytes - used_bytes))
    return min(free, default=None)


def _kilobytes(status: Path, name: str) -> int:
    return int(status.read_text(encoding="ascii").partition(name)[2].split()[0])
