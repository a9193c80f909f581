# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores of one scene, and of several scenes together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyogrio
import rasterio
import shapely

from .building_scores import clean_buildings, score_buildings
from .car_scores import score_cars
from .layer_files import (
    is_coverage,
    read_buildings,
    read_cars,
    read_roads,
    read_true_buildings,
    read_true_cars,
    read_true_roads,
)
from .peers import METHODS, OURS, PIXELS, peer_outlines
from .pooling import pooled
from .road_scores import score_roads
from .scene_files import vectorize
from .stage_clock import StageClock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .building_scores import BuildingScores
    from .car_scores import CarScores
    from .road_scores import RoadScores
    from .scene_files import SceneFolder

BUILDING_STAGE = "Fitting walls of buildings"


@dataclass(frozen=True, eq=False)
class SceneScores:
    """Scores of the vector layers of one or more scenes.

    Args:
        buildings: scores of each method.
        roads: scores of the center lines.
        cars: scores of the cars.
        broken_coverages: number of scenes whose buildings, roads and paved ground are no coverage.
    """

    buildings: dict[str, BuildingScores]
    roads: RoadScores
    cars: CarScores
    broken_coverages: int


def score_scene(scene: SceneFolder) -> SceneScores:
    """Vectorize a scene with the product and its peers, and return the scores."""
    clock = StageClock()
    ours = vectorize(scene, "regularized", clock)
    building_s = clock.seconds.get(BUILDING_STAGE, 0.0)
    pixels = read_buildings(vectorize(scene, "pixels", StageClock()), 0.0)
    crs = pyogrio.read_info(ours, layer="buildings")["crs"]
    delivered = {OURS: read_buildings(ours, building_s), PIXELS: pixels}
    delivered |= peer_outlines(pixels.outlines, crs)
    true = read_true_buildings(scene.truth)
    clean = clean_buildings(pixels.outlines, true)
    with rasterio.open(scene.classes) as raster:
        extent = shapely.box(*raster.bounds)
    return SceneScores(
        {name: score_buildings(each, true, clean) for name, each in delivered.items()},
        score_roads(read_roads(ours), read_true_roads(scene.truth), extent),
        score_cars(read_cars(ours), read_true_cars(scene.truth), extent, scene.group.gsd_m),
        int(not is_coverage(ours)),
    )


def pool(scores: Sequence[SceneScores]) -> SceneScores:
    """Return the scores over the objects of several scenes."""
    present = [name for name in METHODS if name in scores[0].buildings]
    return SceneScores(
        {name: pooled([each.buildings[name] for each in scores]) for name in present},
        pooled([each.roads for each in scores]),
        pooled([each.cars for each in scores]),
        sum(each.broken_coverages for each in scores),
    )
