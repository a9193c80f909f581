# SPDX-License-Identifier: GPL-2.0-or-later
"""The reader: image, heights and validity of a scene, cut into chips on one grid.

The grid is the image's own pixel lattice, all of it; heights are brought onto it. A pixel without a
value in any source is invalid. What the job is about limits what is labeled, not what is read:
a network sees around it, so a part gets the labels it has in the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..protocol import (
    HEIGHT_ROLE,
    InputError,
    band_remarks,
    find_bands,
    gap_remark,
    missing_heights,
    mixed_types_remark,
)
from ..tiling.window import Window
from .area import find_area
from .band_reader import BandReader
from .bands import band_traits
from .gaps import find_gaps
from .height_above_ground import HeightSources, open_heights
from .opening import check_band, check_projected, grid_of, open_raster, reading
from .windows import raster_window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from typing_extensions import Self

    from ..protocol import Extent, LabelJob
    from .area import Area
    from .gaps import Gaps
    from .grid import RasterGrid
    from .height_above_ground import HeightReader


class Chip(NamedTuple):
    """What a window of a scene holds.

    Args:
        bands: (B, h, w) float32, raw values of the image.
        heights: (h, w) float32, metres above ground, NaN where unknown; None without heights.
        valid: (h, w) bool, where everything is known.
    """

    bands: np.ndarray
    heights: np.ndarray | None
    valid: np.ndarray


class Result(NamedTuple):
    """What labeling came to in a window of the grid that results lie on.

    Args:
        window: not empty.
        codes: (h, w) uint8, 0 where nothing is labeled.
        percents: (h, w) uint8 confidence, 0 where nothing is labeled; None: it is not computed.
    """

    window: Window
    codes: np.ndarray
    percents: np.ndarray | None


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
        reach_px: how far around extent and area heights are read; None: everywhere.
    """

    image: str
    roles: tuple[str, ...]
    bands: tuple[int, ...] = ()
    heights: HeightSources | None = None
    extent: Extent | None = None
    area: str = ""
    reach_px: int | None = 0

    @classmethod
    def from_job(cls, job: LabelJob, roles: tuple[str, ...], reach_px: int | None = 0) -> Self:
        """Return what a label job reads for a model that sees `roles`.

        Heights are read where `roles` has `height`, and only there; `reach_px` is how far the
        model sees around what it labels, None for everywhere.

        Raises:
            InputError: the model needs heights and the job has none.
        """
        numbers = {"nir": job.nir_band, "red": job.red_band, "green": job.green_band}
        image_roles = tuple(role for role in roles if role != HEIGHT_ROLE)
        heights = HeightSources.from_job(job) if HEIGHT_ROLE in roles else None
        if HEIGHT_ROLE in roles and heights is None:
            raise InputError(missing_heights())
        return cls(
            image=job.image,
            roles=image_roles,
            bands=tuple(numbers[role] for role in image_roles),
            heights=heights,
            extent=job.extent,
            area=job.area,
            reach_px=reach_px,
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
        traits = band_traits(dataset)
        bands = find_bands(sources.roles, given, traits)
        for band in bands:
            check_band(dataset, band, "image")
        gaps = find_gaps(dataset, bands)
        types = mixed_types_remark([dataset.dtypes[band - 1] for band in bands])
        remarks = (
            *band_remarks(sources.roles, given, bands, traits),
            *((types,) if types else ()),
            *_gap_remarks(gaps),
        )
    area = find_area(whole, sources.extent, sources.area)
    heights = None
    if sources.heights is not None:
        everything = Window(0, 0, whole.height, whole.width)
        reach = sources.reach_px
        part = everything if reach is None else area.window.grow(reach).intersect(everything)
        heights = open_heights(whole, sources.heights, scratch, on_progress, part)
    return SceneReader(replace(sources, bands=bands), area, heights, gaps, remarks)


def _gap_remarks(gaps: Gaps) -> tuple[str, ...]:
    return (
        *(gap_remark(value, is_left_out=True) for value in gaps.left_out),
        *(gap_remark(value, is_left_out=False) for value in gaps.doubtful),
    )


class SceneSurvey(NamedTuple):
    """A scene before its ground is known: chips without heights, valid where some are given.

    It can be read everywhere, so what is measured on it does not depend on the part to label.

    Args:
        grid: pixel lattice of the image.
        read: returns the chip of a window of it.
        has_mixed_types: whether the bands differ in type, so that their values cannot be compared.
    """

    grid: RasterGrid
    read: Callable[[Window], Chip]
    has_mixed_types: bool = False


class SceneReader:
    """Cuts chips out of a scene; a context manager, for one thread at a time.

    `grid` is the pixel lattice of the image, `wanted` the part of it that is to be labeled,
    `bands` are the numbers of the bands read, in the order of `roles`, and `image_remarks` what is
    doubtful about the image.
    """

    def __init__(
        self,
        sources: SceneSources,
        area: Area,
        heights: HeightReader | None,
        gaps: Gaps,
        image_remarks: tuple[str, ...],
    ) -> None:
        """Open the image; `sources` has all its bands resolved. Takes over `heights`."""
        self.roles, self.bands = sources.roles, sources.bands
        self.image_remarks = image_remarks
        self._area, self._heights = area, heights
        self._image = open_raster(sources.image, "image")
        self.grid, self.wanted = grid_of(self._image, "image"), area.window
        self._bands = BandReader(self._image, self.bands, gaps.left_out)

    def read(self, window: Window) -> Chip:
        """Return the chip of `window`, which lies on `grid`, within reach of what is wanted.

        Raises:
            InputError: a block of a file cannot be read.
        """
        bands, valid = self._read_image(window)
        if self._heights is None:
            return Chip(bands, None, valid)
        heights = self._heights.read(window)
        valid &= ~np.isnan(heights)
        return Chip(bands, heights, valid)

    def image_valid(self, window: Window) -> np.ndarray:
        """Return (h, w) bool: where the image itself holds values, whatever the heights do.

        Raises:
            InputError: a block of the file cannot be read.
        """
        return self._read_image(window)[1]

    def asked(self, window: Window) -> np.ndarray | None:
        """Return (h, w) bool: what of a part of `wanted` is to be labeled; None: all of it."""
        return self._area.mask(window)

    def results(
        self, window: Window, codes: np.ndarray, percents: np.ndarray | None
    ) -> Iterator[Result]:
        """Yield what a part of `wanted` came to as parts of `wanted_grid`: here as it is."""
        yield Result(window.shift(-self.wanted.row, -self.wanted.col), codes, percents)

    @property
    def wanted_grid(self) -> RasterGrid:
        """The pixel lattice of `wanted`, on which results lie."""
        return self.grid.sub(self.wanted)

    @property
    def wanted_heights(self) -> HeightReader | None:
        """The heights above ground on `wanted_grid`, or None for a scene without heights."""
        return None if self._heights is None else self._heights.sub(self.wanted)

    @property
    def area_remarks(self) -> tuple[str, ...]:
        """Sentences about what of the file of the area was left out."""
        return self._area.remarks

    @property
    def survey(self) -> SceneSurvey:
        """The whole image, for measuring."""
        return SceneSurvey(self.grid, self._look, self._bands.has_mixed_types)

    def _look(self, window: Window) -> Chip:
        bands, valid = self._read_image(window)
        if self._heights is not None:
            valid &= self._heights.known(window)
        return Chip(bands, None, valid)

    def _read_image(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        with reading(self._image, "image"):
            return self._bands.read(raster_window(window))

    def close(self) -> None:
        """Close the files."""
        self._image.close()
        if self._heights is not None:
            self._heights.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
