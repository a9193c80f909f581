# SPDX-License-Identifier: GPL-2.0-or-later
"""Resident size of processes and its peak (Linux)."""

from __future__ import annotations

from pathlib import Path

KB_PER_MB = 1024
RESET_PEAK = "5"  # see proc(5)


def peak_mb(process: int | str = "self") -> float:
    """Return the peak resident size of a process in MB; 0 if it has ended.

    Args:
        process: number of the process.
    """
    return _megabytes(process, "VmHWM:")


def resident_mb(process: int | str = "self") -> float:
    """Return the resident size of a process in MB; 0 if it has ended.

    Args:
        process: number of the process.
    """
    return _megabytes(process, "VmRSS:")


def reset_peak() -> None:
    """Let the peak of this process begin at its present size."""
    Path("/proc/self/clear_refs").write_text(RESET_PEAK, encoding="ascii")


def _megabytes(process: int | str, name: str) -> float:
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    kilobytes = status.partition(name)[2].split()
    return int(kilobytes[0]) / KB_PER_MB if kilobytes else 0.0
