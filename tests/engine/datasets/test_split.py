# SPDX-License-Identifier: GPL-2.0-or-later
"""The split of a scene: one straight cut, at the side after which both parts show the classes."""

from __future__ import annotations

import numpy as np
import pytest
from orthoscribe.engine.datasets.split import SIDES, cut_at, split_scene
from orthoscribe.engine.metrics import IGNORED


def empty(height=100, width=200):
    return np.full((height, width), IGNORED, np.uint8)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("fraction", [0.05, 0.3, 0.9])
def test_parts_cover_the_scene_once(side, fraction):
    times = np.zeros((7, 11), int)
    split = cut_at(7, 11, side, fraction)
    for part in (split.training, *split.held_out):
        assert not part.is_empty
        times[part.slices] += 1
    assert (times == 1).all()


def test_right_side_is_held_out_where_all_are_alike():
    truth = np.random.default_rng(0).integers(0, 4, (100, 200)).astype(np.uint8)
    assert split_scene(truth, 4, 0.2) == cut_at(100, 200, "right", 0.2)


@pytest.mark.parametrize("side", SIDES)
def test_side_with_the_most_classes_is_held_out(side):
    truth = empty()
    truth[40:60, 80:120] = 0
    truth[40:60, 100:120] = 1  # both in the middle, which no side holds
    strip = cut_at(100, 200, side, 0.2).bounds
    row, col = strip.row + strip.height // 2, strip.col + strip.width // 2
    truth[row - 5 : row + 5, col - 5 : col] = 0
    truth[row - 5 : row + 5, col : col + 5] = 1
    assert split_scene(truth, 2, 0.2).side == side


def test_side_that_takes_all_of_a_class_is_not_held_out():
    truth = empty()
    truth[:, 170:] = 1
    truth[:, :30] = 0
    assert split_scene(truth, 2, 0.2).side in ("bottom", "top")


def test_few_pixels_count_less_than_many():
    truth = empty()
    truth[30:70, 50:150] = 0
    truth[45:55, 60:140] = 1
    truth[50, 190:194] = (0, 1, 0, 1)  # a few at the right
    truth[85:95, 60:80] = 0
    truth[85:95, 80:100] = 1  # many at the bottom
    assert split_scene(truth, 2, 0.2).side == "bottom"


def test_part_to_learn_from_keeps_room_for_a_patch():
    truth = empty(100, 300)
    truth[80:] = 1
    truth[:80] = 0
    truth[40:45, 250:] = 1
    assert split_scene(truth, 3, 0.2, least_px=100).side in ("right", "left")
    assert split_scene(truth, 3, 0.2, least_px=500).side == "right"
