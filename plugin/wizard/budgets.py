# SPDX-License-Identifier: GPL-2.0-or-later
"""How long to train, as data: a new choice is one more row."""

from __future__ import annotations

from typing import NamedTuple, Tuple


class TrainingTime(NamedTuple):
    """A choice of the page *Train*.

    Args:
        name: identifier, used in object names.
        title: display name.
        budget: budget of the job.
        minutes: time limit in minutes.
        text: sentence about when to choose it.
    """

    name: str
    title: str
    budget: str
    minutes: float
    text: str


TRAINING_TIMES: Tuple[TrainingTime, ...] = (
    TrainingTime("quick", "Quick", "standard", 4.0, "For a few polygons, or a first impression."),
    TrainingTime("standard", "Standard", "standard", 8.0, "For most maps."),
    TrainingTime(
        "thorough",
        "Thorough",
        "thorough",
        20.0,
        "For many polygons, if Standard was still getting better at its end.",
    ),
)


def training_time(budget: str, minutes: float) -> TrainingTime:
    """Return the choice with a budget and a time limit, else that of the budget alone.

    >>> training_time("standard", 4.0).name, training_time("thorough", 0.0).name
    ('quick', 'thorough')
    """
    of_budget = [each for each in TRAINING_TIMES if each.budget == budget]
    exact = [each for each in of_budget if each.minutes == minutes]
    return (exact or of_budget[-1:] or [TRAINING_TIMES[1]])[0]
