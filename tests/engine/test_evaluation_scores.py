# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
import pytest
from orthoscribe.engine.evaluation import score

HAND = np.array([[3, 1], [2, 4]], np.uint64)


def test_scores_give_the_known_answers_of_a_hand_made_matrix():
    scores = score(HAND)
    assert scores.overall_accuracy == pytest.approx(0.7)
    assert scores.mean_accuracy == pytest.approx(0.708333, abs=1e-6)
    assert scores.mean_iu == pytest.approx(0.535714, abs=1e-6)
    assert scores.frequency_weighted_iu == pytest.approx(0.542857, abs=1e-6)
    np.testing.assert_allclose(scores.f1, [0.666667, 0.727273], atol=1e-6)
    np.testing.assert_allclose(scores.iu, [3 / 6, 4 / 7])
    np.testing.assert_allclose(scores.precision, [3 / 5, 4 / 5])
    np.testing.assert_allclose(scores.recall, [3 / 4, 4 / 6])
    assert scores.mean_f1 == pytest.approx((2 / 3 + 8 / 11) / 2)


def test_iu_follows_from_f1():
    scores = score(np.array([[50, 3, 7], [2, 90, 1], [4, 4, 11]]))
    np.testing.assert_allclose(scores.iu, scores.f1 / (2 - scores.f1))


def test_scores_leave_out_a_class_that_never_occurs():
    scores = score(np.array([[3, 1, 0], [2, 4, 0], [0, 0, 0]]))
    assert np.isnan(scores.f1[2])
    assert scores.mean_iu == pytest.approx(score(HAND).mean_iu)
    assert scores.frequency_weighted_iu == pytest.approx(score(HAND).frequency_weighted_iu)


def test_scores_count_unlabeled_pixels_as_errors():
    scores = score(HAND, unlabeled=np.array([10, 0]))
    assert scores.overall_accuracy == pytest.approx(7 / 20)
    assert scores.recall[0] == pytest.approx(3 / 14)
    assert scores.precision[0] == pytest.approx(3 / 5)


def test_scores_survive_counts_beyond_32_bits():
    assert score(HAND * np.uint64(10**12)).overall_accuracy == pytest.approx(0.7)


def test_score_refuses_an_empty_matrix():
    with pytest.raises(ValueError, match="No pixel"):
        score(np.zeros((2, 2)))
