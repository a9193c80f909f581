# SPDX-License-Identifier: GPL-2.0-or-later
"""Published results: tables of the five papers, one module for each paper."""

from __future__ import annotations

from . import fcn, frrn, ladder, maggiori, yu_koltun
from .table import PublishedRow, PublishedTable

__all__ = ["PUBLISHED", "PublishedRow", "PublishedTable", "published_for"]

PUBLISHED: tuple[PublishedTable, ...] = (
    *maggiori.TABLES,
    *yu_koltun.TABLES,
    *fcn.TABLES,
    *ladder.TABLES,
    *frrn.TABLES,
)


def published_for(architecture: str) -> list[tuple[PublishedTable, PublishedRow]]:
    """Return all published rows of an architecture with their tables."""
    pairs = ((table, row) for table in PUBLISHED for row in table.rows)
    return [(table, row) for table, row in pairs if row.architecture == architecture]
