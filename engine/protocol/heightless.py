# SPDX-License-Identifier: GPL-2.0-or-later
"""Heightless models: what to turn to where a model needs heights and there are none."""

from __future__ import annotations

from .installed import cards_of
from .model_places import BUNDLED_MODELS, models_in


def heightless_choice() -> str:
    """Return what to choose where there are no heights, naming the bundled models that serve.

    >>> heightless_choice()
    "a model that needs none, such as 'image_only'"
    """
    cards = cards_of(models_in(BUNDLED_MODELS))
    named = [f"'{name}'" for name, card in cards.items() if not card.wants_heights]
    return "a model that needs none" + (f", such as {' or '.join(named)}" if named else "")
