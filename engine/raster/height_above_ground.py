# SPDX-License-Identifier: GPL-2.0-or-later
"""Heights above ground on the grid of an image.

Networks are trained on heights above ground, not above sea level. The user gives them directly (an
nDSM), as a DSM and a DTM, which are subtracted, or as a DSM alone, under which the ground is
estimated first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..protocol import InputError
from .ground_filter import estimate_ground
from .height_raster import HeightRaster

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typing_extensions import Self

    from ..protocol import HeightsInput
    from ..tiling.window import Window
    from .grid import RasterGrid


class HeightReader:
    """Reader of heights above ground.

    Args:
        sources: source rasters of the heights.
        dsm: opened DSM or nDSM; the reader owns it, like `ground`, and closes it.
        ground: opened terrain heights, or None for an nDSM.
        is_estimated: whether the ground was estimated from the DSM, around the job's area only.
        corner: row and column of the grid at which windows have their origin.
    """

    def __init__(
        self,
        sources: HeightsInput,
        dsm: HeightRaster,
        ground: HeightRaster | None,
        *,
        is_estimated: bool = False,
        corner: tuple[int, int] = (0, 0),
    ) -> None:
        self.sources = sources
        self._dsm, self._ground = dsm, ground
        self._is_estimated, self._corner = is_estimated, corner

    def read(self, window: Window) -> np.ndarray:
        """Return (h, w) float32, meters above ground, NaN where unknown."""
        on_grid = window.shift(*self._corner)
        heights = self._dsm.read(on_grid)
        if self._ground is not None:
            heights -= self._ground.read(on_grid)
        return heights

    def known(self, window: Window) -> np.ndarray:
        """Return a mask (h, w) bool of known heights; an estimated ground is not considered."""
        if not self._is_estimated:
            return ~np.isnan(self.read(window))
        return ~np.isnan(self._dsm.read(window.shift(*self._corner)))

    def sub(self, window: Window) -> HeightReader:
        """Return a reader of the same heights with its origin at the corner of `window`."""
        corner = self._corner[0] + window.row, self._corner[1] + window.col
        return HeightReader(
            self.sources,
            self._dsm,
            self._ground,
            is_estimated=self._is_estimated,
            corner=corner,
        )

    @property
    def rasters(self) -> tuple[HeightRaster, ...]:
        """Rasters given by the user, the DSM first."""
        given = () if self._ground is None or self._is_estimated else (self._ground,)
        return (self._dsm, *given)

    def close(self) -> None:
        """Close the rasters."""
        self._dsm.close()
        if self._ground is not None:
            self._ground.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_heights(
    grid: RasterGrid,
    sources: HeightsInput,
    scratch: Path,
    on_progress: Callable[[float], None] | None = None,
    part: Window | None = None,
    *,
    ground: str = "",
) -> HeightReader:
    """Open heights above ground.

    Args:
        grid: grid of the image, on which windows are read.
        sources: source rasters.
        scratch: folder for the estimated ground.
        on_progress: callback for fractions 0..1 of the ground estimate; may raise to stop.
        part: window of the grid that will be read; None: all of it. The ground is estimated only
            there, but considers objects around it, so it is the same as for the whole grid.
        ground: raster of the ground, if it is estimated already.

    Raises:
        InputError: if a raster cannot be used or is missing, or does not overlap `part`.
    """
    kind = sources.known_heights
    if kind == "dsm+dtm" and not sources.dtm:
        raise InputError("Heights are 'dsm+dtm' but no DTM is given: add one, or choose 'dsm'.")
    dsm = HeightRaster(
        grid, sources.dsm, sources.dsm_band, "DSM", part, may_have_gaps=kind != "ndsm"
    )
    try:
        if kind == "ndsm":
            below = None
        elif kind == "dsm+dtm":
            below = HeightRaster(grid, sources.dtm, sources.dtm_band, "DTM", part)
        else:
            if not ground:
                progress = on_progress or (lambda fraction: None)
                ground = str(estimate_ground(dsm, scratch, progress))
            below = HeightRaster(grid, ground, 1, "ground", part, may_have_gaps=False)
    except BaseException:
        dsm.close()
        raise
    return HeightReader(sources, dsm, below, is_estimated=kind == "dsm")
