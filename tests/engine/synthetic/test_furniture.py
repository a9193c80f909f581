# SPDX-License-Identifier: GPL-2.0-or-later
"""Car-like things are labeled as what they are."""

from __future__ import annotations

import numpy as np
import pytest
from orthoscribe.engine.synthetic.canvas import Place
from orthoscribe.engine.synthetic.codes import (
    BUILDING,
    CAR,
    CLUTTER,
    IMPERVIOUS,
    LOW_VEGETATION,
    TREE,
)
from orthoscribe.engine.synthetic.furniture import (
    build_shed,
    build_tanks,
    furnish_place,
    lay_terrace,
    put_up_parasols,
    set_benches,
    set_planter,
)
from orthoscribe.engine.synthetic.trees import TREE_FROM_M
from orthoscribe.tests.canvases import level_canvas

MIDDLE = Place(20, 20, 0.4)
SEEDS = range(12)


def furnished(add, seed, *more):
    canvas = level_canvas(200, 0.2)
    add(np.random.default_rng(seed), canvas, MIDDLE, *more)
    return canvas


@pytest.mark.parametrize(
    ("add", "more", "label", "height_m"),
    [
        (set_benches, (3,), CLUTTER, (0.4, 0.8)),
        (put_up_parasols, (4,), CLUTTER, (1.2, 2.9)),
        (build_tanks, (2,), BUILDING, (3.6, 17)),
    ],
)
def test_things_have_one_class_and_height(add, more, label, height_m):
    for seed in SEEDS:
        canvas = furnished(add, seed, *more)
        assert set(np.unique(canvas.labels)) == {0, label}
        heights = canvas.heights[canvas.labels == label]
        assert height_m[0] - 1e-3 <= heights.min() <= heights.max() <= height_m[1] + 1e-3


def test_planters_are_walls_around_bushes():
    for seed in SEEDS:
        canvas = furnished(set_planter, seed)
        assert set(np.unique(canvas.labels)) == {0, CLUTTER, TREE}
        assert canvas.heights[canvas.labels == CLUTTER].max() < TREE_FROM_M + 1e-3
        assert canvas.heights[canvas.labels == TREE].min() >= TREE_FROM_M


def test_terraces_are_sealed_and_at_most_a_step_high():
    found, areas_m2 = set(), []
    for seed in SEEDS:
        canvas = furnished(lay_terrace, seed)
        is_sealed = canvas.labels == IMPERVIOUS
        assert 6 < (canvas.labels > 0).sum() * 0.04 < 60
        assert canvas.heights[is_sealed].max(initial=0) <= 0.6
        areas_m2.append(is_sealed.sum() * 0.04)
        found |= set(np.unique(canvas.labels))
    assert 8 < np.median(areas_m2) < 32
    assert found >= {IMPERVIOUS, CLUTTER}
    assert found <= {0, IMPERVIOUS, CLUTTER, TREE, LOW_VEGETATION}


def test_sheds_are_low_and_small_buildings():
    tops = []
    for seed in SEEDS:
        canvas = furnished(build_shed, seed)
        is_shed = canvas.labels == BUILDING
        assert 3 < is_shed.sum() * 0.04 < 40
        tops.append(np.median(canvas.heights[is_shed]))
    assert min(tops) < 2.3
    assert max(tops) < 5


def test_furnished_places_have_no_cars():
    labels = set()
    for seed in SEEDS:
        labels |= set(np.unique(furnished(furnish_place, seed, 12.0, 6).labels))
    assert CAR not in labels
    assert {CLUTTER, TREE} <= labels
