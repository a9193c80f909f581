# SPDX-License-Identifier: GPL-2.0-or-later
"""Heights above ground on the grid of an image.

A network wants to know how high a roof is above the street, not above the sea. What is given may
be that already (an nDSM), a surface and a terrain model (their difference is it), or a surface
alone, under which the ground is estimated first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..protocol import InputError
from .ground import estimate_ground
from .surface import Surface

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
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
) -> HeightReader:
    """Open heights above ground.

    Args:
        grid: what windows count on.
        sources: the rasters.
        scratch: folder for the estimated ground.
        on_progress: called with fractions 0..1 while the ground is estimated; may raise to stop.

    Raises:
        InputError: a raster cannot be used, or does not overlap the grid.
    """
    kind = sources.known_kind()
    surface = Surface(grid, sources.dsm, sources.dsm_band, "DSM")
    try:
        if kind == "ndsm":
            ground = None
        elif kind == "dsm+dtm":
            ground = Surface(grid, sources.dtm, sources.dtm_band, "DTM")
        else:
            estimated = estimate_ground(surface, scratch, on_progress or (lambda fraction: None))
            ground = Surface(grid, str(estimated), 1, "ground")
    except BaseException:
        surface.close()
        raise
    return HeightReader(surface, ground)
