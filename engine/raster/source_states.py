# SPDX-License-Identifier: GPL-2.0-or-later
"""States of the files of a raster, which change whenever one of them is written to.

A state is size, time of the last change and, except on Windows, the time at which the system noted
any change, which no program can set back. It takes no time, while the hash of a mosaic takes as
long as reading it.
"""

from __future__ import annotations

import os
from pathlib import Path

from ..outputs.content import content_digest
from ..protocol import file_behind
from .source_files import ARCHIVES, file_of_archive
from .vrt_check import check_vrt

PAM = ".aux.xml"  # statistics that QGIS adds to it are no change


def raster_states(path: str) -> list[str]:
    """Return the states of a raster, and of its sources if it is virtual; empty without a path.

    Raises:
        InputError: if the raster is a virtual one that is not accepted.
    """
    if not path:
        return []
    file = file_behind(path)
    if file.startswith(ARCHIVES):
        return [path, file_state(Path(file_of_archive(file)))]
    files = sorted(check_vrt(file, "raster"))
    return [*map(file_state, files), content_digest(Path(file + PAM)) or ""]


def file_state(path: Path) -> str:
    """Return the state of a file; empty if there is none."""
    try:
        status = path.stat()
    except OSError:
        return ""
    noted_ns = status.st_ctime_ns if os.name != "nt" else 0
    return f"{status.st_size} {status.st_mtime_ns} {noted_ns}"
