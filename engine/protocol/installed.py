# SPDX-License-Identifier: GPL-2.0-or-later
"""Installed models: the cards of all models that can be asked for by name."""

from __future__ import annotations

from typing import Dict, Iterator, Tuple

from .codec import card_from_json
from .errors import ModelError
from .model_card import ModelCard
from .model_places import CARD_NAME, named_models


def installed_cards() -> Dict[str, ModelCard]:
    """Return the cards by the name of their model's folder; broken ones are left out."""
    return dict(_readable())


def _readable() -> Iterator[Tuple[str, ModelCard]]:
    for name, folder in named_models().items():
        try:
            yield name, card_from_json((folder / CARD_NAME).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, ModelError):
            continue
