# SPDX-License-Identifier: GPL-2.0-or-later
"""The offer: what an image can be labeled with, by paper, one honest line each.

An architecture labels nothing before somebody has trained it. So each comes with the models of it
that are at hand, and one without says what it takes to get there.
"""

from __future__ import annotations

from itertools import groupby
from typing import Dict, List, Mapping, NamedTuple, Tuple

from .catalog import CATALOG, ArchitectureRow
from .model_card import ModelCard


class Offered(NamedTuple):
    """An architecture and the names of the models of it that are at hand."""

    row: ArchitectureRow
    models: Tuple[str, ...]

    @property
    def readiness(self) -> str:
        """Whether it can be used now, or what it takes."""
        if self.models:
            return f"Ready: {', '.join(self.models)}."
        start = f" from {self.row.pretrained} weights" if self.row.pretrained else ""
        return f"No model yet: train one{start}."

    @property
    def line(self) -> str:
        """What it is good for and whether it can be used now, in one line."""
        return f"{self.row.summary} {self.readiness}"


def offered_by_paper(cards: Mapping[str, ModelCard]) -> Dict[str, Tuple[Offered, ...]]:
    """Return all architectures by paper, in the order of the catalog.

    Args:
        cards: of the models at hand, by name.
    """
    models: Dict[str, List[str]] = {}
    for name, card in cards.items():
        models.setdefault(card.architecture, []).append(name)
    return {
        paper: tuple(Offered(row, tuple(models.get(row.name, ()))) for row in rows)
        for paper, rows in groupby(CATALOG, key=lambda row: row.paper)
    }
