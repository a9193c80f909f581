# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
import pytest
from orthoscribe.engine.metrics import (
    IGNORED,
    ResolutionBounds,
    majority_labels,
    nearest_labels,
)
from scipy import ndimage


def regions(seed, shape=(260, 300)):
    rng = np.random.default_rng(seed)
    fields = [ndimage.gaussian_filter(rng.standard_normal(shape), 9) for _ in range(3)]
    return np.argmax(fields, axis=0).astype(np.uint8)


@pytest.mark.parametrize("coarsen", [nearest_labels, majority_labels])
def test_bound_falls_with_the_stride_and_is_one_at_full_resolution(coarsen):
    bounds = ResolutionBounds(range(3), coarsen=coarsen)
    for seed in range(3):
        bounds.feed(regions(seed))
    means = bounds.mean_ius()
    assert list(means) == [1, 4, 8, 16, 32, 64, 128]
    assert means[1] == 1
    assert (np.diff(list(means.values())) < 0).all()


def test_majority_loses_less_than_the_center():
    means = []
    for coarsen in (nearest_labels, majority_labels):
        bounds = ResolutionBounds(range(3), (16,), coarsen)
        bounds.feed(regions(5))
        means.append(bounds.mean_ius()[16])
    assert means[0] < means[1]


def test_nearest_is_the_center_of_each_cell():
    truth = np.arange(35, dtype=np.uint8).reshape(5, 7)
    np.testing.assert_array_equal(nearest_labels(truth, 3), [[8, 11, 13], [29, 32, 34]])


def test_majority_counts_known_pixels_only():
    truth = np.array([[1, 1, 2, IGNORED], [2, 1, IGNORED, IGNORED]], np.uint8)
    np.testing.assert_array_equal(majority_labels(truth, 2), [[1, 2]])
    assert (majority_labels(np.full((2, 2), IGNORED, np.uint8), 2) == IGNORED).all()


def test_majority_that_is_too_small_is_none():
    truth = np.arange(16, dtype=np.uint8).reshape(4, 4) // 4  # a quarter each
    assert majority_labels(truth, 4).tolist() == [[0]]
    assert majority_labels(truth, 4, least_share=0.25).tolist() == [[IGNORED]]
    truth[1, 0] = 0  # five of sixteen
    assert majority_labels(truth, 4, least_share=0.25).tolist() == [[0]]


def test_majority_of_ragged_edges_counts_what_is_there():
    truth = np.zeros((3, 3), np.uint8)
    truth[2] = 1
    np.testing.assert_array_equal(majority_labels(truth, 2), [[0, 0], [1, 1]])


def test_ignored_truth_is_in_no_bound():
    truth = regions(0)
    truth[:, :150] = IGNORED
    bounds = ResolutionBounds(range(3), (1, 8))
    assert not bounds.is_done
    bounds.feed(truth)
    assert bounds.is_done
    assert bounds.mean_ius()[1] == 1


def test_bounds_without_scored_pixels_are_unknown():
    bounds = ResolutionBounds(range(3), (1, 4))
    bounds.feed(np.full((8, 8), IGNORED, np.uint8))
    assert np.isnan(list(bounds.mean_ius().values())).all()
