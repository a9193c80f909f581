# SPDX-License-Identifier: GPL-2.0-or-later
"""Eroded truth and trimaps: scores away from borders, and close to them."""

import doctest

import numpy as np
import pytest
from orthoscribe.engine.metrics import (
    IGNORED,
    Confusion,
    TrimapCurve,
    border_distances,
    disc_offsets,
    distances,
    erode_truth,
    eroded,
    score,
    squared_distances,
)
from scipy import ndimage


def blobs(seed, classes=4, shape=(60, 70), ignored_share=0.0):
    """Return smooth regions of some classes, codes from 1."""
    rng = np.random.default_rng(seed)
    fields = [ndimage.gaussian_filter(rng.standard_normal(shape), 5) for _ in range(classes)]
    truth = (np.argmax(fields, axis=0) + 1).astype(np.uint8)
    void = ndimage.gaussian_filter(rng.standard_normal(shape), 3)
    truth[void > np.quantile(void, 1 - ignored_share)] = IGNORED
    return truth


@pytest.mark.parametrize("module", [distances, eroded])
def test_examples_in_docstrings_are_true(module):
    tried = doctest.testmod(module)
    assert tried.attempted
    assert not tried.failed


def test_disc_of_the_isprs_has_29_pixels():
    assert len(disc_offsets(3)) == len(set(disc_offsets(3))) == 29
    assert (3, 0) in disc_offsets(3)
    assert (2, 2) in disc_offsets(3)
    assert (3, 1) not in disc_offsets(3)


def test_erosion_takes_three_pixels_on_each_side_of_a_border():
    truth = np.ones((20, 20), np.uint8)
    truth[:, 10:] = 2
    left = erode_truth(truth)
    assert (left[10] == [IGNORED] * 3 + [1] * 4 + [IGNORED] * 6 + [2] * 4 + [IGNORED] * 3).all()


def test_erosion_takes_what_is_three_pixels_from_another_class():
    truth = blobs(0, ignored_share=0.05)
    expected = np.full_like(truth, IGNORED)
    outside = np.pad(truth, 4, constant_values=IGNORED)
    for code in range(1, 5):
        distance = ndimage.distance_transform_edt(outside == code)[4:-4, 4:-4]
        expected[distance > 3] = code
    np.testing.assert_array_equal(erode_truth(truth), expected)


def test_erosion_by_nothing_leaves_the_truth():
    truth = blobs(1, ignored_share=0.1)
    np.testing.assert_array_equal(erode_truth(truth, radius_px=0), truth)


@pytest.mark.parametrize("reach_px", [1, 5, 200])
def test_distances_are_exact_within_their_reach(reach_px):
    sources = np.random.default_rng(2).random((40, 53)) > 0.99
    exact = np.rint(ndimage.distance_transform_edt(~sources) ** 2).astype(int)
    expected = np.minimum(exact, (reach_px + 1) ** 2)
    np.testing.assert_array_equal(squared_distances(sources, reach_px), expected)


def test_distances_without_a_source_are_out_of_reach():
    assert (squared_distances(np.zeros((4, 5), bool), 6) == 49).all()


def test_both_sides_of_a_border_are_at_distance_one():
    truth = np.ones((5, 8), np.uint8)
    truth[:, 4:] = 2
    assert border_distances(truth, 80)[2].tolist() == [4, 3, 2, 1, 1, 2, 3, 4]


def test_what_is_not_known_has_no_border():
    truth = np.ones((5, 9), np.uint8)
    truth[:, 4] = IGNORED
    assert (border_distances(truth, 80) == 81).all()
    truth[:, 5:] = 2  # still nobody knows where the border is
    assert (border_distances(truth, 80) == 81).all()


def test_distances_to_borders_are_those_to_other_classes():
    truth = blobs(3)
    distances = border_distances(truth, 80)
    for code in range(1, 5):
        expected = np.ceil(ndimage.distance_transform_edt(truth == code))
        np.testing.assert_array_equal(distances[truth == code], expected[truth == code])


def test_trimap_and_erosion_share_the_known_pixels():
    truth = blobs(4)
    near = border_distances(truth, 3) <= 3
    inner = (slice(3, -3),) * 2
    np.testing.assert_array_equal(near[inner], (erode_truth(truth) == IGNORED)[inner])


def test_curve_counts_what_lies_within_each_radius():
    truth, labels = blobs(5, ignored_share=0.05), blobs(6)
    curve = TrimapCurve(range(1, 5), radius_px=12)
    curve.feed(truth, labels)
    distances = border_distances(truth, 12)
    means = curve.mean_ius()
    for radius in (1, 4, 12):
        confusion = Confusion(range(1, 5))
        confusion.feed(np.where(distances <= radius, truth, IGNORED), labels)
        np.testing.assert_array_equal(curve.counts[radius - 1], confusion.counts)
        assert means[radius - 1] == pytest.approx(score(confusion.counts).mean_iu)


def test_curve_keeps_pixels_labeled_as_nothing():
    truth, labels = blobs(5), np.zeros((60, 70), np.uint8)
    curve = TrimapCurve(range(1, 5), radius_px=5)
    assert not curve.is_done
    curve.feed(truth, labels)
    assert curve.is_done
    assert curve.unlabeled[-1].sum() == (border_distances(truth, 5) <= 5).sum()
    assert (curve.mean_ius() == 0).all()


def test_blurred_labels_get_better_away_from_borders():
    truth = blobs(7)
    labels = ndimage.median_filter(truth, 9)
    curve = TrimapCurve(range(1, 5), radius_px=20)
    curve.feed(truth, labels)
    means = curve.mean_ius()
    assert means[0] < means[5] < means[19] < 1


def test_curve_of_one_class_alone_has_no_scores():
    curve = TrimapCurve((1, 2), radius_px=3)
    curve.feed(np.ones((9, 9), np.uint8), np.ones((9, 9), np.uint8))
    assert not curve.is_done
    assert np.isnan(curve.mean_ius()).all()


def test_curve_refuses_different_shapes():
    with pytest.raises(ValueError, match="shape"):
        TrimapCurve((1, 2)).feed(np.zeros((2, 2), np.uint8), np.zeros((2, 3), np.uint8))
