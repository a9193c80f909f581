"""Objects are regions of pixels that share an edge; small ones do not count."""

import numpy as np
import pytest
from orthoscribe.engine.evaluate.accumulator import count_objects
from orthoscribe.engine.metrics import IGNORED, ObjectCounts

TRUTH = np.array(
    [
        [1, 1, 0, 0, 0, 1],
        [1, 1, 0, 0, 0, 1],
        [0, 0, 1, 1, 0, 0],
        [0, 0, 1, 1, 0, 9],
    ],
    np.uint8,
)


@pytest.mark.parametrize(
    ("minimum_px", "true"),
    [(1, 3), (2, 3), (2.5, 2), (4, 2), (4.1, 0)],
)
def test_regions_touching_at_a_corner_are_two_and_small_ones_do_not_count(minimum_px, true):
    assert count_objects(TRUTH, TRUTH, 1, minimum_px) == ObjectCounts(true, true, true)


def test_objects_where_the_truth_is_unknown_are_not_counted():
    truth = np.where(TRUTH == 9, IGNORED, TRUTH).astype(np.uint8)
    labels = np.zeros_like(truth)
    labels[truth == IGNORED] = 1
    assert count_objects(truth, labels, 1, 1) == ObjectCounts(3, 0, 0)


@pytest.mark.parametrize("is_there", [True, False])
def test_one_region_or_none(is_there):
    labels = np.full((3, 5), int(is_there), np.uint8)
    assert count_objects(labels, labels, 1, 1) == ObjectCounts(is_there, is_there, is_there)


def test_counts_of_noise_are_those_of_a_search_pixel_by_pixel():
    rng = np.random.default_rng(0)
    truth, labels = rng.integers(0, 2, (2, 40, 50)).astype(np.uint8)
    found = count_objects(truth, labels, 1, 3)
    assert (found.true, found.found) == (regions(truth, 3), regions(labels, 3))


def regions(classes, minimum_px):
    """Return how many 4-connected regions of class 1 have a minimum size."""
    open_px = {(int(row), int(col)) for row, col in np.argwhere(classes == 1)}
    count = 0
    while open_px:
        coming, size_px = [open_px.pop()], 0
        while coming:
            row, col = coming.pop()
            size_px += 1
            around = {(row - 1, col), (row + 1, col), (row, col - 1), (row, col + 1)} & open_px
            open_px -= around
            coming += around
        count += size_px >= minimum_px
    return count
