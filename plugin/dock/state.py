# SPDX-License-Identifier: GPL-2.0-or-later
"""What the dock shows, as one record: widgets write it, the presenter reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple

from ..protocol import Extent, LabelJob, ModelCard

WHOLE, VIEW, POLYGONS = AREAS = ("whole", "view", "polygons")

DEFAULTS = LabelJob(image="", output="")


@dataclass(frozen=True)
class RasterFacts:
    """What is known about a raster layer before anything is read from it.

    Args:
        title: the layer's name.
        source: file that the engine can open; empty where there is a `problem`.
        file: name of the file, without its folder.
        problem: why the layer cannot be used, and what to do; empty where it can.
        crs: short name of the coordinate reference system.
        gsd_m: ground sampling distance in meters; 0 where it is unknown.
        width_px: columns.
        height_px: rows.
        extent: in its own coordinates.
    """

    title: str
    source: str = ""
    file: str = ""
    problem: str = ""
    crs: str = ""
    gsd_m: float = 0.0
    width_px: int = 0
    height_px: int = 0
    extent: Extent = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Choice:
    """A raster and the band of it that counts, and how much of the image it covers (0..1)."""

    raster: RasterFacts
    band: int = 1
    coverage: float = 1.0


@dataclass(frozen=True)
class Options:
    """The options that are folded away; they are fields of the job."""

    minimum_building_m2: float = DEFAULTS.minimum_building_m2
    minimum_road_m2: float = DEFAULTS.minimum_road_m2
    minimum_car_m2: float = DEFAULTS.minimum_car_m2
    tile_size_px: int = DEFAULTS.tile_size_px
    batch_size: int = DEFAULTS.batch_size
    device: str = DEFAULTS.device
    keep_confidence: bool = False


@dataclass(frozen=True)
class DockState:
    """All the dock's inputs.

    Args:
        image: the image, or None while none is chosen.
        image_remarks: what its pixels say against the image.
        bands: numbers of the NIR, red and green band; 0: none is chosen.
        chosen_bands: likewise, but 0 also where the number is what the engine finds itself.
        bands_problem: why these bands cannot be used; empty where they can.
        bands_hint: what the pixels say against these bands; empty where nothing does.
        bands_remarks: what the file says against these bands, or does not say for sure.
        heights: one of `HEIGHT_KINDS`.
        dsm: the heights, or None.
        heights_remarks: what the pixels of DSM and DTM say against them.
        dtm: the terrain; counts only with heights 'dsm+dtm'.
        model: name or folder of the model.
        heightless_model: name of an installed model that needs no heights; empty: there is none.
        card: its card, or None where it cannot be read.
        area: one of `AREAS`.
        view: what the map shows, in the image's CRS; None where that cannot be told.
        polygons: vector file of the area; empty while no layer is chosen.
        output: folder of the results, or the one in which a run gets its own.
        options: what is folded away.
        has_engine: the engine is installed.
        is_engine_changing: the engine is being installed, repaired, tested or removed.
        is_busy: a job runs.
    """

    image: Optional[RasterFacts] = None
    image_remarks: Tuple[str, ...] = ()
    bands: Tuple[int, int, int] = (0, 0, 0)
    chosen_bands: Tuple[int, int, int] = (0, 0, 0)
    bands_problem: str = ""
    bands_hint: str = ""
    bands_remarks: Tuple[str, ...] = ()
    heights: str = DEFAULTS.heights
    dsm: Optional[Choice] = None
    dtm: Optional[Choice] = None
    heights_remarks: Tuple[str, ...] = ()
    model: str = DEFAULTS.model
    heightless_model: str = ""
    card: Optional[ModelCard] = None
    area: str = WHOLE
    view: Optional[Extent] = None
    polygons: str = ""
    output: str = ""
    options: Options = Options()
    has_engine: bool = True
    is_engine_changing: bool = False
    is_busy: bool = False
