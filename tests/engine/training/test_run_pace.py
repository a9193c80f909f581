# SPDX-License-Identifier: GPL-2.0-or-later
"""The pace of a run: what its first steps say about its duration."""

from __future__ import annotations

import pytest
from orthoscribe.engine.training.trainer.pace import Pace


def sentences_of(steps, step_s, **settings):
    """Return what is said during ten steps that take `step_s` seconds, but the first one 30 s."""
    seconds = iter([30.0 + number * step_s for number in range(10)])
    pace = Pace(steps, clock=lambda: next(seconds), **settings)
    return [sentence for sentence in (pace.step() for _ in range(10)) if sentence]


def test_long_training_says_once_how_long_it_takes():
    assert sentences_of(20_000, 1.6) == [
        "Training takes about 9 hours on this computer: 19,996 more steps of 1.6 s each; set fewer "
        "steps for a shorter one."
    ]


def test_training_of_minutes_does_not_advise_fewer_steps():
    assert sentences_of(240, 1.0) == [
        "Training takes about 4 minutes on this computer: 236 more steps of 1 s each."
    ]


def test_resumed_training_says_what_is_left():
    (sentence,) = sentences_of(240, 1.0, is_resumed=True)
    assert sentence.startswith("The rest of the training takes about 4 minutes")


@pytest.mark.parametrize(("steps", "step_s"), [(50, 1.0), (150, 0.3)])
def test_short_training_says_nothing(steps, step_s):
    assert sentences_of(steps, step_s) == []
