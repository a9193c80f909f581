# SPDX-License-Identifier: GPL-2.0-or-later
"""Files that a raster is made of, and their states."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..outputs.content import content_digest
from ..outputs.file_state import file_state
from ..protocol import file_behind
from .mosaic.paths import mosaic_files
from .source_files import file_of_archive
from .vrt_check import check_vrt

if TYPE_CHECKING:
    from collections.abc import Callable

PAM = ".aux.xml"  # statistics that QGIS adds to it are no change


def raster_files(path: str) -> tuple[Path, ...]:
    """Return the files of a raster: its archive or itself, masks, overviews, sources; sorted.

    Raises:
        InputError: if the raster is a virtual one that is not accepted.
    """
    return tuple(each for each in _named_files(path) if each.is_file())


def raster_states(path: str, state_of: Callable[[Path], str] = file_state) -> list[str]:
    """Return the states of the files of a raster, also of missing ones; empty without a path.

    Args:
        path: path of the raster.
        state_of: function that returns the state of a file.

    Raises:
        InputError: if the raster is a virtual one that is not accepted.
    """
    if not path:
        return []
    states = [state_of(each) for each in _named_files(path)]
    return [*states, content_digest(Path(file_behind(path) + PAM)) or ""]


def input_states(path: str, what: str, state_of: Callable[[Path], str] = file_state) -> list[str]:
    """Return the states of the files of a raster or of a mosaic; empty without a path.

    Args:
        path: path of an input; see `mosaic_files`.
        what: name of the raster in messages: `image`, `DSM`, `DTM`.
        state_of: function that returns the state of a file.

    Raises:
        InputError: if the mosaic or the raster cannot be used.
    """
    files = mosaic_files(path, what) if path else None
    if files is None:
        return raster_states(path, state_of)
    return [
        f"{Path(each).name} {state}" for each in files for state in raster_states(each, state_of)
    ]


def _named_files(path: str) -> tuple[Path, ...]:
    """Return the files that a raster is made of, sorted; some may not exist."""
    file = file_behind(path)
    if not file:
        return ()
    if file.startswith("/vsi"):
        return (Path(file_of_archive(file)),)
    return tuple(sorted(check_vrt(file, "raster")))
