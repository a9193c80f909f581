# SPDX-License-Identifier: GPL-2.0-or-later
"""Acceptance values of the vector layers, as rows of data."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .peers import OURS, PIXELS, REGULARISER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .building_scores import BuildingScores
    from .scene_files import SceneGroup
    from .scene_scores import SceneScores


class Criterion(NamedTuple):
    """A measured value and its bound.

    Args:
        title: name of the value.
        value: measured value.
        bound: value to reach.
        is_floor: whether the value must be at least the bound, not at most.
        digits: number of decimals to print.
    """

    title: str
    value: float
    bound: float
    is_floor: bool
    digits: int = 2

    @property
    def is_reached(self) -> bool:
        """Whether the value is within its bound; never for NaN."""
        return self.value >= self.bound if self.is_floor else self.value <= self.bound

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """Title, bound, value and verdict as text."""
        sign = ">=" if self.is_floor else "<="
        bound, value = (f"{number:.{self.digits}f}" for number in (self.bound, self.value))
        return self.title, f"{sign} {bound}", value, "yes" if self.is_reached else "**no**"


def criteria(group: SceneGroup, scores: SceneScores) -> list[Criterion]:
    """Return the values of a group of scenes with their bounds."""
    makers = (_truth_buildings,) if group.is_truth else (_model_buildings, _peers)
    return [
        one
        for maker in (*makers, _geometry, _roads, _cars)
        for one in maker(group, scores)
        if not np.isnan(one.bound)
    ]


def _model_buildings(group: SceneGroup, scores: SceneScores) -> Iterator[Criterion]:
    ours, raw = scores.buildings[OURS], scores.buildings[PIXELS]
    is_lidar = group.survey != "matched"
    median, raw_median = _median(ours.iou), _median(raw.iou)
    gain = 0.008 if is_lidar else 0.0
    yield Criterion("buildings, IoU median", median, raw_median + gain, True, 3)
    if not is_lidar:
        yield Criterion("buildings, IoU mean", _mean(ours.iou), _mean(raw.iou), True, 3)
    distance_m, raw_m = _median(ours.hausdorff_m), _median(raw.hausdorff_m)
    factor = 0.65 if is_lidar else 0.8
    yield Criterion("buildings, Hausdorff / pixels", distance_m / raw_m, factor, False)
    if is_lidar:
        bound_m = 0.30 if group.is_fine else 0.40
        yield Criterion("buildings, Hausdorff median (m)", distance_m, bound_m, False)
    bound = 0.97 if group.is_fine else 0.92
    yield Criterion("right angles of rectangular buildings", ours.right_share, bound, True)
    yield Criterion("vertices / true ones, off by", abs(ours.vertex_ratio - 1), 0.15, False)
    yield Criterion(
        "buildings that follow the pixels",
        ours.fallback_share,
        0.05 if is_lidar else 0.10,
        False,
        3,
    )
    yield Criterion("seconds per 1000 buildings", ours.seconds_per_1000, 8, False, 1)


def _truth_buildings(group: SceneGroup, scores: SceneScores) -> Iterator[Criterion]:
    ours = scores.buildings[OURS]
    iou, distance_m = (0.985, 0.20) if group.is_fine else (0.99, 0.06)
    yield Criterion("buildings, IoU median", _median(ours.iou), iou, True, 3)
    yield Criterion("buildings, Hausdorff median (m)", _median(ours.hausdorff_m), distance_m, False)
    yield Criterion("right angles of rectangular buildings", ours.right_share, 0.99, True, 3)


def _peers(_: SceneGroup, scores: SceneScores) -> Iterator[Criterion]:
    if REGULARISER not in scores.buildings:
        return
    ours, peer = scores.buildings[OURS], scores.buildings[REGULARISER]
    name = f"{REGULARISER},"
    yield Criterion(f"{name} IoU median", _median(ours.iou), _median(peer.iou), True, 3)
    bound_m = _median(peer.hausdorff_m)
    yield Criterion(f"{name} Hausdorff median (m)", _median(ours.hausdorff_m), bound_m, False)
    yield Criterion(f"{name} right angles", ours.right_share, peer.right_share, True)


def _geometry(_: SceneGroup, scores: SceneScores) -> Iterator[Criterion]:
    ours: BuildingScores = scores.buildings[OURS]
    broken = ours.invalid + ours.overlapping
    yield Criterion("invalid or overlapping buildings", broken, 0, False, 0)
    yield Criterion("scenes without a valid coverage", scores.broken_coverages, 0, False, 0)


def _roads(group: SceneGroup, scores: SceneScores) -> Iterator[Criterion]:
    roads = scores.roads
    floors = (0.87, 0.91, 0.82) if group.is_truth else (0.80, 0.82, 0.70)
    values = (roads.completeness, roads.correctness, roads.quality)
    names = ("completeness", "correctness", "quality")
    for name, value, floor in zip(names, values, floors, strict=True):
        yield Criterion(f"roads, {name}", value, floor, True)
    yield Criterion("road axis, median distance (m)", _median(roads.distance_m), 0.4, False)
    yield Criterion("road axis, 90 % within (m)", _percentile(roads.distance_m, 90), 1.1, False)
    yield Criterion("road width, median error (m)", _median(roads.width_error_m), 0.8, False)


def _cars(group: SceneGroup, scores: SceneScores) -> Iterator[Criterion]:
    cars, is_lidar = scores.cars, group.survey != "matched"
    if group.is_fine:
        yield Criterion("cars, F1", cars.f1, 0.93 if is_lidar else 0.88, True)
    else:
        yield Criterion("cars, F1", cars.f1, 0.91, True)
        yield Criterion("cars on lots, recall", cars.lot_recall, 0.90, True)
        yield Criterion("cars on lots, count off by", abs(cars.lot_count_error), 0.05, False)
        yield Criterion("cars, count off by", abs(cars.count_error), 0.12, False)
    floor, center_m = (0.94, 0.15) if is_lidar else (0.90, 0.22)
    yield Criterion("cars, heading within 10 degrees", cars.near_heading_share, floor, True)
    yield Criterion("cars, center median (m)", _median(cars.center_error_m), center_m, False)


def _median(values: np.ndarray) -> float:
    return _percentile(values, 50)


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _percentile(values: np.ndarray, percent: float) -> float:
    return float(np.percentile(values, percent)) if len(values) else float("nan")
