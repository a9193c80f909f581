# SPDX-License-Identifier: GPL-2.0-or-later
"""Files that a raster is made of, and their states."""

from __future__ import annotations

from pathlib import Path

from ..outputs.content import content_digest
from ..outputs.file_state import file_state
from ..protocol import file_behind
from .source_files import file_of_archive
from .vrt_check import check_vrt

PAM = ".aux.xml"  # statistics that QGIS adds to it are no change


def raster_files(path: str) -> tuple[Path, ...]:
    """Return the files of a raster: its archive or itself, masks, overviews, sources; sorted.

    Raises:
        InputError: if the raster is a virtual one that is not accepted.
    """
    file = file_behind(path)
    if not file:
        return ()
    if file.startswith("/vsi"):
        return (Path(file_of_archive(file)),)
    return tuple(sorted(each for each in check_vrt(file, "raster") if each.is_file()))


def raster_states(path: str) -> list[str]:
    """Return the states of the files of a raster; empty without a path.

    Raises:
        InputError: if the raster is a virtual one that is not accepted.
    """
    if not path:
        return []
    states = [file_state(each) for each in raster_files(path)]
    return [*states, content_digest(Path(file_behind(path) + PAM)) or ""]
