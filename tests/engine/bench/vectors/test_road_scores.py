# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores of center lines with known answers."""

import numpy as np
import pytest
import shapely
from orthoscribe.engine.bench.vectors.pooling import pooled
from orthoscribe.engine.bench.vectors.road_scores import Roads, score_roads

SCENE = shapely.box(0, 0, 104, 104)


def roads(*rows):
    lines = np.array([shapely.LineString(points) for points, _ in rows], object)
    return Roads(lines, np.array([width_m for _, width_m in rows], float))


TRUE = roads(([(2, 50), (102, 50)], 8.0), ([(50, 2), (50, 102)], 6.0))


def test_half_of_the_roads_shifted_within_the_buffer():
    scores = score_roads(roads(([(2, 51), (102, 51)], 8.5)), TRUE, SCENE)
    assert scores.completeness == pytest.approx(0.5, abs=0.02)
    assert scores.correctness == pytest.approx(1)
    assert scores.quality == pytest.approx(0.5, abs=0.02)
    assert np.median(scores.distance_m) == pytest.approx(1)
    assert np.median(scores.width_error_m) == pytest.approx(0.5)


def test_false_roads_lower_the_correctness():
    found = Roads(np.append(TRUE.lines, shapely.LineString([(10, 5), (45, 5)])), np.full(3, 7.0))
    scores = score_roads(found, TRUE, SCENE)
    assert scores.completeness == pytest.approx(1)
    assert scores.correctness == pytest.approx(200 / 235, abs=0.01)


def test_a_distant_parallel_is_no_road():
    scores = score_roads(roads(([(2, 53), (45, 53)], 8.0)), TRUE, SCENE)
    assert scores.found_true_m == 0
    assert len(scores.distance_m) == 0


def test_the_rim_does_not_count():
    scores = score_roads(TRUE, roads(([(0, 50), (104, 50)], 8.0)), SCENE)
    assert scores.true_m == pytest.approx(100)


def test_without_found_roads_nothing_is_complete():
    scores = score_roads(Roads(np.empty(0, object), np.empty(0)), TRUE, SCENE)
    assert scores.completeness == 0
    assert np.isnan(scores.correctness)


def test_pooling_is_over_lengths():
    found = score_roads(TRUE, TRUE, SCENE)
    missed = score_roads(Roads(np.empty(0, object), np.empty(0)), TRUE, SCENE)
    assert pooled([found, missed]).completeness == pytest.approx(0.5)
