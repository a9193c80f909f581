# SPDX-License-Identifier: GPL-2.0-or-later
"""Discs of whole jobs lie inside their class, on errors or at random, or have random classes."""

import numpy as np
import pytest
from orthoscribe.engine.bench.finetuning.target import DISC_M, Target, disk
from orthoscribe.engine.bench.finetuning.whole_jobs.draws import DRAWS, drawn_discs
from orthoscribe.engine.bench.finetuning.whole_jobs.kinds import KINDS

GSD_M, EDGE_PX, STRIPE_PX = 0.2, 240, 60
COUNT = 20


@pytest.fixture
def target():
    """Return a scene whose four drawn classes are stripes, one below the other."""
    classes = np.repeat(np.arange(4, dtype=np.uint8), STRIPE_PX)[:, None].repeat(2 * EDGE_PX, 1)
    return Target(None, classes, GSD_M)


@pytest.fixture
def labels(target):
    """Return labels whose left third is wrong."""
    found = target.classes[target.drawn_part.slices].copy()
    found[:, : found.shape[1] // 3] = 5
    return found


@pytest.mark.parametrize("draw", ["errors", "random"])
def test_discs_lie_inside_their_class(target, labels, draw):
    radius = round(DISC_M / GSD_M)
    rows, columns = np.nonzero(disk(radius))
    discs = drawn_discs(target, labels, draw, COUNT, np.random.default_rng(1))
    assert [one for _, _, one in discs] == [0, 1, 2, 3] * (COUNT // 4)
    for row, column, one in discs:
        assert (target.classes[row + rows - radius, column + columns - radius] == one).all()


def test_discs_do_not_overlap(target, labels):
    centers = [
        disc[:2] for disc in drawn_discs(target, labels, "noise", COUNT, np.random.default_rng(3))
    ]
    for at, (row, column) in enumerate(centers):
        for other_row, other_column in centers[:at]:
            assert np.hypot(row - other_row, column - other_column) * GSD_M >= 2 * DISC_M


def test_most_discs_lie_on_errors_only_if_asked_for(target, labels):
    truth = target.classes[target.drawn_part.slices]

    def share_on_errors(draw):
        discs = drawn_discs(target, labels, draw, COUNT, np.random.default_rng(2))
        return np.mean([labels[row, column] != truth[row, column] for row, column, _ in discs])

    assert share_on_errors("errors") >= 0.6
    assert 0.2 < share_on_errors("random") < 0.5


def test_errors_of_a_class_that_has_none_are_drawn_anywhere(target, labels):
    right = target.classes[target.drawn_part.slices]
    assert len(drawn_discs(target, right, "errors", COUNT, np.random.default_rng(1))) == COUNT


def test_noise_exchanges_classes(target, labels):
    discs = drawn_discs(target, labels, "noise", COUNT, np.random.default_rng(1))
    truth = target.classes[target.drawn_part.slices]
    is_true = [truth[row, column] == one for row, column, one in discs]
    assert sorted(one for _, _, one in discs) == sorted([0, 1, 2, 3] * (COUNT // 4))
    assert 0 < sum(is_true) < COUNT / 2


def test_kinds_have_known_draws_and_names_of_their_own():
    assert {kind.draw for kind in KINDS} == set(DRAWS)
    assert len({kind.name for kind in KINDS}) == len(KINDS)
