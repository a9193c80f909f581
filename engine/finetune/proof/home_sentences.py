# SPDX-License-Identifier: GPL-2.0-or-later
"""Sentences of a verdict about the generated scenes of the home domain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .home import CLASS_LOSS
from .home import LOSS as HOME_LOSS

if TYPE_CHECKING:
    import numpy as np

    from ...protocol import Legend
    from .home import HomeChange


def home_losses(home: HomeChange | None, legend: Legend) -> list[str]:
    """Return sentences about losses on generated scenes that are beyond chance."""
    if home is None:
        return []
    sentences = []
    if home.is_shown_accuracy_loss:
        sentences.append(
            f"Worse elsewhere: on generated scenes {_accuracies(home)}, so the new model has "
            "forgotten part of what it could do."
        )
    if home.is_shown_class_loss.any():
        sentences.append(
            "Worse elsewhere: on generated scenes the new model finds "
            f"{_fallen(home, home.is_shown_class_loss, legend)} less well, so it has forgotten "
            "part of what it could do."
        )
    return sentences


def home_doubts(home: HomeChange | None, legend: Legend) -> list[str]:
    """Return sentences about losses on generated scenes that may be chance."""
    if home is None:
        return []
    sentences = []
    if home.accuracy_loss > HOME_LOSS and not home.is_shown_accuracy_loss:
        sentences.append(
            f"Perhaps worse elsewhere: on generated scenes {_accuracies(home)}, which may be "
            "chance, so compare both maps where you drew nothing."
        )
    is_doubtful = (home.class_losses > CLASS_LOSS) & ~home.is_shown_class_loss
    if is_doubtful.any():
        sentences.append(
            "Perhaps worse elsewhere: on generated scenes the new model finds "
            f"{_fallen(home, is_doubtful, legend)} less well, which may be chance, so compare both "
            "maps where you drew nothing."
        )
    return sentences


def _accuracies(home: HomeChange) -> str:
    before, after = home.before.accuracy, home.after.accuracy
    return f"{100 * after:.1f} % of the pixels are right instead of {100 * before:.1f} %"


def _fallen(home: HomeChange, is_fallen: np.ndarray, legend: Legend) -> str:
    return ", ".join(
        f"{legend.classes[at].title} ({percent(home.before.f1[at])} to "
        f"{percent(home.after.f1[at])})"
        for at in is_fallen.nonzero()[0]
    )


def percent(value: float | None) -> str:
    """Return a fraction in percent."""
    return "none" if value is None else f"{100 * value:.0f} %"
