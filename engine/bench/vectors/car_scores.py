# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores of car rectangles against the true cars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely

from .outlines import match

LEAST_IOU = 0.3
LEAST_VISIBLE = 0.5  # a car that trees hide more is neither required nor wrong
RIM_PX = 3  # cars in the rim of the scene do not count
NEAR_LOT_M = 1.2  # margin around the cars of a lot
NEAR_HEADING_DEG = 10.0


class FoundCars(NamedTuple):
    """Cars as delivered.

    Args:
        outlines: rectangles in the CRS of the scene, (n,).
        heading_deg: direction of the length, modulo 180 degrees, (n,).
    """

    outlines: np.ndarray
    heading_deg: np.ndarray


class TrueCars(NamedTuple):
    """Cars of the truth.

    Args:
        outlines: rectangles in the CRS of the scene, (n,).
        heading_deg: direction of the length, modulo 180 degrees, (n,).
        visible: visible share, (n,).
        is_on_lot: whether a car stands in a row of parking stalls, (n,) bool.
    """

    outlines: np.ndarray
    heading_deg: np.ndarray
    visible: np.ndarray
    is_on_lot: np.ndarray


@dataclass(frozen=True, eq=False)
class CarScores:
    """Counts and errors, which can be pooled.

    Args:
        true: number of true cars.
        found: number of found cars, without those that are mostly hidden.
        matched: number of true cars that were found.
        true_on_lots: number of true cars on lots.
        found_on_lots: number of found cars on lots.
        matched_on_lots: number of true cars on lots that were found.
        heading_error_deg: error of each matched car, (n,).
        center_error_m: distance of the centers of each matched car, (n,).
    """

    true: int
    found: int
    matched: int
    true_on_lots: int
    found_on_lots: int
    matched_on_lots: int
    heading_error_deg: np.ndarray
    center_error_m: np.ndarray

    @property
    def precision(self) -> float:
        """Share of the found cars that are true."""
        return _share(self.matched, self.found)

    @property
    def recall(self) -> float:
        """Share of the true cars that are found."""
        return _share(self.matched, self.true)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return _share(2 * self.matched, self.true + self.found)

    @property
    def lot_recall(self) -> float:
        """Share of the true cars on lots that are found."""
        return _share(self.matched_on_lots, self.true_on_lots)

    @property
    def lot_count_error(self) -> float:
        """Relative error of the number of cars on lots."""
        return _share(self.found_on_lots - self.true_on_lots, self.true_on_lots)

    @property
    def count_error(self) -> float:
        """Relative error of the number of cars."""
        return _share(self.found - self.true, self.true)

    @property
    def near_heading_share(self) -> float:
        """Share of the matched cars whose heading is right within 10 degrees."""
        near = int((self.heading_error_deg <= NEAR_HEADING_DEG).sum())
        return _share(near, len(self.heading_error_deg))


def score_cars(found: FoundCars, true: TrueCars, scene: shapely.Polygon, gsd_m: float) -> CarScores:
    """Return the scores of the cars of one scene.

    Args:
        found: cars as delivered.
        true: cars of the truth.
        scene: extent of the scene.
        gsd_m: edge of a pixel in meters.
    """
    inner = shapely.buffer(scene, -RIM_PX * gsd_m, join_style="mitre")
    is_seen = shapely.contains(inner, shapely.centroid(found.outlines))
    found = FoundCars(*(values[is_seen] for values in found))
    is_inside = shapely.contains_properly(inner, true.outlines)
    true = TrueCars(*(values[is_inside] for values in true))
    pairs = match(found.outlines, true.outlines, LEAST_IOU)
    required = true.visible >= LEAST_VISIBLE
    is_matched = required[pairs.true]
    counts = np.ones(len(found.outlines), bool)
    counts[pairs.found[~is_matched]] = False
    one, other = pairs.found[is_matched], pairs.true[is_matched]
    return CarScores(
        true=int(required.sum()),
        found=int(counts.sum()),
        matched=len(one),
        true_on_lots=int((required & true.is_on_lot).sum()),
        found_on_lots=int((counts & _is_on_lot(found, true)).sum()),
        matched_on_lots=int(true.is_on_lot[other].sum()),
        heading_error_deg=_turn_deg(found.heading_deg[one], true.heading_deg[other]),
        center_error_m=shapely.distance(
            shapely.centroid(found.outlines[one]), shapely.centroid(true.outlines[other])
        ),
    )


def _is_on_lot(found: FoundCars, true: TrueCars) -> np.ndarray:
    """Return which found cars have their center on a lot, (n,) bool."""
    parked = true.outlines[true.is_on_lot]
    if not len(parked):
        return np.zeros(len(found.outlines), bool)
    lots = shapely.union_all(shapely.buffer(parked, NEAR_LOT_M))
    return shapely.contains(lots, shapely.centroid(found.outlines))


def _turn_deg(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the angle between directions without sign, 0 to 90 degrees."""
    return np.abs((one - other + 90) % 180 - 90)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
