# SPDX-License-Identifier: GPL-2.0-or-later
"""State of a file, which changes whenever the file is written to.

A state is size, time of the last change and, except on Windows, the time at which the system noted
any change, which no program can set back. It takes no time, while a hash takes as long as reading.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def file_state(path: Path) -> str:
    """Return the state of a file; empty if there is none."""
    status = _status(path)
    if status is None:
        return ""
    noted_ns = status.st_ctime_ns if os.name != "nt" else 0
    return f"{status.st_size} {status.st_mtime_ns} {noted_ns}"


def copied_state(path: Path) -> str:
    """Return what a copy of a file on another drive has in common with it; empty if it is missing.

    These are size and time of the last change, as most programs copy them.
    """
    status = _status(path)
    return f"{status.st_size} {status.st_mtime_ns}" if status else ""


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except (OSError, ValueError):
        return None
