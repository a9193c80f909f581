# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores of building outlines with known answers."""

import numpy as np
import pytest
import shapely
from orthoscribe.engine.bench.vectors.building_scores import (
    Delivered,
    clean_buildings,
    score_buildings,
)
from orthoscribe.engine.bench.vectors.pooling import pooled

TRUE = np.array([shapely.box(0, 0, 10, 10), shapely.box(50, 0, 60, 10)])
FAIR, POOR = shapely.box(0, 0, 10, 9), shapely.box(50, 0, 60, 6)


def test_only_fairly_seen_buildings_are_clean():
    assert clean_buildings(np.array([FAIR, POOR]), TRUE) == {0}


def test_scores_of_a_wall_that_is_off():
    scores = score_buildings(Delivered(np.array([FAIR, POOR]), 3.0, 1), TRUE, {0})
    assert scores.iou == pytest.approx([0.9])
    assert scores.hausdorff_m == pytest.approx([1])
    assert scores.right_share == 1
    assert scores.vertex_ratio == 1
    assert scores.fallback_share == 0.5
    assert scores.seconds_per_1000 == pytest.approx(1500)
    assert (scores.invalid, scores.overlapping) == (0, 0)


def test_parts_of_a_building_are_scored_as_one():
    halves = np.array([shapely.box(0, 0, 4, 10), shapely.box(4, 0, 10, 10)])
    scores = score_buildings(Delivered(halves, 0.0), TRUE, {0, 1})
    assert scores.iou == pytest.approx([1])
    assert scores.features == 2


def test_broken_outlines_are_counted():
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    broken = np.array([bow, None, shapely.Polygon(), FAIR], object)
    scores = score_buildings(Delivered(broken, 0.0), TRUE, {0})
    assert scores.invalid == 3


def test_right_angles_count_only_where_the_truth_has_no_others():
    slanted = shapely.Polygon([(0, 0), (10, 0), (12, 10), (0, 10)])
    scores = score_buildings(Delivered(np.array([slanted]), 0.0), np.array([slanted]), {0})
    assert np.isnan(scores.right_share)


def test_pooling_is_over_buildings_not_scenes():
    one = score_buildings(Delivered(np.array([FAIR]), 1.0), TRUE, {0})
    other = score_buildings(Delivered(TRUE, 2.0), TRUE, {0, 1})
    all_scenes = pooled([one, other])
    assert sorted(all_scenes.iou) == pytest.approx([0.9, 1, 1])
    assert all_scenes.seconds == 3
    assert all_scenes.features == 3
