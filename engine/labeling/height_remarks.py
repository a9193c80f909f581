# SPDX-License-Identifier: GPL-2.0-or-later
"""Warnings about heights: missing, implausible, in other units, or with swapped rasters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..protocol import (
    RasterPath,
    coarse_heights_remark,
    coarse_steps_remark,
    foot_heights_remark,
    height_gap_remark,
    heightless_choice,
    terrain_name_remark,
    undeclared_heights_remark,
    zero_level_remark,
)

if TYPE_CHECKING:
    from ..protocol import HeightsInput
    from ..raster.height_above_ground import HeightReader
    from ..raster.height_raster import HeightRaster

LEAST_MISSING = 0.01  # fraction of the pixels to label; small holes are usual
HIGH_PERCENT = 98.0
PERCENTS = (5.0, 50.0, HIGH_PERCENT, 99.9)
HIGHEST_ROOFS_M = 200.0  # the high percentile exceeds it only among skyscrapers
HIGHEST_MEDIAN_M = 45.0  # the median exceeds it only in a city of towers
LOWEST_MEDIAN_M = -2.0
FLAT_M = 0.5  # even a bush is higher
SWAPPED = "are DSM and DTM swapped or in different units, or is the DSM an nDSM already?"


class _Spread(NamedTuple):
    """Percentiles of heights above ground, in meters."""

    low_m: float
    median_m: float
    high_m: float
    highest_m: float


def height_remarks(
    heights: HeightReader, sampled: np.ndarray, missing_fraction: float, image_gsd_m: float
) -> list[str]:
    """Return warnings about the heights of a scene; sentences, usually none.

    Args:
        heights: open reader, from which the sample was read.
        sampled: (n,) float32, sampled heights in meters above ground.
        missing_fraction: fraction of the sample without a height, 0..1.
        image_gsd_m: ground sampling distance of the image in meters.
    """
    kind = heights.sources.known_heights
    remarks = (
        terrain_name_remark(*_file_names(heights.sources)) if kind != "ndsm" else "",
        *(coarse_heights_remark(image_gsd_m, each.gsd_m, each.title) for each in heights.rasters),
        *(_unit_remark(each) for each in heights.rasters),
        *(coarse_steps_remark(each.title, each.whole_type) for each in heights.rasters),
        missing_remark(missing_fraction, kind),
        range_remark(sampled, kind),
        *(
            height_gap_remark(each.title, each.gap)
            for each in heights.rasters
            if each.gap is not None
        ),
        *(
            undeclared_heights_remark(each.title)
            for each in heights.rasters
            if each.has_undeclared_nodata
        ),
    )
    return [remark for remark in remarks if remark]


def _file_names(sources: HeightsInput) -> tuple[str, str]:
    """Return the file names of DSM and DTM, without folders; empty for a missing raster."""
    dsm, dtm = (Path(RasterPath.parse(path).file).name for path in (sources.dsm, sources.dtm))
    return dsm, dtm


def unit_notes(heights: HeightReader) -> list[str]:
    """Return sentences about heights that are converted to meters."""
    return [
        f"The {each.title} declares its heights in {each.unit.name}: they are converted to meters."
        for each in heights.rasters
        if each.unit is not None and each.unit.meters != 1.0
    ]


def _unit_remark(raster: HeightRaster) -> str:
    has_foot_crs = 0.3 < raster.source_grid.linear_unit_m < 0.31
    return foot_heights_remark(raster.title) if raster.unit is None and has_foot_crs else ""


def missing_remark(missing_fraction: float, kind: str) -> str:
    """Return a sentence if many pixels to label have no height, else an empty string.

    Args:
        missing_fraction: fraction of the pixels to label without a height, 0..1.
        kind: kind of the heights, one of `HEIGHT_KINDS` except `auto`.
    """
    if missing_fraction < LEAST_MISSING:
        return ""
    reason, advice = f"the {'nDSM' if kind == 'ndsm' else 'DSM'} has", "one that covers"
    if kind == "dsm+dtm":
        reason, advice = "DSM or DTM have", "ones that cover"
    return (
        f"About {100 * missing_fraction:.0f} % of what is to be labeled has no height, so it gets "
        f"no label: {reason} no values there. Give {advice} the whole image, or choose "
        f"{heightless_choice()}."
    )


def range_remark(heights: np.ndarray, kind: str) -> str:
    """Return a sentence if heights above ground are implausible, else an empty string.

    Args:
        heights: (n,) float32, sampled heights in meters.
        kind: kind of the heights, one of `HEIGHT_KINDS` except `auto`.
    """
    if heights.size == 0:
        return ""
    spread = _Spread(*np.percentile(heights, PERCENTS))
    return (
        _remark_above(spread, kind)
        or _remark_below(spread)
        or zero_level_remark(spread.low_m, kind)
    )


def _remark_above(spread: _Spread, kind: str) -> str:
    is_above_ground = kind == "dsm" or spread.low_m < HIGHEST_MEDIAN_M
    if is_above_ground and spread.high_m > HIGHEST_ROOFS_M:
        or_else = ", or above sea level" if kind == "ndsm" else ""
        return (
            f"{100 - HIGH_PERCENT:.0f} % of the scene lies more than {spread.high_m:.0f} m above "
            "the ground, so the labels will be poor: are the heights in centimeters or "
            f"feet{or_else}? Convert them to meters above ground first, for example with the "
            "raster calculator."
        )
    if spread.median_m > HIGHEST_MEDIAN_M:
        return _poor(f"{spread.median_m:.0f} m above", _why_high(kind))
    return ""


def _remark_below(spread: _Spread) -> str:
    if spread.median_m < LOWEST_MEDIAN_M:
        return _poor(f"{-spread.median_m:.0f} m below", SWAPPED)
    if spread.low_m < LOWEST_MEDIAN_M and spread.high_m < FLAT_M:
        return (
            "According to the heights, almost nothing stands above the ground, and parts lie more "
            f"than {-spread.low_m:.0f} m below it, so the labels will be poor: {SWAPPED}"
        )
    if spread.highest_m < FLAT_M:
        return (
            f"According to the heights, almost nothing stands {FLAT_M} m above the ground: if "
            "there are buildings or trees, is the DSM a terrain model, or not in meters?"
        )
    return ""


def _why_high(kind: str) -> str:
    if kind == "ndsm":
        return (
            "are they heights above sea level given as 'ndsm', or not in meters? Give a DSM as "
            "'dsm', or with its DTM."
        )
    if kind == "dsm+dtm":
        return "are DSM and DTM in different units, or measured from different zero levels?"
    return "are the heights in centimeters or feet? Convert them to meters first."


def _poor(where: str, why: str) -> str:
    return (
        f"According to the heights, half of the scene lies more than {where} the ground, so the "
        f"labels will be poor: {why}"
    )
