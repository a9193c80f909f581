# SPDX-License-Identifier: GPL-2.0-or-later
"""The choice of held-out blocks: every class, about the fraction, few and adjacent."""

from __future__ import annotations

import numpy as np
import pytest
from orthoscribe.engine.datasets.held_out_blocks import (
    ENOUGH_PX,
    LEAST_BLOCK_PX,
    MARGIN_PX,
    choose_blocks,
)
from orthoscribe.engine.metrics import IGNORED, count_classes


def mask_of(windows, shape):
    mask = np.zeros(shape, bool)
    for window in windows:
        mask[window.slices] = True
    return mask


def town(seed, size=1600):
    """Return ground with 30 squares of each of four classes."""
    rng = np.random.default_rng(seed)
    truth = np.zeros((size, size), np.uint8)
    for number in range(120):
        row, col = rng.integers(0, size - 40, 2)
        truth[row : row + 40, col : col + 40] = 1 + number % 4
    return truth


@pytest.mark.parametrize("fraction", [0.1, 0.2, 0.5])
@pytest.mark.parametrize("seed", range(3))
def test_blocks_have_about_the_fraction_and_enough_of_every_class(seed, fraction):
    truth = town(seed)
    mask = mask_of(choose_blocks(truth, 5, fraction), truth.shape)
    assert mask.mean() == pytest.approx(fraction, abs=0.02)
    assert (count_classes(truth[mask], 5) >= ENOUGH_PX).all()
    assert (count_classes(truth[~mask], 5) >= ENOUGH_PX).all()


def test_choice_is_deterministic_and_compact():
    truth = town(7)
    windows = choose_blocks(truth, 5, 0.2)
    assert windows == choose_blocks(truth, 5, 0.2)
    mask = mask_of(windows, truth.shape)
    lost = mask_of([each.grow(MARGIN_PX).clip(*truth.shape) for each in windows], truth.shape)
    assert lost.sum() < 1.08 * mask.sum()  # 1.16 for scattered blocks of 208 px
    assert len(windows) <= 4


def test_lattice_lies_over_the_labels():
    truth = np.full((4000, 4000), IGNORED, np.uint8)
    truth[1000:1400, 1000:1400] = np.arange(400) // 100  # (400) stripes of four classes
    mask = mask_of(choose_blocks(truth, 4, 0.2), truth.shape)
    assert (count_classes(truth[mask], 4) >= ENOUGH_PX).all()
    assert not mask[truth == IGNORED].any()


def test_class_within_one_block_does_not_hinder_the_others():
    truth = np.zeros((1024, 1024), np.uint8)
    truth[5:25, 5:25] = 1  # in one block of every lattice
    truth[500:560, 500:560] = 2
    mask = mask_of(choose_blocks(truth, 3, 0.2), truth.shape)
    assert (count_classes(truth[mask], 3)[[0, 2]] >= ENOUGH_PX).all()
    assert (count_classes(truth[~mask], 3) >= ENOUGH_PX).all()


@pytest.mark.parametrize("size", [1, LEAST_BLOCK_PX, 80])
def test_scene_of_one_block_has_none_to_hold_out(size):
    truth = np.zeros((size, size), np.uint8)
    truth[: size // 2] = 1
    assert choose_blocks(truth, 2, 0.2) == ()


def test_scene_without_labels_has_none_to_hold_out():
    assert choose_blocks(np.full((500, 500), IGNORED, np.uint8), 2, 0.2) == ()
