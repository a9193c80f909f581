# SPDX-License-Identifier: GPL-2.0-or-later
"""Cells of a patch: which are scored."""

import numpy as np
from orthoscribe.engine.finetune.tuning.cells import chosen_cells
from orthoscribe.engine.metrics import IGNORED


def patch(labeled_rows, edge=32):
    """Return classes whose first rows are labeled, and validity everywhere."""
    classes = np.full((edge, edge), IGNORED, np.uint8)
    classes[:labeled_rows] = 2
    return classes, np.ones((edge, edge), bool)


def chosen(classes, is_valid, count, seed=0):
    return chosen_cells(np.random.default_rng(seed), classes, is_valid, count)


def test_half_of_the_cells_are_labeled_if_there_are_as_many():
    cells = chosen(*patch(16), 64)  # 128 of 256 cells are labeled
    assert (cells < 128).sum() == 32
    assert len(set(cells.tolist())) == 64


def test_all_labeled_cells_are_taken_if_there_are_few():
    cells = chosen(*patch(2), 64)  # one row of 16 cells
    assert set(range(16)) <= set(cells.tolist())
    assert len(set(cells.tolist())) == 64


def test_a_cell_is_labeled_if_one_of_its_pixels_is():
    classes, is_valid = patch(0)
    classes[5, 9] = 1
    assert 2 * 16 + 4 in chosen(classes, is_valid, 8)


def test_cells_without_values_are_left_out():
    classes, is_valid = patch(4)
    is_valid[8:] = False
    cells = chosen(classes, is_valid, 128)  # 64 cells have values
    assert len(cells) == 128
    assert set(cells.tolist()) == set(range(64))
    assert len(chosen(classes, np.zeros_like(is_valid), 8)) == 8


def test_a_small_patch_has_each_cell_once():
    assert sorted(chosen(*patch(8, edge=16), 512)) == list(range(64))


def test_cells_repeat_by_seed():
    first, again, other = (chosen(*patch(8), 32, seed).tolist() for seed in (1, 1, 2))
    assert first == again != other
