# SPDX-License-Identifier: GPL-2.0-or-later
import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from orthoscribe.engine.metrics import IGNORED, Confusion, merge_classes
from orthoscribe.engine.metrics import confusion as confusion_module


def test_confusion_counts_truth_in_rows_and_labels_in_columns():
    confusion = Confusion((1, 2))
    truth = np.repeat([1, 1, 2, 2], [3, 1, 2, 4]).astype(np.uint8)
    labels = np.repeat([1, 2, 1, 2], [3, 1, 2, 4]).astype(np.uint8)
    confusion.feed(truth, labels)
    np.testing.assert_array_equal(confusion.counts, [[3, 1], [2, 4]])
    assert confusion.counts.dtype == np.uint64


def test_confusion_leaves_out_ignored_and_foreign_truth():
    confusion = Confusion((1, 2))
    confusion.feed(np.array([IGNORED, 0, 7, 1]), np.array([1, 1, 1, 1]))
    np.testing.assert_array_equal(confusion.counts, [[1, 0], [0, 0]])


def test_confusion_keeps_pixels_labeled_as_nothing():
    confusion = Confusion((1, 2))
    confusion.feed(np.array([1, 2, 2]), np.array([0, 0, 2]))
    np.testing.assert_array_equal(confusion.unlabeled, [1, 1])
    np.testing.assert_array_equal(confusion.counts, [[0, 0], [0, 1]])


def test_confusion_refuses_different_shapes():
    with pytest.raises(ValueError, match="shape"):
        Confusion((1, 2)).feed(np.zeros((2, 2), np.uint8), np.zeros(4, np.uint8))


@pytest.mark.parametrize("codes", [(1, 1), (1, 255), (-1, 2)])
def test_confusion_refuses_codes_it_cannot_tell_apart(codes):
    with pytest.raises(ValueError, match="codes"):
        Confusion(codes)


def test_confusion_is_done_once_a_pixel_counts():
    confusion = Confusion((1, 2))
    confusion.feed(np.array([IGNORED]), np.array([1]))
    assert not confusion.is_done
    confusion.feed(np.array([2]), np.array([1]))
    assert confusion.is_done


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1), st.integers(0, 50))
@settings(deadline=None)
def test_confusion_is_the_same_however_the_set_is_cut(pairs, cut):
    truth, labels = np.array(pairs, np.uint8).T
    whole, parts = Confusion((1, 2, 3)), Confusion((1, 2, 3))
    whole.feed(truth, labels)
    parts.feed(truth[:cut], labels[:cut])
    parts.feed(truth[cut:], labels[cut:])
    np.testing.assert_array_equal(whole.counts, parts.counts)
    assert whole.counts.sum() + whole.unlabeled.sum() == np.isin(truth, (1, 2, 3)).sum()


def test_categories_add_up_their_classes():
    assert doctest.testmod(confusion_module).failed == 0
    counts = np.arange(9).reshape(3, 3)
    np.testing.assert_array_equal(merge_classes(counts, [(0,), (1,), (2,)]), counts)
    np.testing.assert_array_equal(merge_classes(counts, [(1, 2)]), [[4 + 5 + 7 + 8]])
    curve = np.stack([counts, 2 * counts])
    np.testing.assert_array_equal(merge_classes(curve, [(0, 2), (1,)])[1],
                                  2 * merge_classes(counts, [(0, 2), (1,)]))  # fmt: skip
