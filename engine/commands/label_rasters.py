# SPDX-License-Identifier: GPL-2.0-or-later
"""The step of a label job that writes rasters, and counts classes in the whole and in zones."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from ..labeling.class_areas import ClassAreas
from ..labeling.zone_areas import ZoneAreas, write_zone_table
from ..raster.writer import ClassWriter, ConfidenceWriter
from ..raster.zones import Zones
from .label_run import SHARES, LabelRun, warn_all

if TYPE_CHECKING:
    from ..raster.grid import RasterGrid
    from ..raster.reader import LabeledWindow, SceneReader


def label_rasters(work: LabelRun, scene: SceneReader) -> dict[str, Any]:
    """Write the class raster and the confidence; return the areas of classes and zones."""
    grid, legend = scene.wanted_grid, work.labeler.bundle.card.legend
    areas = ClassAreas(legend, grid.pixel_area_m2)
    zones = _zone_areas(work, grid)
    with work.stopwatch.stage("label"), ExitStack() as opened:
        classes = opened.enter_context(ClassWriter(work.staged["classes"], grid, legend))
        confidence = _confidence_writer(work, grid)
        if confidence is not None:
            opened.enter_context(confidence)

        def write(result: LabeledWindow) -> None:
            classes.write(result.window, result.codes)
            areas.feed(result.codes)
            if zones is not None:
                zones.feed(result.window, result.codes)
            if confidence is not None and result.percents is not None:
                confidence.write(result.window, result.percents)

        (work.parts or work.labeler).label(
            scene,
            work.job.band_ranges,
            write,
            work.reporter.span(*SHARES["label"]),
            with_confidence=confidence is not None,
        )
    if zones is None:
        return {"classes": areas.rows}
    write_zone_table(work.staged["zone_table"], zones.rows)
    return {"classes": areas.rows, "zones": zones.rows}


def _zone_areas(work: LabelRun, grid: RasterGrid) -> ZoneAreas | None:
    if not work.job.zones:
        return None
    zones = Zones(work.job.zones, work.job.zone_field, grid)
    warn_all(list(zones.remarks), work.reporter)
    return ZoneAreas(zones, work.labeler.bundle.card.legend, grid.pixel_area_m2)


def _confidence_writer(work: LabelRun, grid: RasterGrid) -> ConfidenceWriter | None:
    """Return the writer of the confidence, or None if neither user nor polygons need it."""
    if "confidence" not in work.staged:
        return None
    return ConfidenceWriter(work.staged["confidence"], grid, is_scratch=not work.job.confidence)
