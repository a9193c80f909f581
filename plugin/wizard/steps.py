# SPDX-License-Identifier: GPL-2.0-or-later
"""The steps of the wizard as data: a new step is one more row with its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, NamedTuple, Tuple

from .pages.area import AreaPage
from .pages.compare import ComparePage
from .pages.draw import DrawPage
from .pages.train import TrainPage
from .pages.trial import TrialPage

if TYPE_CHECKING:
    from .page import Page, WizardContext


class Step(NamedTuple):
    """One step.

    Args:
        name: identifier, used in object names.
        title: title of the step.
        tip: task of the user in this step.
        page: function that makes the page.
    """

    name: str
    title: str
    tip: str
    page: Callable[[WizardContext], Page]


STEPS: Tuple[Step, ...] = (
    Step("area", "Area and model", "Choose the image, the model and what is wrong", AreaPage),
    Step("draw", "Draw", "Draw polygons where the map is wrong", DrawPage),
    Step("trial", "Try", "See in a minute what the model learns from it", TrialPage),
    Step("train", "Train", "Let the model learn from all polygons", TrainPage),
    Step("compare", "Compare", "See whether it got better, and decide", ComparePage),
)
