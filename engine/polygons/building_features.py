# SPDX-License-Identifier: GPL-2.0-or-later
"""Buildings of a raster: regions to parts between party walls, and to regularized outlines."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from scipy import ndimage

from .buildings.outline import RegularizedOutline
from .buildings.overlaps import without_overlaps
from .buildings.party_walls import split_party_walls
from .buildings.patch import BuildingPatch, cut_patch
from .buildings.together import fit_buildings
from .buildings.tracing import pixel_outlines
from .pixels import joined_values, measures

if TYPE_CHECKING:
    from collections.abc import Sequence

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


class FittedBuildings(NamedTuple):
    """Buildings of a block, whose outlines may overlap where their pixels do not touch.

    Args:
        region: number of the region of each building, (n,) int64.
        polygons: outlines in pixel space, (n,).
        pixels: outlines along the pixels, (n,).
        values: values by field name, (n,) each, with `status` and `iou_raw` of the outline.
    """

    region: np.ndarray
    polygons: np.ndarray
    pixels: np.ndarray
    values: dict[str, np.ndarray]


class Buildings(NamedTuple):
    """All buildings of a raster.

    Args:
        outlines: outlines in pixel space that do not overlap, (n,).
        values: values by field name, (n,) each.
    """

    outlines: np.ndarray
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
                # Heights have served, and all patches of a block are in memory at once.
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


def fit_parts(parts: Sequence[BuildingPart], region: np.ndarray) -> FittedBuildings:
    """Return the fitted buildings of the parts of some regions, at least one.

    Args:
        parts: parts of all regions that touch each other.
        region: number of the region of each part, (n,) int64.
    """
    patches = [part.patch for part in parts]
    outlines = fit_buildings(patches)
    values = {name: np.array([part.values[name] for part in parts]) for name in parts[0].values}
    values["status"] = np.array([outline.status for outline in outlines], object)
    values["iou_raw"] = np.array([outline.iou_raw for outline in outlines])
    polygons = np.array([outline.polygon for outline in outlines], object)
    return FittedBuildings(region, polygons, pixel_outlines(patches), values)


def all_buildings(blocks: Sequence[FittedBuildings], least_px: float = 0.0) -> Buildings:
    """Return the buildings of all blocks from a minimum area on, without overlaps.

    Args:
        blocks: buildings of each block; they are returned in the order of their regions.
        least_px: minimum area of an outline in pixels.
    """
    if not blocks:
        return Buildings(np.empty(0, object), {})
    order = np.argsort(np.concatenate([each.region for each in blocks]), kind="stable")
    values = joined_values([each.values for each in blocks], order)
    fitted, pixels = (
        np.concatenate([getattr(each, name) for each in blocks])[order]
        for name in ("polygons", "pixels")
    )
    outlines = [
        RegularizedOutline(polygon, status, iou)
        for polygon, status, iou in zip(fitted, values["status"], values["iou_raw"], strict=True)
    ]
    outlines = without_overlaps(outlines, pixels)
    values["iou_raw"] = np.array([round(float(each.iou_raw), 4) for each in outlines])
    polygons = np.array([each.polygon for each in outlines], object)
    # An outline that gives way to a neighbor can become smaller than its region.
    kept = shapely.area(polygons) >= least_px
    return Buildings(polygons[kept], {name: each[kept] for name, each in values.items()})


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
