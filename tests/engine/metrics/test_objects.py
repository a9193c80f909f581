# SPDX-License-Identifier: GPL-2.0-or-later
"""Object-level scores: matching by more than half of the union, and components."""

from __future__ import annotations

import numpy as np
import pytest
from orthoscribe.engine.evaluate.accumulator import count_objects
from orthoscribe.engine.metrics import IGNORED, ObjectCounts, match_objects


def test_objects_match_by_more_than_half_of_their_union():
    true, found = np.zeros((1, 12), int), np.zeros((1, 12), int)
    true[0, :4], true[0, 6:9] = 7, 2  # numbers need not follow on each other
    found[0, 1:4] = 3  # 3 of 4: matches
    found[0, 8:11] = 9  # 1 of 5: does not
    assert match_objects(true, found) == ObjectCounts(true=2, found=2, matched=1)


def test_exactly_half_is_not_enough():
    true, found = np.array([[1, 1, 0]]), np.array([[1, 0, 0]])
    assert match_objects(true, found).matched == 0
    assert match_objects(true, true).matched == 1


def test_one_object_over_two_matches_the_larger_at_most():
    true = np.array([[1, 1, 1, 1, 1, 0, 2]])
    found = np.array([[1, 1, 1, 1, 1, 1, 1]])
    assert match_objects(true, found) == ObjectCounts(2, 1, 1)


def test_scores_of_counts():
    counts = ObjectCounts(4, 2, 2) + ObjectCounts(0, 2, 0)
    assert (counts.precision, counts.recall, counts.f1) == (0.5, 0.5, 0.5)
    nothing = match_objects(np.zeros((2, 2), int), np.zeros((2, 2), int))
    assert nothing == ObjectCounts()
    assert np.isnan([nothing.precision, nothing.recall, nothing.f1]).all()


def test_objects_that_could_match_twice_are_refused():
    with pytest.raises(ValueError, match="twice"):
        match_objects(np.zeros((1, 1), int), np.zeros((1, 1), int), 0.4)


def test_components_are_counted_where_truth_is_known():
    truth, labels = np.zeros((6, 9), np.uint8), np.zeros((6, 9), np.uint8)
    truth[:, 6:] = IGNORED
    truth[1:4, 1:4] = labels[1:4, 1:4] = 2
    labels[1:3, 7:9] = 2  # where nothing is known
    labels[5, 0] = 2  # a speck
    assert count_objects(truth, labels, 2, minimum_px=0) == ObjectCounts(1, 2, 1)
    assert count_objects(truth, labels, 2, minimum_px=4) == ObjectCounts(1, 1, 1)
