# SPDX-License-Identifier: GPL-2.0-or-later
"""Log files of installations; only the latest ones are kept."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

KEPT = 5


def new_log(home: Path) -> Path:
    """Return the path of a new log in `home`, and remove the oldest ones."""
    folder = home / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    for old in sorted(folder.glob("install-*.log"))[: -KEPT + 1]:
        old.unlink()
    return folder / time.strftime("install-%Y%m%d-%H%M%S.log")
