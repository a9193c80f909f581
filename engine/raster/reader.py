# SPDX-License-Identifier: GPL-2.0-or-later
"""The reader: image, heights and validity of a scene, cut into chips on one grid.

The grid is the image's own pixel lattice; heights are brought onto it. Every pixel that any
source does not know, or that the job is not about, is invalid.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..protocol import HEIGHT_ROLE, InputError, find_bands
from .area import find_area
from .bands import band_traits
from .heights import HeightSources, open_heights
from .opening import check_band, check_projected, grid_of, open_raster, reading
from .validity import ValidityRule
from .windows import raster_window

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typing_extensions import Self

    from ..protocol import Extent, LabelJob
    from ..tiling.window import Window
    from .area import Area
    from .heights import HeightReader


class Chip(NamedTuple):
    """What a window of a scene holds.

    Args:
        bands: (B, h, w) float32, raw values of the image.
        heights: (h, w) float32, metres above ground, NaN where unknown; None without heights.
        valid: (h, w) bool, where everything is known and asked for.
    """

    bands: np.ndarray
    heights: np.ndarray | None
    valid: np.ndarray


@dataclass(frozen=True)
class SceneSources:
    """The files of a scene, and what of them is used.

    Args:
        image: path.
        roles: of the bands, in the order of the network's channels: `nir`, `red`, `green`.
        bands: number of each role's band, from 1; 0, or none at all: find it.
        heights: where heights come from, or None: no heights are read.
        extent: xmin, ymin, xmax, ymax in the image's CRS, or None for all of it.
        area: path of polygons, or empty.
    """

    image: str
    roles: tuple[str, ...]
    bands: tuple[int, ...] = ()
    heights: HeightSources | None = None
    extent: Extent | None = None
    area: str = ""

    @classmethod
    def from_job(cls, job: LabelJob, roles: tuple[str, ...]) -> Self:
        """Return what a label job reads for a model with the input channels `roles`.

        Heights are read where `roles` has `height`, and only there.

        Raises:
            InputError: the model needs heights and the job has none.
        """
        numbers = {"nir": job.nir_band, "red": job.red_band, "green": job.green_band}
        image_roles = tuple(role for role in roles if role != HEIGHT_ROLE)
        heights = HeightSources.from_job(job) if HEIGHT_ROLE in roles else None
        if HEIGHT_ROLE in roles and heights is None:
            raise InputError(
                "The model needs heights but no DSM is given: add the DSM raster of the same "
                "place, or choose a model that works without."
            )
        return cls(
            image=job.image,
            roles=image_roles,
            bands=tuple(numbers[role] for role in image_roles),
            heights=heights,
            extent=job.extent,
            area=job.area,
        )


def open_scene(
    sources: SceneSources, scratch: Path, on_progress: Callable[[float], None] | None = None
) -> SceneReader:
    """Open a scene for reading; estimates the ground where heights need it.

    Args:
        sources: the files.
        scratch: folder for what has to be computed first.
        on_progress: called with fractions 0..1 while the ground is estimated; may raise to stop.

    Raises:
        InputError: a file cannot be used, or they do not fit together.
    """
    with open_raster(sources.image, "image") as dataset:
        whole = grid_of(dataset, "image")
        check_projected(whole, "image")
        given = dict(zip(sources.roles, sources.bands, strict=False))
        bands = find_bands(sources.roles, given, band_traits(dataset))
        for band in bands:
            check_band(dataset, band, "image")
    area = find_area(whole, sources.extent, sources.area)
    heights = None
    if sources.heights is not None:
        heights = open_heights(whole.sub(area.window), sources.heights, scratch, on_progress)
    return SceneReader(replace(sources, bands=bands), area, heights)


class SceneReader:
    """Cuts chips out of a scene; a context manager, for one thread at a time.

    `grid` is the pixel lattice of the area to label, `bands` are the numbers of the bands read.
    """

    def __init__(self, sources: SceneSources, area: Area, heights: HeightReader | None) -> None:
        """Open the image; `sources` has all its bands resolved. Takes over `heights`."""
        self.bands = sources.bands
        self._area, self._heights = area, heights
        self._image = open_raster(sources.image, "image")
        self.grid = grid_of(self._image, "image").sub(area.window)
        self._rule = ValidityRule(self._image, self.bands)

    def read(self, window: Window) -> Chip:
        """Return the chip of `window`, which lies on `grid`.

        Raises:
            InputError: a block of a file cannot be read.
        """
        on_image = window.shift(self._area.window.row, self._area.window.col)
        part = raster_window(on_image)
        with reading(self._image, "image"):
            bands = self._image.read(list(self.bands), window=part, out_dtype=np.float32)
            valid = self._rule.valid(self._image, part, bands)
        inside = self._area.mask(on_image)
        if inside is not None:
            valid &= inside
        if self._heights is None:
            return Chip(bands, None, valid)
        heights = self._heights.read(window)
        valid &= ~np.isnan(heights)
        return Chip(bands, heights, valid)

    @property
    def heights(self) -> HeightReader | None:
        """The heights above ground on `grid`, or None for a scene without heights."""
        return self._heights

    def close(self) -> None:
        """Close the files."""
        self._image.close()
        if self._heights is not None:
            self._heights.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
