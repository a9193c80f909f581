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
    try:
        status = path.stat()
    except (OSError, ValueError):
        return ""
    noted_ns = status.st_ctime_ns if os.name != "nt" else 0
    return f"{status.st_size} {status.st_mtime_ns} {noted_ns}"
