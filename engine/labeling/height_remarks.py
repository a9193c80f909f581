# SPDX-License-Identifier: GPL-2.0-or-later
"""Heights that are missing, or cannot be above ground: other units or kinds, rasters swapped."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..protocol import (
    coarse_heights_remark,
    foot_heights_remark,
    height_gap_remark,
    heightless_choice,
    terrain_name_remark,
    undeclared_heights_remark,
    zero_level_remark,
)

if TYPE_CHECKING:
    from ..raster.height_above_ground import HeightReader
    from ..raster.height_raster import HeightRaster

LEAST_MISSING = 0.01  # of what is to be labeled; small holes are usual
HIGH_PERCENT = 98.0
PERCENTS = (5.0, 50.0, HIGH_PERCENT, 99.9)
HIGHEST_ROOFS_M = 200.0  # so much of a scene lies higher only among skyscrapers
HIGHEST_MEDIAN_M = 45.0  # half of a scene lies higher only in a city of towers
LOWEST_MEDIAN_M = -2.0
FLAT_M = 0.5  # a single bush is higher
SWAPPED = "are DSM and DTM swapped, or in different units?"


class _Spread(NamedTuple):
    """Percentiles of heights above ground, in meters."""

    low_m: float
    median_m: float
    high_m: float
    highest_m: float


def height_remarks(
    heights: HeightReader, sampled: np.ndarray, missing_fraction: float, image_gsd_m: float
) -> list[str]:
    """Return what is doubtful about the heights of a scene; sentences, most often none.

    Args:
        heights: open; the sample was read from it.
        sampled: (n,) float32 meters above ground.
        missing_fraction: share of the sample without a height, 0..1.
        image_gsd_m: ground sampling distance of the image in meters.

    Raises:
        InputError: heights are 'dsm+dtm' and there is no DTM.
    """
    kind = heights.sources.known_kind()
    remarks = (
        terrain_name_remark(*heights.sources.files) if kind != "ndsm" else "",
        *(coarse_heights_remark(image_gsd_m, each.gsd_m, each.title) for each in heights.rasters),
        *(_unit_remark(each) for each in heights.rasters),
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


def unit_notes(heights: HeightReader) -> list[str]:
    """Return what was done about units of heights that are no meters; sentences."""
    return [
        f"The {each.title} declares its heights in {each.unit.name}: they are converted to meters."
        for each in heights.rasters
        if each.unit is not None and each.unit.meters != 1.0
    ]


def _unit_remark(surface: HeightRaster) -> str:
    counts_in_feet = 0.3 < surface.source_grid.linear_unit_m < 0.31
    return foot_heights_remark(surface.title) if surface.unit is None and counts_in_feet else ""


def missing_remark(missing_fraction: float, kind: str) -> str:
    """Return a sentence where much of what is to be labeled has no height, else nothing.

    Args:
        missing_fraction: how much, 0..1.
        kind: of the heights, one of `HEIGHT_KINDS` but `auto`.
    """
    if missing_fraction < LEAST_MISSING:
        return ""
    reason, wanted = f"the {'nDSM' if kind == 'ndsm' else 'DSM'} has", "one that covers"
    if kind == "dsm+dtm":
        reason, wanted = "DSM or DTM have", "ones that cover"
    return (
        f"About {100 * missing_fraction:.0f} % of what is to be labeled has no height, so it gets "
        f"no label: {reason} no values there. Give {wanted} the whole image, or choose "
        f"{heightless_choice()}."
    )


def range_remark(heights: np.ndarray, kind: str) -> str:
    """Return a sentence where heights above ground are implausible, else nothing.

    Args:
        heights: (n,) float32 meters, a sample of a scene.
        kind: of the heights, one of `HEIGHT_KINDS` but `auto`.
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
    stands_on_ground = kind == "dsm" or spread.low_m < HIGHEST_MEDIAN_M
    if stands_on_ground and spread.high_m > HIGHEST_ROOFS_M:
        or_else = ", or above sea level" if kind == "ndsm" else ""
        return (
            f"{100 - HIGH_PERCENT:.0f} % of the scene lies more than {spread.high_m:.0f} m above "
            "the ground, by its heights, so the labels will be poor: are they in centimeters or "
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
            "Hardly anything stands above the ground, by its heights, and parts lie more than "
            f"{-spread.low_m:.0f} m below it, so the labels will be poor: {SWAPPED}"
        )
    if spread.highest_m < FLAT_M:
        return (
            f"Hardly anything in the scene stands {FLAT_M} m above the ground, by its heights: if "
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
    return "are they in centimeters or feet? Convert them to meters first."


def _poor(where: str, why: str) -> str:
    return (
        f"Half of the scene lies more than {where} the ground, by its heights, so the labels will "
        f"be poor: {why}"
    )
