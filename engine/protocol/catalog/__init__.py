# SPDX-License-Identifier: GPL-2.0-or-later
"""Catalog of architectures as data, without torch.

The plugin fills its lists from the catalog; `engine.architectures` has a builder for each row.
There is one module per paper.
"""

from __future__ import annotations

from typing import Tuple

from . import fcn, frrn, ladder, maggiori, yu_koltun
from .options import WIDTH, Choice, Option
from .recipes import RECIPES, TrainingRecipe, recipe_named
from .row import ArchitectureRow, TileGeometry

__all__ = [
    "CATALOG",
    "RECIPES",
    "WIDTH",
    "ArchitectureRow",
    "Choice",
    "Option",
    "TileGeometry",
    "TrainingRecipe",
    "recipe_named",
    "row_named",
]

CATALOG: Tuple[ArchitectureRow, ...] = (
    *maggiori.ROWS,
    *yu_koltun.ROWS,
    *fcn.ROWS,
    *ladder.ROWS,
    *frrn.ROWS,
)


def row_named(name: str) -> ArchitectureRow:
    """Return the row called `name`.

    Raises:
        KeyError: if the catalog has no such row.
    """
    for row in CATALOG:
        if row.name == name:
            return row
    raise KeyError(name)
