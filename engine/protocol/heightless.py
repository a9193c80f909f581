# SPDX-License-Identifier: GPL-2.0-or-later
"""Heightless models: what to turn to where a model needs heights and there are none."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Tuple

from .installed import cards_of
from .model_places import BUNDLED_MODELS, models_in

if TYPE_CHECKING:
    from pathlib import Path


def missing_heights(model: str = "The model") -> str:
    """Return what to say where a model needs heights and there are none, as a sentence.

    Args:
        model: its subject.
    """
    return (
        f"{model} needs heights but no DSM is given: add the DSM raster of the same place, or "
        f"choose {heightless_choice()}."
    )


def heightless_choice() -> str:
    """Return what to choose where there are no heights, naming the bundled models that serve.

    >>> heightless_choice()
    "a model that needs none, such as 'image_only'"
    """
    named = [f"'{name}'" for name in _heightless_in(BUNDLED_MODELS)]
    return "a model that needs none" + (f", such as {' or '.join(named)}" if named else "")


@lru_cache(maxsize=1)  # the dock asks at every change; bundled models come with the program
def _heightless_in(folder: Path) -> Tuple[str, ...]:
    cards = cards_of(models_in(folder))
    return tuple(name for name, card in cards.items() if not card.wants_heights)
