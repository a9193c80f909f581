# SPDX-License-Identifier: GPL-2.0-or-later
"""Advice for jobs without heights whose model needs them: models that need none."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Tuple

from .installed import cards_of
from .model_paths import BUNDLED_MODELS, models_in

if TYPE_CHECKING:
    from pathlib import Path


def missing_heights(model: str = "The model") -> str:
    """Return the message for a model that needs heights in a job without them.

    Args:
        model: subject of the sentence.
    """
    return (
        f"{model} needs heights but no DSM is given: add the DSM raster of the same place, or "
        f"choose {heightless_choice()}."
    )


def heightless_choice() -> str:
    """Return the alternative without heights, with the titles and names of bundled models.

    >>> heightless_choice()
    "a model that needs none, such as 'Image only, a sketch' (image_only)"
    """
    named = [f"'{title}' ({name})" for name, title in _heightless_in(BUNDLED_MODELS)]
    return "a model that needs none" + (f", such as {' or '.join(named)}" if named else "")


@lru_cache(maxsize=1)  # the dock calls it at every change; bundled models do not change
def _heightless_in(folder: Path) -> Tuple[Tuple[str, str], ...]:
    """Return name and title of each model that needs no heights."""
    cards = cards_of(models_in(folder)).items()
    return tuple((name, card.title) for name, card in cards if not card.wants_heights)
