# SPDX-License-Identifier: GPL-2.0-or-later
"""Neighboring polygons form groups, and groups are dealt to folds as a whole."""

from __future__ import annotations

import numpy as np
import pytest
from affine import Affine
from orthoscribe.engine.finetune.labels.folds import deal_folds
from orthoscribe.engine.finetune.labels.groups import groups_of
from orthoscribe.engine.finetune.labels.label_polygon import LabelPolygon
from orthoscribe.engine.raster.grid import RasterGrid
from orthoscribe.engine.tiling.window import Window
from rasterio.crs import CRS

GRID = RasterGrid(
    CRS.from_epsg(32632), Affine(0.2, 0, 5e5, 0, -0.2, 5.4e6), height=5000, width=5000
)


def disc(row, col, class_index=0, scene=0, px=10):
    mask = np.ones((px, px), bool)
    return LabelPolygon(scene, 1, class_index, Window(row, col, px, px), mask, (0.0, 0.0), 1.0)


def test_polygons_far_apart_are_groups():
    places = [(0, 0), (0, 165), (1000, 0), (1000, 300), (2000, 0), (3000, 0), (4000, 0), (0, 2000)]
    found = groups_of([disc(*place) for place in places], [GRID])
    assert found.groups.tolist() == [0, 0, 1, 2, 3, 4, 5, 6]
    assert found.distance_m == pytest.approx(32.0, rel=2e-3)
    assert found.remark == ""


def test_chain_of_neighbors_is_one_group():
    chain = [disc(100 * at, 0) for at in range(6)]
    apart = [disc(0, 1000 + 500 * at) for at in range(7)]
    found = groups_of([*chain, *apart], [GRID])
    assert found.count == 8
    assert len(set(found.groups[:6].tolist())) == 1


def test_distance_is_halved_in_a_small_area_and_told():
    rng = np.random.default_rng(0)
    drawn = [disc(*rng.integers(0, (990, 490)), class_index=at % 4, px=18) for at in range(20)]
    found = groups_of(drawn, [GRID])
    assert found.count >= 6
    assert found.distance_m < found.wanted_m
    assert "close together" in found.remark


def test_each_class_has_two_groups_where_possible():
    drawn = [disc(0, 1000 * at) for at in range(8)]
    drawn += [disc(2000, 0, 1), disc(2000, 60, 1)]
    found = groups_of(drawn, [GRID])
    assert found.groups[8] != found.groups[9]


def test_a_place_in_two_scenes_is_one_group():
    other = RasterGrid(CRS.from_epsg(32632), Affine(0.4, 0, 5e5, 0, -0.4, 5.4e6), 500, 500)
    far = [disc(0, 1000 * at) for at in range(1, 5)]
    found = groups_of([disc(100, 100), disc(50, 50, scene=1), *far], [GRID, other])
    assert found.groups[0] == found.groups[1]
    assert found.count == 5


def test_no_polygons_have_no_groups():
    assert groups_of([], [GRID]).count == 0


def test_groups_stay_whole_and_classes_are_spread():
    rng = np.random.default_rng(1)
    groups = np.repeat(np.arange(12), 3)
    classes = rng.permutation(np.repeat(np.arange(4), 9))
    folds = deal_folds(groups, classes, seed=3)
    assert set(folds.tolist()) == set(range(5))
    assert all(len(set(folds[groups == group].tolist())) == 1 for group in range(12))
    for one in range(4):
        groups_of_class = len(set(groups[classes == one].tolist()))
        spread = len(set(folds[classes == one].tolist()))
        assert spread >= min(5, groups_of_class) - 1


def test_folds_follow_the_seed():
    groups, classes = np.arange(20), np.arange(20) % 4
    first, second = (deal_folds(groups, classes, seed=0) for _ in range(2))
    assert (first == second).all()
    assert (first != deal_folds(groups, classes, seed=1)).any()
    assert all(np.bincount(first[classes == one], minlength=5).max() == 1 for one in range(4))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_groups_are_few_folds(count):
    folds = deal_folds(np.arange(count), np.zeros(count, int), seed=0)
    assert sorted(folds.tolist()) == list(range(count))


def test_a_class_of_one_group_leaves_the_others_even():
    groups = np.array([0, 0, 0, 1, 2, 3, 4, 5])
    classes = np.array([0, 0, 0, 1, 1, 1, 1, 1])
    folds = deal_folds(groups, classes, seed=0)
    assert len(set(folds.tolist())) == 5
