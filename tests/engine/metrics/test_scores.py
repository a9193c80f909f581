# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
import pytest
from orthoscribe.engine.metrics import score, score_without

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


def test_class_that_only_the_labels_have_spoils_accuracy_but_no_mean():
    scores = score(np.array([[3, 1, 1], [2, 4, 0], [0, 0, 0]]))
    assert np.isnan([scores.f1[2], scores.iu[2], scores.recall[2]]).all()
    assert scores.precision[2] == 0
    assert scores.overall_accuracy == pytest.approx(7 / 11)
    assert scores.mean_f1 == pytest.approx((6 / 10 + 8 / 11) / 2)
    assert scores.mean_iu == pytest.approx((3 / 7 + 4 / 7) / 2)


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


def test_kappa_is_agreement_beyond_chance():
    assert score(HAND).kappa == pytest.approx((0.7 - 0.5) / (1 - 0.5))
    assert score(np.diag([3, 4])).kappa == 1
    assert score(np.array([[25, 25], [25, 25]])).kappa == pytest.approx(0)
    assert np.isnan(score(np.array([[5, 0], [0, 0]])).kappa)


WITH_CLUTTER = np.array([[8, 1, 0], [2, 6, 0], [3, 1, 0]])  # the last class is never labeled


def test_clutter_is_ignored_by_default():
    scores = score_without(WITH_CLUTTER, ignored=2)
    expected = score(WITH_CLUTTER[:2, :2])
    assert scores.overall_accuracy == pytest.approx(14 / 17)
    np.testing.assert_allclose(scores.f1, expected.f1)


def test_clutter_is_an_error_of_the_released_accuracy():
    scores = score_without(WITH_CLUTTER, ignored=2, release_oa=True)
    assert scores.overall_accuracy == pytest.approx(14 / 21)
    np.testing.assert_allclose(scores.f1, [16 / (9 + 13), 12 / (8 + 8)])
    np.testing.assert_allclose(scores.precision, [8 / 13, 6 / 8])
    np.testing.assert_allclose(scores.recall, [8 / 9, 6 / 8])
    assert scores.mean_f1 == pytest.approx((16 / 22 + 12 / 16) / 2)


@pytest.mark.parametrize("release_oa", [False, True])
def test_what_is_labeled_as_clutter_is_an_error(release_oa):
    counts = np.array([[8, 1, 5], [2, 6, 0], [0, 0, 4]])
    scores = score_without(counts, ignored=2, release_oa=release_oa)
    assert scores.recall[0] == pytest.approx(8 / 14)
    assert scores.overall_accuracy == pytest.approx(14 / (26 if release_oa else 22))


def test_unlabeled_pixels_stay_errors_without_clutter():
    scores = score_without(WITH_CLUTTER, 2, unlabeled=np.array([3, 0, 9]))
    assert scores.overall_accuracy == pytest.approx(14 / 20)
