# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores, intervals and the choice of alpha on small cases that can be computed by hand."""

from __future__ import annotations

import numpy as np
import pytest
from orthoscribe.engine.finetune.proof.alpha import choose_alpha
from orthoscribe.engine.finetune.proof.bootstrap import gain_intervals, sign_test
from orthoscribe.engine.finetune.proof.polygon_scores import f1_of_polygons, right_fractions
from orthoscribe.engine.metrics import score

CLASSES = np.array([0, 0, 1])
COUNTS = np.array([[8, 2, 0], [100, 0, 0], [1, 1, 2]])


def test_polygons_of_a_class_weigh_the_same():
    assert right_fractions(COUNTS, CLASSES).tolist() == [0.8, 1.0, 0.25]
    expected = score(np.array([[90, 10, 0], [25, 25, 50], [0, 0, 0]])).f1
    assert f1_of_polygons(COUNTS, CLASSES) == pytest.approx(expected, nan_ok=True)


def test_polygon_without_labels_is_wrong():
    counts = np.array([[0, 0], [0, 4]])
    assert f1_of_polygons(counts, np.array([0, 1])).tolist() == [0, 1]


def test_interval_holds_the_gain_and_is_paired():
    rng = np.random.default_rng(0)
    classes, groups = np.arange(40) % 2, np.arange(40) // 4
    right = rng.integers(30, 70, 40)
    before = np.stack([right, 100 - right], axis=1)
    before[classes == 1] = before[classes == 1, ::-1]
    after = before.copy()
    after[np.arange(40), classes] += 20
    after[np.arange(40), 1 - classes] -= 20
    found = gain_intervals(before, after, classes, groups)
    # Each polygon gains the same, so the interval is short although the polygons differ.
    assert 0.19 < found.mean.low <= 0.2001 < found.mean.high < 0.21
    assert found == gain_intervals(before, after, classes, groups)
    assert gain_intervals(before, before, classes, groups).mean == (0, 0)


def test_few_groups_widen_the_interval():
    rng = np.random.default_rng(0)
    classes = np.arange(60) % 2
    before, after = (rng.integers(1, 50, (60, 2)) for _ in range(2))
    few, many = (gain_intervals(before, after, classes, np.arange(60) % n).mean for n in (3, 30))
    assert few.high - few.low > 0.5 * (many.high - many.low)
    one = gain_intervals(before, after, classes, np.zeros(60, int))
    assert np.isnan(one.mean.low)


def test_sign_test_is_binomial():
    assert sign_test(5, 0) == pytest.approx(1 / 32)
    assert sign_test(3, 3) == pytest.approx(42 / 64)
    assert sign_test(0, 0) == 1


def better_by(*rights):
    """Return counts (alphas, 8, 2) of polygons with these percents right."""
    classes = np.arange(8) % 2
    counts = np.zeros((len(rights), 8, 2), int)
    for at, right in enumerate(rights):
        counts[at, np.arange(8), classes] = right
        counts[at, np.arange(8), 1 - classes] = 100 - np.array(right)
    return counts, classes


def test_best_alpha_is_chosen_and_ties_go_to_the_preferred_one():
    folds = np.arange(8) // 2
    counts, classes = better_by(50, 80, 70)
    assert choose_alpha((0, 0.5, 1), counts, classes, folds).alpha == 0.5
    counts, classes = better_by(50, 80, 80)
    assert choose_alpha((0, 0.5, 1), counts, classes, folds).alpha == 1
    assert choose_alpha((0, 0.5, 1), counts, classes, folds, preferred=0.5).alpha == 0.5
    counts, classes = better_by(80, 80, 60)
    assert choose_alpha((0, 0.5, 1), counts, classes, folds).alpha == 0


def test_alpha_is_at_most_the_largest():
    folds = np.arange(8) // 2
    counts, classes = better_by(50, 70, 80)
    found = choose_alpha((0, 0.5, 1), counts, classes, folds, largest=0.5)
    assert found.alpha == 0.5
    assert (found.counts == counts[1]).all()


def test_small_gain_is_no_gain():
    counts, classes = better_by([58, 59] * 4, [59] * 8)
    found = choose_alpha((0, 1), counts, classes, np.arange(8))
    assert found.alpha == 0
    assert (found.counts == counts[0]).all()


def test_polygons_that_were_right_already_speak_against_no_alpha():
    counts, classes = better_by([98, 99] * 4, [99] * 8)
    found = choose_alpha((0, 1), counts, classes, np.arange(8))
    assert found.alpha == 1
    assert (found.counts == counts[1]).all()
    counts, classes = better_by(99, [99] * 7 + [90])
    assert choose_alpha((0, 1), counts, classes, np.arange(8)).alpha == 0


def test_lucky_alpha_is_no_gain():
    folds = np.arange(8) // 4
    counts, classes = better_by(50, [98] * 4 + [10] * 4, [0] * 4 + [99] * 4)
    # Both seem to gain, but the alpha that is best on one half is worst on the other.
    found = choose_alpha((0, 0.5, 1), counts, classes, folds)
    assert found.alpha == 0
    assert (found.counts == counts[0]).all()


def test_result_like_guessing_keeps_the_base():
    folds = np.arange(8) // 2
    counts, classes = better_by(45, 48, 54)
    found = choose_alpha((0, 0.5, 1), counts, classes, folds)
    assert found.alpha == 0
    assert (found.counts == counts[0]).all()
    counts, classes = better_by(45, 48, 56)
    assert choose_alpha((0, 0.5, 1), counts, classes, folds).alpha == 1


def test_clear_gain_counts_even_where_the_result_is_poor():
    counts, classes = better_by(20, 40, 54)
    assert choose_alpha((0, 0.5, 1), counts, classes, np.arange(8) // 2).alpha == 1


def test_limited_alpha_is_not_taken_for_guessing():
    counts, classes = better_by(45, 50, 80)
    found = choose_alpha((0, 0.5, 1), counts, classes, np.arange(8) // 2, largest=0.5)
    assert found.alpha == 0.5


def test_class_in_one_fold_is_no_sign_of_guessing():
    counts, classes = better_by([80, 0] * 4, [85, 0] * 4)
    folds = np.where(classes == 1, 0, np.arange(8) // 2)
    assert choose_alpha((0, 1), counts, classes, folds).alpha == 1


def test_preferred_alpha_that_gains_needs_no_choice():
    folds = np.arange(8) // 4
    counts, classes = better_by(50, [98] * 4 + [10] * 4, [20] * 4 + [99] * 4)
    found = choose_alpha((0, 0.5, 1), counts, classes, folds)
    assert found.alpha == 1
    assert (found.counts == counts[2]).all()


def test_fold_is_scored_with_the_alpha_of_the_others():
    folds = np.arange(8) // 2
    counts, classes = better_by(50, [80] * 6 + [95] * 2, [85] * 6 + [10] * 2)
    found = choose_alpha((0, 0.5, 1), counts, classes, folds)
    assert found.alpha == 0.5
    assert right_fractions(found.counts, classes).tolist() == [0.8] * 6 + [0.1] * 2


def test_one_fold_has_the_preferred_alpha():
    counts, classes = better_by(50, 80, 70)
    found = choose_alpha((0, 0.5, 1), counts, classes, np.zeros(8, int))
    assert (found.counts == counts[2]).all()
