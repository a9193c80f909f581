# SPDX-License-Identifier: GPL-2.0-or-later
"""Heights above ground on the grid of an image.

A network wants to know how high a roof is above the street, not above the sea. What is given may
be that already (an nDSM), a surface and a terrain model (their difference is it), or a surface
alone, under which the ground is estimated first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..protocol import InputError
from .ground import estimate_ground
from .surface import Surface

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from typing_extensions import Self

    from ..tiling.window import Window
    from .grid import RasterGrid


class HeightReader:
    """Reads heights above ground; `ground` is None where the surface is given above ground."""

    def __init__(self, surface: Surface, ground: Surface | None) -> None:
        """Take over both surfaces, and close them in the end."""
        self._surface, self._ground = surface, ground

    def read(self, window: Window) -> np.ndarray:
        """Return (h, w) float32 metres above ground, NaN where unknown."""
        heights = self._surface.read(window)
        if self._ground is not None:
            heights -= self._ground.read(window)
        return heights

    def fork(self) -> HeightReader:
        """Return another reader of the same heights, for another thread."""
        ground = None if self._ground is None else self._ground.fork()
        return HeightReader(self._surface.fork(), ground)

    def close(self) -> None:
        """Close the rasters."""
        self._surface.close()
        if self._ground is not None:
            self._ground.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_heights(
    grid: RasterGrid,
    dsm: str,
    dsm_band: int,
    dtm: str,
    dtm_band: int,
    kind: str,
    scratch: Path,
    on_progress: Callable[[float], None] | None = None,
) -> HeightReader:
    """Open heights above ground.

    Args:
        grid: what windows count on.
        dsm: path of the surface heights, or of an nDSM.
        dsm_band: its band, from 1.
        dtm: path of the terrain heights, or empty.
        dtm_band: its band, from 1.
        kind: one of `HEIGHT_KINDS`; `auto` is `dsm+dtm` with a DTM, else `dsm`.
        scratch: folder for the estimated ground.
        on_progress: called with fractions 0..1 while the ground is estimated; may raise to stop.

    Raises:
        InputError: a raster cannot be used, or does not overlap the grid.
    """
    if kind == "auto":
        kind = "dsm+dtm" if dtm else "dsm"
    if kind == "dsm+dtm" and not dtm:
        raise InputError("Heights are 'dsm+dtm' but no DTM is given: add one, or choose 'dsm'.")
    surface = Surface(grid, dsm, dsm_band, "DSM")
    try:
        ground = _ground(kind, grid, surface, (dtm, dtm_band), scratch, on_progress)
    except BaseException:
        surface.close()
        raise
    return HeightReader(surface, ground)


def _ground(
    kind: str,
    grid: RasterGrid,
    surface: Surface,
    dtm: tuple[str, int],
    scratch: Path,
    on_progress: Callable[[float], None] | None,
) -> Surface | None:
    if kind == "ndsm":
        return None
    if kind == "dsm+dtm":
        return Surface(grid, *dtm, "DTM")
    estimated = estimate_ground(surface, scratch, on_progress or (lambda fraction: None))
    return Surface(grid, str(estimated), 1, "ground")
