# SPDX-License-Identifier: GPL-2.0-or-later
"""Scene reader: image, heights and validity mask of a scene, read as chips on one grid.

The grid is the image's own, and heights are resampled to it. A pixel that lacks a value in any
source is invalid. The extent and area of a job limit what is labeled, not what is read: pixels
around them are input of the network too, so a part gets the same labels as in the whole image.
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
from .area import find_area
from .band_reader import BandReader
from .bands import band_traits
from .chip import Chip, SceneSurvey
from .gaps import find_gaps
from .height_above_ground import open_heights
from .opening import check_band, check_projected, grid_of, open_raster, reading
from .windows import raster_window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from typing_extensions import Self

    from ..protocol import Extent, HeightsInput, LabelJob, SceneInput
    from ..tiling.window import Window
    from .area import Area
    from .gaps import Gaps
    from .grid import RasterGrid
    from .height_above_ground import HeightReader


class LabeledWindow(NamedTuple):
    """Labels of a window of the output grid.

    Args:
        window: window of the output grid, not empty.
        codes: (h, w) uint8 class codes, 0 where unlabeled.
        percents: (h, w) uint8 confidence in percent, 0 where unlabeled; None: not computed.
    """

    window: Window
    codes: np.ndarray
    percents: np.ndarray | None


@dataclass(frozen=True)
class SceneSources:
    """Source files of a scene, with the bands and the part that are used.

    Args:
        image: path of the image.
        roles: roles of the bands in the order of the network's channels: `nir`, `red`, `green`.
        bands: band number of each role, from 1; 0, or an empty tuple: inferred from the image.
        heights: sources of heights, or None: no heights are read.
        extent: xmin, ymin, xmax, ymax in the image's CRS, or None for all of it.
        area: path of polygons, or empty.
        reach_px: distance around extent and area within which heights are read; None: everywhere.
        ground: raster of the ground under the DSM, if it is estimated already; empty: not yet.
    """

    image: str
    roles: tuple[str, ...]
    bands: tuple[int, ...] = ()
    heights: HeightsInput | None = None
    extent: Extent | None = None
    area: str = ""
    reach_px: int | None = 0
    ground: str = ""

    @classmethod
    def from_input(cls, scene: SceneInput, roles: Sequence[str], model: str = "The model") -> Self:
        """Return the sources of a whole scene for a model whose input channels have `roles`.

        Heights are read only if `height` is one of the roles.

        Args:
            scene: image, bands and heights.
            roles: roles of the model's input channels.
            model: subject of the message about missing heights.

        Raises:
            InputError: if the model needs heights and the scene has none.
        """
        if HEIGHT_ROLE in roles and not scene.dsm:
            raise InputError(missing_heights(model))
        bands = scene.given_bands(role for role in roles if role != HEIGHT_ROLE)
        return cls(
            image=scene.image,
            roles=tuple(bands),
            bands=tuple(bands.values()),
            heights=scene if HEIGHT_ROLE in roles else None,
            reach_px=None,
        )

    @classmethod
    def from_job(
        cls, job: LabelJob, roles: Sequence[str], reach_px: int | None = 0, ground: str = ""
    ) -> Self:
        """Return the sources of a label job, limited to its extent and area.

        `reach_px` is the model's halo around labeled pixels, None if it is unlimited, and `ground`
        the ground under the DSM, if it is estimated already.

        Raises:
            InputError: if the model needs heights and the job has none.
        """
        whole = cls.from_input(job, roles)
        return replace(whole, extent=job.extent, area=job.area, reach_px=reach_px, ground=ground)


def open_scene(
    sources: SceneSources, scratch: Path, on_progress: Callable[[float], None] | None = None
) -> SceneReader:
    """Open a scene for reading; estimate the ground if heights need it.

    Args:
        sources: source files.
        scratch: folder for the estimated ground.
        on_progress: callback for fractions 0..1 of the ground estimate; may raise to stop.

    Raises:
        InputError: if a file cannot be used, or the files do not overlap.
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
        part = area.with_reach(sources.reach_px, whole)
        heights = open_heights(
            whole, sources.heights, scratch, on_progress, part, ground=sources.ground
        )
    return SceneReader(replace(sources, bands=bands), area, heights, gaps, remarks)


def _gap_remarks(gaps: Gaps) -> tuple[str, ...]:
    return (
        *(gap_remark(value, is_left_out=True) for value in gaps.left_out),
        *(gap_remark(value, is_left_out=False) for value in gaps.doubtful),
    )


class SceneReader:
    """Reader of chips of a scene; a context manager, for one thread at a time.

    `grid` is the grid of the image and `wanted` the window of it to label. `bands` are the numbers
    of the bands read, in the order of `roles`, and `image_remarks` the warnings about the image.
    """

    def __init__(
        self,
        sources: SceneSources,
        area: Area,
        heights: HeightReader | None,
        gaps: Gaps,
        image_remarks: tuple[str, ...],
    ) -> None:
        """Open the image; `sources` has all bands resolved. The reader closes `heights`."""
        self.roles, self.bands = sources.roles, sources.bands
        self.image_remarks = image_remarks
        self._area, self._heights = area, heights
        self._image = open_raster(sources.image, "image")
        self.grid, self.wanted = grid_of(self._image, "image"), area.window
        self._bands = BandReader(self._image, self.bands, gaps.left_out)

    def read(self, window: Window) -> Chip:
        """Return the chip of a window of `grid`, within the model's halo around `wanted`.

        Raises:
            InputError: if a block of a file cannot be read.
        """
        bands, valid = self._read_image(window)
        if self._heights is None:
            return Chip(bands, None, valid)
        heights = self._heights.read(window)
        valid &= ~np.isnan(heights)
        return Chip(bands, heights, valid)

    def image_valid(self, window: Window) -> np.ndarray:
        """Return the validity mask (h, w) bool of the image alone, without heights.

        Raises:
            InputError: if a block of the file cannot be read.
        """
        return self._read_image(window)[1]

    def asks_any(self, window: Window) -> bool:
        """Return whether any pixel of a part of `wanted` may have to be labeled."""
        return self._area.touches(window)

    def image_window(self, window: Window) -> Window:
        """Return the part of a window of `grid` that lies in `wanted`."""
        return window.intersect(self.wanted)

    def asked(self, window: Window) -> np.ndarray | None:
        """Return a mask (h, w) bool of the pixels to label in a part of `wanted`; None: all."""
        return self._area.mask(window)

    def results(
        self, window: Window, codes: np.ndarray, percents: np.ndarray | None
    ) -> Iterator[LabeledWindow]:
        """Yield the labels of a part of `wanted` as windows of `wanted_grid`: here one window."""
        yield LabeledWindow(window.shift(-self.wanted.row, -self.wanted.col), codes, percents)

    @property
    def wanted_grid(self) -> RasterGrid:
        """Grid of `wanted`, which is the output grid."""
        return self.grid.sub(self.wanted)

    @property
    def wanted_heights(self) -> HeightReader | None:
        """Heights above ground on `wanted_grid`, or None for a scene without heights."""
        return None if self._heights is None else self._heights.sub(self.wanted)

    @property
    def area_remarks(self) -> tuple[str, ...]:
        """Sentences about features of the area's file that were left out."""
        return self._area.remarks

    @property
    def area_digest(self) -> str:
        """Hash of the pixels to label."""
        return self._area.digest

    @property
    def survey(self) -> SceneSurvey:
        """The whole scene, for statistics."""
        return SceneSurvey(self.grid, self._read_survey, self._bands.has_mixed_types)

    def _read_survey(self, window: Window) -> Chip:
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
