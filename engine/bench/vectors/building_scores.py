# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores of building outlines against the true buildings, for one method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .outlines import (
    corner_angles_deg,
    count_overlapping,
    count_right,
    hausdorff_m,
    joined_where_they_touch,
    match,
    polygon_of,
)

LEAST_IOU = 0.5  # a pair of a found and a true building
CLEAN_IOU = 0.85  # pixels that show their building fairly


class Delivered(NamedTuple):
    """Building outlines of one method.

    Args:
        outlines: outlines as the method gives them, (n,); None or invalid ones are possible.
        seconds: processor time for the outlines.
        fallbacks: number of outlines that follow the pixels, for methods that decide it.
    """

    outlines: np.ndarray
    seconds: float
    fallbacks: int = 0


@dataclass(frozen=True, eq=False)
class BuildingScores:
    """Scores of one method on the buildings whose pixels are a fair view of them.

    Args:
        iou: intersection over union of each building, (n,).
        hausdorff_m: Hausdorff distance of each building, (n,).
        right: number of right angles of each building whose true angles all are, (m,).
        corners: number of corners of the same buildings, (m,).
        vertices: number of corners of each building, (n,).
        true_vertices: number of true corners of each building, (n,).
        features: number of outlines.
        fallbacks: number of outlines that follow the pixels.
        invalid: number of outlines that are no valid polygon.
        overlapping: number of pairs of outlines that overlap.
        seconds: processor time for the outlines.
    """

    iou: np.ndarray
    hausdorff_m: np.ndarray
    right: np.ndarray
    corners: np.ndarray
    vertices: np.ndarray
    true_vertices: np.ndarray
    features: int
    fallbacks: int
    invalid: int
    overlapping: int
    seconds: float

    @property
    def right_share(self) -> float:
        """Share of right angles where the truth has no others."""
        return float(self.right.sum() / self.corners.sum()) if self.corners.sum() else float("nan")

    @property
    def vertex_ratio(self) -> float:
        """Number of corners divided by that of the true outlines."""
        total = self.true_vertices.sum()
        return float(self.vertices.sum() / total) if total else float("nan")

    @property
    def fallback_share(self) -> float:
        """Share of outlines that follow the pixels."""
        return self.fallbacks / max(self.features, 1)

    @property
    def seconds_per_1000(self) -> float:
        """Seconds for 1000 buildings."""
        return 1000 * self.seconds / max(self.features, 1)


def clean_buildings(raw: np.ndarray, true: np.ndarray) -> set[int]:
    """Return the numbers of the true buildings that the pixels show fairly.

    The others are mistakes of the class raster, or hidden under trees; no outline repairs them.

    Args:
        raw: pixel outlines, (n,).
        true: true buildings, (m,).
    """
    pairs = match(joined_where_they_touch(raw), true, LEAST_IOU)
    return set(pairs.true[pairs.iou >= CLEAN_IOU].tolist())


def score_buildings(delivered: Delivered, true: np.ndarray, clean: set[int]) -> BuildingScores:
    """Return the scores of one method.

    Args:
        delivered: outlines of the method.
        true: true buildings, (m,).
        clean: numbers of the true buildings to score.
    """
    broken = [each is None or each.geom_type != "Polygon" for each in delivered.outlines]
    usable = np.array([polygon_of(each) for each in delivered.outlines], object)
    found = joined_where_they_touch(usable)
    pairs = match(found, true, LEAST_IOU)
    chosen = np.array([number in clean for number in pairs.true], bool)
    one, other = found[pairs.found[chosen]], true[pairs.true[chosen]]
    angles = [corner_angles_deg(each) for each in one]
    true_angles = [corner_angles_deg(each) for each in other]
    rectangular = [k for k, each in enumerate(true_angles) if count_right(each) == len(each)]
    return BuildingScores(
        iou=pairs.iou[chosen],
        hausdorff_m=np.array([hausdorff_m(*each) for each in zip(one, other, strict=True)]),
        right=np.array([count_right(angles[k]) for k in rectangular], int),
        corners=np.array([len(angles[k]) for k in rectangular], int),
        vertices=np.array([len(each) for each in angles], int),
        true_vertices=np.array([len(each) for each in true_angles], int),
        features=len(usable),
        fallbacks=delivered.fallbacks,
        invalid=sum(
            bad or not outline.is_valid or outline.is_empty
            for bad, outline in zip(broken, delivered.outlines, strict=True)
        ),
        overlapping=count_overlapping(usable),
        seconds=delivered.seconds,
    )
