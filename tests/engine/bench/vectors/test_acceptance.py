# SPDX-License-Identifier: GPL-2.0-or-later
"""Acceptance values: what is reached, and which apply to which scenes."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from orthoscribe.engine.bench.vectors.acceptance import Criterion, criteria
from orthoscribe.engine.bench.vectors.building_scores import Delivered, score_buildings
from orthoscribe.engine.bench.vectors.car_scores import FoundCars, TrueCars, score_cars
from orthoscribe.engine.bench.vectors.peers import OURS, PIXELS, REGULARISER
from orthoscribe.engine.bench.vectors.road_scores import Roads, score_roads
from orthoscribe.engine.bench.vectors.scene_files import SceneGroup
from orthoscribe.engine.bench.vectors.scene_scores import SceneScores
from orthoscribe.engine.bench.vectors.table import acceptance_table, method_table, scene_table

SCENE = shapely.box(0, 0, 100, 100)
HOUSE = np.array([shapely.box(20, 20, 40, 40)])


def buildings(height_m):
    outline = np.array([shapely.box(20, 20, 40, 20 + height_m)])
    return score_buildings(Delivered(outline, 0.001), HOUSE, {0})


@pytest.fixture
def scores():
    road = Roads(np.array([shapely.LineString([(2, 50), (98, 50)])]), np.array([8.0]))
    car = np.array([shapely.box(60, 60, 64, 62)])
    heading = np.array([90.0])
    return SceneScores(
        {OURS: buildings(19.9), PIXELS: buildings(19.0)},
        score_roads(road, road, SCENE),
        score_cars(
            FoundCars(car, heading),
            TrueCars(car, heading, np.ones(1), np.ones(1, bool)),
            SCENE,
            0.2,
        ),
        broken_coverages=0,
    )


def by_title(group, scores):
    return {one.title: one for one in criteria(group, scores)}


@pytest.mark.parametrize(
    ("value", "bound", "is_floor", "is_reached"),
    [(2, 1, True, True), (1, 2, True, False), (1, 2, False, True), (float("nan"), 1, True, False)],
)
def test_bounds_are_floors_or_ceilings(value, bound, is_floor, is_reached):
    assert Criterion("x", value, bound, is_floor).is_reached == is_reached


def test_good_layers_reach_everything(scores):
    for survey in ("lidar", "matched"):
        assert all(one.is_reached for one in criteria(SceneGroup(0.2, survey), scores))


def test_gain_over_pixels_is_required(scores):
    worse = replace(scores, buildings={OURS: buildings(19.0), PIXELS: buildings(19.0)})
    row = by_title(SceneGroup(0.2, "lidar"), worse)["buildings, IoU median"]
    assert not row.is_reached
    assert by_title(SceneGroup(0.2, "matched"), worse)["buildings, IoU median"].is_reached


def test_one_broken_coverage_is_too_many(scores):
    rows = by_title(SceneGroup(0.1, "lidar"), replace(scores, broken_coverages=1))
    assert not rows["scenes without a valid coverage"].is_reached


def test_lots_count_where_pixels_are_coarse(scores):
    assert "cars on lots, recall" in by_title(SceneGroup(0.2, "lidar"), scores)
    assert "cars on lots, recall" not in by_title(SceneGroup(0.1, "lidar"), scores)


def test_true_rasters_have_their_own_bounds(scores):
    row = by_title(SceneGroup(0.2, "lidar", is_truth=True), scores)["buildings, IoU median"]
    assert row.bound == 0.99


def test_tables_name_what_is_missing(scores):
    assert f"| {REGULARISER} | skipped: not installed |" in method_table(scores)
    assert "**no**" not in acceptance_table(SceneGroup(0.2, "lidar"), scores)
    worse = replace(scores, buildings={OURS: buildings(12.0), PIXELS: buildings(19.0)})
    assert "**no**" in acceptance_table(SceneGroup(0.2, "lidar"), worse)


def test_every_row_of_a_table_has_all_cells(scores):
    for table in (scene_table([("one", scores)]), method_table(scores)):
        assert len({line.count("|") for line in table.splitlines()}) == 1
