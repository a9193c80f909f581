# SPDX-License-Identifier: GPL-2.0-or-later
"""Installed models: the cards of all models with a readable card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Iterable, Iterator, Tuple

from .codec import card_from_json
from .errors import ModelError
from .model_card import ModelCard
from .model_paths import CARD_NAME, named_models

if TYPE_CHECKING:
    from pathlib import Path


def installed_cards() -> Dict[str, ModelCard]:
    """Return the cards of all models that can be selected by name, except damaged ones."""
    return cards_of(named_models().values())


def cards_of(folders: Iterable[Path]) -> Dict[str, ModelCard]:
    """Return the cards by the names of the model folders, except damaged ones."""
    return dict(_readable(folders))


def _readable(folders: Iterable[Path]) -> Iterator[Tuple[str, ModelCard]]:
    for folder in folders:
        try:
            yield folder.name, card_from_json((folder / CARD_NAME).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, ModelError):
            continue
