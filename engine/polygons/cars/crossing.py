# SPDX-License-Identifier: GPL-2.0-or-later
"""Vehicles that cross each other: in a blurred region, several rectangles describe one car."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

if TYPE_CHECKING:
    from .assigning import FittedShare

MOST_SHARED = 0.05  # largest overlap, as a share of the smaller rectangle; parked cars have none


def without_crossing(shares: list[FittedShare]) -> list[FittedShare]:
    """Return the rectangles that do not overlap a better one.

    Args:
        shares: rectangles with their pixels, the best first.
    """
    kept: list[FittedShare] = []
    for share in shares:
        if all(_shared_part(share, other) <= MOST_SHARED for other in kept):
            kept.append(share)
    return kept


def _shared_part(one: FittedShare, other: FittedShare) -> float:
    """Return the overlap of two rectangles as a share of the smaller one."""
    polygons = one.rectangle.polygon(), other.rectangle.polygon()
    smaller_m2 = min(polygon.area for polygon in polygons)
    return float(shapely.intersection(*polygons).area) / smaller_m2
