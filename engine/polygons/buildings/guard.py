# SPDX-License-Identifier: GPL-2.0-or-later
"""The guard: a fitted outline must stay close to the pixels wherever they are visible.

All is measured on the samples, which belong to one edge each. So what lies under a crown does
not count, and no polygons are intersected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from .fitting import residual_m

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .fitting import FittedRing
    from .ring import Ring
    from .settings import OutlineSettings

LARGEST_PX = 4  # largest distance in pixels, where those are large
LARGEST_RESIDUALS = 6  # largest distance as a multiple of the typical one
ROUGHEST = 2.0  # no roughness raises the largest distance by more than this factor
IOU_RESIDUALS = 2.0  # area along the outline that a rough outline may lose
FLOOR_IOU = 0.75


class Limits(NamedTuple):
    """Limits of one building.

    Args:
        distance_m: largest visible distance between outline and pixels.
        iou: least visible overlap.
    """

    distance_m: float
    iou: float


def limits_of(
    rings: Sequence[Ring],
    fit: tuple[FittedRing, ...] | None,
    gsd_m: float,
    settings: OutlineSettings,
) -> Limits:
    """Return the limits of a building: the rougher its own outline, the wider.

    Args:
        rings: rings of the building.
        fit: first fit, whose typical distance shows the roughness.
        gsd_m: edge of a pixel in meters.
        settings: limits of smooth outlines.
    """
    usual_m = max(settings.largest_distance_m, LARGEST_PX * gsd_m)
    if fit is None:
        return Limits(usual_m, settings.least_iou)
    typical_m = residual_m(rings, fit)
    length_m = sum(ring.samples.lengths_m.sum() for ring in rings)
    lost = IOU_RESIDUALS * typical_m * length_m / area_m2(rings)
    return Limits(
        float(np.clip(LARGEST_RESIDUALS * typical_m, usual_m, ROUGHEST * usual_m)),
        float(np.clip(1 - lost, min(FLOOR_IOU, settings.least_iou), settings.least_iou)),
    )


def area_m2(rings: Sequence[Ring]) -> float:
    """Return the area of the outer ring less that of the courtyards."""
    areas = [shapely.Polygon(ring.samples.points_m).area for ring in rings]
    return max(2 * areas[0] - sum(areas), 1e-6)


def is_close(rings: Sequence[Ring], fit: tuple[FittedRing, ...], limits: Limits) -> bool:
    """Return whether a fit is within its limits wherever the building is visible."""
    differing_m2 = 0.0
    for ring, each in zip(rings, fit, strict=True):
        is_visible = ~ring.samples.is_hidden
        visible_m = each.distances_m[is_visible]
        if len(visible_m) and visible_m.max() > limits.distance_m:
            return False
        if _overshoot_m(ring, each) > limits.distance_m:
            return False
        differing_m2 += float(visible_m @ ring.samples.lengths_m[is_visible])
    return differing_m2 <= (1 - limits.iou) * area_m2(rings)


def _overshoot_m(ring: Ring, fitted: FittedRing) -> float:
    """Return the largest distance of a corner from the outline, without corners under trees."""
    away = fitted.corners_m[:, None] - ring.samples.points_m
    squared = (away**2).sum(axis=2)
    nearest = squared.argmin(axis=1)
    is_visible = ~ring.samples.is_hidden[nearest]
    least = np.take_along_axis(squared, nearest[:, None], axis=1)[is_visible, 0]
    return float(np.sqrt(least.max())) if len(least) else 0.0
