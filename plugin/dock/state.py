# SPDX-License-Identifier: GPL-2.0-or-later
"""State of the dock: written by the widgets, read by the presenter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple

from ..protocol import Extent, LabelJob, ModelCard

WHOLE, VIEW, POLYGONS = AREAS = ("whole", "view", "polygons")

DEFAULTS = LabelJob(image="", output="")


@dataclass(frozen=True)
class RasterProperties:
    """Properties of a raster layer that are available without reading pixels.

    Args:
        title: name of the layer.
        source: path that the engine can open; empty if there is a `problem`.
        file: name of the file, without its folder.
        problem: reason why the layer cannot be used, and the remedy; empty if it can.
        crs: short name of the coordinate reference system.
        gsd_m: ground sampling distance in meters; 0 if unknown.
        width_px: number of columns.
        height_px: number of rows.
        extent: extent in the CRS of the layer.
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
class HeightsLayer:
    """A heights raster, its band number, and the fraction of the image that it covers (0..1)."""

    raster: RasterProperties
    band: int = 1
    coverage: float = 1.0


@dataclass(frozen=True)
class Options:
    """Options of the sections *Options* and *Polygons*, most of them fields of the job."""

    outlines: str = DEFAULTS.outlines
    tolerance_m: float = DEFAULTS.tolerance_m
    minimum_building_m2: float = DEFAULTS.minimum_building_m2
    minimum_road_m2: float = DEFAULTS.minimum_road_m2
    minimum_paved_m2: float = DEFAULTS.minimum_paved_m2
    minimum_car_m2: float = DEFAULTS.minimum_car_m2
    tile_size_px: int = DEFAULTS.tile_size_px
    batch_size: int = DEFAULTS.batch_size
    device: str = DEFAULTS.device
    cluster: str = DEFAULTS.cluster
    cluster_problem: str = ""
    show_confidence: bool = False
    keep_edited: bool = True


@dataclass(frozen=True)
class DockState:
    """All inputs of the dock.

    Args:
        image: image layer; None if not chosen.
        image_remarks: warnings about the image, based on its pixels.
        bands: numbers of the NIR, red and green bands; 0 if not set.
        chosen_bands: band numbers as in `bands`, but 0 also for those that the engine detects.
        bands_problem: reason why these bands cannot be used; empty if they can.
        bands_hint: warning about these bands, based on pixels; empty without one.
        bands_remarks: warnings about these bands, based on metadata.
        heights: one of `HEIGHT_KINDS`.
        dsm: DSM or nDSM; None if not chosen.
        heights_remarks: warnings about DSM and DTM, based on pixels.
        dtm: DTM, used only with heights 'dsm+dtm'.
        offered_terrain: name of a terrain model in the project that is not used; empty without one.
        model: name or folder of the model.
        heightless_model: name of an installed model that needs no heights; empty without one.
        card: card of the model; None if it cannot be read.
        area: one of `AREAS`.
        view: visible extent of the map in the image's CRS; None if it cannot be transformed.
        polygons: vector file of the area; empty if no layer is chosen.
        output: folder of the results, or parent of the run's folder.
        options: options of the collapsed section.
        has_engine: whether the engine is installed.
        is_engine_changing: whether the engine is being installed, repaired, tested or removed.
        is_busy: whether a job is running.
    """

    image: Optional[RasterProperties] = None
    image_remarks: Tuple[str, ...] = ()
    bands: Tuple[int, int, int] = (0, 0, 0)
    chosen_bands: Tuple[int, int, int] = (0, 0, 0)
    bands_problem: str = ""
    bands_hint: str = ""
    bands_remarks: Tuple[str, ...] = ()
    heights: str = DEFAULTS.heights
    dsm: Optional[HeightsLayer] = None
    dtm: Optional[HeightsLayer] = None
    heights_remarks: Tuple[str, ...] = ()
    offered_terrain: str = ""
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
