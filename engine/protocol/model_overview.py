# SPDX-License-Identifier: GPL-2.0-or-later
"""Overview of the architectures by paper, with the models that are available for each.

An architecture needs a trained model to label images, so one without a model is listed with the
weights that training starts from.
"""

from __future__ import annotations

from itertools import groupby
from typing import Dict, List, Mapping, NamedTuple, Tuple

from .catalog import CATALOG, ArchitectureRow
from .model_card import ModelCard


class Offered(NamedTuple):
    """An architecture and the names of its available models."""

    row: ArchitectureRow
    models: Tuple[str, ...]

    @property
    def readiness(self) -> str:
        """Available models, or how to get one."""
        if self.models:
            return f"Ready: {', '.join(self.models)}."
        start = f" from {self.row.pretrained} weights" if self.row.pretrained else ""
        return f"No model yet: train one{start}."

    @property
    def line(self) -> str:
        """Summary and readiness in one line."""
        return f"{self.row.summary} {self.readiness}"


def offered_by_paper(cards: Mapping[str, ModelCard]) -> Dict[str, Tuple[Offered, ...]]:
    """Return all architectures by paper, in the order of the catalog.

    Args:
        cards: cards of the available models, by name.
    """
    models: Dict[str, List[str]] = {}
    for name, card in cards.items():
        models.setdefault(card.architecture, []).append(name)
    return {
        paper: tuple(Offered(row, tuple(models.get(row.name, ()))) for row in rows)
        for paper, rows in groupby(CATALOG, key=lambda row: row.paper)
    }
