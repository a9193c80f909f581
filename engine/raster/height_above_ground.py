# SPDX-License-Identifier: GPL-2.0-or-later
"""Heights above ground on the grid of an image.

A network wants to know how high a roof is above the street, not above the sea. What is given may
be that already (an nDSM), a surface and a terrain model (their difference is it), or a surface
alone, under which the ground is estimated first.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..protocol import InputError, RasterPath
from .ground_filter import estimate_ground
from .height_raster import HeightRaster

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

    from ..protocol import LabelJob, VectorizeJob
    from ..tiling.window import Window
    from .grid import RasterGrid


@dataclass(frozen=True)
class HeightSources:
    """The rasters that heights come from.

    Args:
        dsm: path of the surface heights, or of an nDSM.
        dsm_band: its band, from 1.
        dtm: path of the terrain heights, or empty.
        dtm_band: its band, from 1.
        kind: one of `HEIGHT_KINDS`; `auto` is `dsm+dtm` with a DTM, else `dsm`.
    """

    dsm: str
    dsm_band: int = 1
    dtm: str = ""
    dtm_band: int = 1
    kind: str = "auto"

    @property
    def files(self) -> tuple[str, str]:
        """Names of the files given as DSM and DTM, without their folders; empty where none is."""
        dsm, dtm = (Path(RasterPath.parse(path).file).name for path in (self.dsm, self.dtm))
        return dsm, dtm

    @classmethod
    def from_job(cls, job: LabelJob | VectorizeJob) -> Self | None:
        """Return where a job's heights come from, or None where it gives no DSM."""
        if not job.dsm:
            return None
        return cls(job.dsm, job.dsm_band, job.dtm, job.dtm_band, job.heights)

    def known_kind(self) -> str:
        """Return the kind, `auto` resolved.

        Raises:
            InputError: a DTM is asked for and not given.
        """
        if self.kind == "auto":
            return "dsm+dtm" if self.dtm else "dsm"
        if self.kind == "dsm+dtm" and not self.dtm:
            raise InputError("Heights are 'dsm+dtm' but no DTM is given: add one, or choose 'dsm'.")
        return self.kind


class HeightReader:
    """Reads heights above ground.

    Args:
        sources: what the heights come from.
        surface: heights; taken over, like `ground`, and closed in the end.
        ground: what they stand on, or None where they are given above ground.
        is_estimated: the ground comes from the surface, and only near what a job is about.
        corner: row and column of the grid that windows count from.
    """

    def __init__(
        self,
        sources: HeightSources,
        surface: HeightRaster,
        ground: HeightRaster | None,
        *,
        is_estimated: bool = False,
        corner: tuple[int, int] = (0, 0),
    ) -> None:
        self.sources = sources
        self._surface, self._ground = surface, ground
        self._is_estimated, self._corner = is_estimated, corner

    def read(self, window: Window) -> np.ndarray:
        """Return (h, w) float32 metres above ground, NaN where unknown."""
        on_grid = window.shift(*self._corner)
        heights = self._surface.read(on_grid)
        if self._ground is not None:
            heights -= self._ground.read(on_grid)
        return heights

    def known(self, window: Window) -> np.ndarray:
        """Return (h, w) bool: where the given rasters know heights, with the ground or before."""
        if not self._is_estimated:
            return ~np.isnan(self.read(window))
        return ~np.isnan(self._surface.read(window.shift(*self._corner)))

    def sub(self, window: Window) -> HeightReader:
        """Return the same heights, read in windows that count from the corner of `window`."""
        corner = self._corner[0] + window.row, self._corner[1] + window.col
        return HeightReader(
            self.sources,
            self._surface,
            self._ground,
            is_estimated=self._is_estimated,
            corner=corner,
        )

    @property
    def rasters(self) -> tuple[HeightRaster, ...]:
        """The rasters that the user gave, the surface first."""
        given = () if self._ground is None or self._is_estimated else (self._ground,)
        return (self._surface, *given)

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
    sources: HeightSources,
    scratch: Path,
    on_progress: Callable[[float], None] | None = None,
    part: Window | None = None,
) -> HeightReader:
    """Open heights above ground.

    Args:
        grid: what windows count on.
        sources: the rasters.
        scratch: folder for the estimated ground.
        on_progress: called with fractions 0..1 while the ground is estimated; may raise to stop.
        part: of the grid that is going to be read; None: all of it. An estimated ground is known
            there only, but found from what stands around it too, as for the whole grid.

    Raises:
        InputError: a raster cannot be used, or does not overlap that part.
    """
    kind = sources.known_kind()
    surface = HeightRaster(grid, sources.dsm, sources.dsm_band, "DSM", part)
    try:
        if kind == "ndsm":
            ground = None
        elif kind == "dsm+dtm":
            ground = HeightRaster(grid, sources.dtm, sources.dtm_band, "DTM", part)
        else:
            estimated = estimate_ground(surface, scratch, on_progress or (lambda fraction: None))
            ground = HeightRaster(grid, str(estimated), 1, "ground", part)
    except BaseException:
        surface.close()
        raise
    return HeightReader(sources, surface, ground, is_estimated=kind == "dsm")
