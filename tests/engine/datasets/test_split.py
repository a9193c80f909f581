# SPDX-License-Identifier: GPL-2.0-or-later
"""The split of a scene: a straight cut or blocks, whichever leaves the classes in both parts."""

from __future__ import annotations

import numpy as np
import pytest
from orthoscribe.engine.datasets.held_out_blocks import ENOUGH_PX, MARGIN_PX
from orthoscribe.engine.datasets.split import BLOCKS, SIDES, counts_in, cut_at, split_scene
from orthoscribe.engine.metrics import IGNORED, count_classes
from orthoscribe.engine.tiling.window import Window


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


def test_classes_in_middle_and_corners_are_in_both_parts():
    truth = np.zeros((1000, 1000), np.uint8)
    truth[450:550, 450:550] = 1
    truth[:100, :100] = 2
    truth[900:, 900:] = 3
    split = split_scene(truth, 4, 0.2)
    assert split.side == BLOCKS
    assert split.training == Window(0, 0, 1000, 1000)
    held_out = counts_in(truth, split.held_out, 4)
    assert (held_out >= ENOUGH_PX).all()
    assert (count_classes(split.learned(truth), 4) >= ENOUGH_PX).all()
    assert held_out.sum() == pytest.approx(0.2 * truth.size, rel=0.1)


def test_held_out_blocks_are_scored_and_not_learned():
    truth = np.zeros((1000, 1000), np.uint8)
    truth[450:550, 450:550] = 1
    split = split_scene(truth, 2, 0.2)
    times = np.zeros(truth.shape, int)
    for window in split.held_out:
        times[window.slices] += 1
    learned = split.learned(truth)
    assert times.max() == 1
    assert (learned[times == 1] == IGNORED).all()
    first = split.held_out[0]
    around = learned[first.grow(MARGIN_PX).clip(*truth.shape).slices]
    assert (around == IGNORED).all()
    scored = np.full(truth.shape, IGNORED)
    scored[split.bounds.slices] = split.scored(truth)
    np.testing.assert_array_equal(scored, np.where(times, truth, IGNORED))


def test_side_is_held_out_where_blocks_do_not_help():
    truth = np.zeros((40, 40), np.uint8)
    truth[15:35, 5:25] = 1  # one block
    assert split_scene(truth, 2, 0.2).side in SIDES
    truth = np.zeros((1000, 1000), np.uint8)
    truth[500:505, 500:510] = 1  # too few pixels for both parts
    assert split_scene(truth, 2, 0.2) == cut_at(1000, 1000, "right", 0.2)
