# SPDX-License-Identifier: GPL-2.0-or-later
"""Buildings of a raster: regions to parts between party walls, and to regularized outlines."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import ndimage

from .buildings.party_walls import split_party_walls
from .buildings.patch import BuildingPatch, cut_patch
from .buildings.together import regularize_buildings
from .pixels import measures

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .buildings.outline import RegularizedOutline
    from .pixels import ObjectPixels

SLOPE_OVER_M = 0.6  # distance over which the slope of a roof is measured
RIM_M = 0.6  # the rim of a roof is left out, as its heights are those of the ground in part


class BuildingPart(NamedTuple):
    """One building between its outer and party walls.

    Args:
        patch: pixels of the part.
        values: values by field name, from the pixels.
    """

    patch: BuildingPatch
    values: dict[str, float | bool]


class Buildings(NamedTuple):
    """All buildings of a raster.

    Args:
        outlines: outlines that do not overlap, (n,).
        values: values by field name, (n,) each.
    """

    outlines: list[RegularizedOutline]
    values: dict[str, np.ndarray]


def building_parts(pixels: ObjectPixels, tree: int, gsd_m: float) -> list[BuildingPart]:
    """Return the parts of one region of buildings.

    Args:
        pixels: pixels of the region.
        tree: code of trees.
        gsd_m: edge of a pixel in meters.
    """
    whole = BuildingPatch(
        pixels.mask,
        (pixels.codes == tree) & bool(tree),
        (pixels.codes == 0) & ~pixels.mask,
        gsd_m,
        (pixels.row, pixels.column),
        pixels.heights_m,
    )
    labels = split_party_walls(whole)
    count = int(labels.max())
    slopes = None if pixels.heights_m is None else _slopes_deg(pixels.heights_m, gsd_m)
    parts = []
    for label in range(1, count + 1):
        chosen = labels == label
        patch = whole if count == 1 else cut_patch(whole, labels, label)
        parts.append(
            BuildingPart(
                # Heights have served, and all patches of a raster are in memory at once.
                BuildingPatch(patch.mask, patch.tree, patch.beyond, gsd_m, patch.origin),
                {
                    **measures(pixels, chosen),
                    "roof_slope_deg": _roof_slope_deg(slopes, chosen, gsd_m),
                    "touches_edge": pixels.touches_edge,
                    "touches_nodata": pixels.touches_nodata,
                },
            )
        )
    return parts


def regularized(parts: Sequence[BuildingPart]) -> Buildings:
    """Return the regularized outlines of all buildings of a raster."""
    outlines = regularize_buildings([part.patch for part in parts])
    return Buildings(
        outlines,
        {
            **_columns(part.values for part in parts),
            "status": np.array([outline.status for outline in outlines], object),
            "iou_raw": np.array([round(outline.iou_raw, 4) for outline in outlines], float),
        },
    )


def _columns(rows: Iterable[dict[str, float | bool]]) -> dict[str, np.ndarray]:
    rows = list(rows)
    return {name: np.array([row[name] for row in rows]) for name in rows[0]} if rows else {}


def _slopes_deg(heights_m: np.ndarray, gsd_m: float) -> np.ndarray:
    """Return the slope of the surface at each pixel in degrees, NaN where unknown."""
    reach = max(1, round(SLOPE_OVER_M / gsd_m))
    smooth = ndimage.uniform_filter(np.asarray(heights_m, np.float32), reach, mode="nearest")
    if min(smooth.shape) < 2:
        return np.full(smooth.shape, np.nan)
    down, right = np.gradient(smooth, gsd_m)
    return np.degrees(np.arctan(np.hypot(down, right)))


def _roof_slope_deg(slopes: np.ndarray | None, chosen: np.ndarray, gsd_m: float) -> float:
    """Return the median slope of a roof without its rim; NaN without heights."""
    if slopes is None:
        return float("nan")
    depth_m = ndimage.distance_transform_edt(chosen) * gsd_m
    inner = slopes[(depth_m > RIM_M) & np.isfinite(slopes)]
    return round(float(np.median(inner)), 1) if len(inner) else float("nan")
