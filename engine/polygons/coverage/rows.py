# SPDX-License-Identifier: GPL-2.0-or-later
"""Rows that arrive in strips of any height and are taken in strips of another."""

from __future__ import annotations

import numpy as np


class Rows:
    """Rows of codes, confidence and heights that wait to be processed."""

    def __init__(self) -> None:
        """Start without rows."""
        self._parts: list[tuple[np.ndarray | None, ...]] = []
        self.count = 0

    def add(self, codes: np.ndarray, *others: np.ndarray | None) -> None:
        """Append rows.

        Args:
            codes: class codes, (h, w) uint8.
            others: arrays of the same shape, or None; always or never None.
        """
        self._parts.append((codes, *others))
        self.count += len(codes)

    def take(self, rows: int) -> tuple[np.ndarray, ...]:
        """Return the first rows of all arrays and remove them."""
        columns = [
            None if part[0] is None else part[0] if len(part) == 1 else np.concatenate(part)
            for part in zip(*self._parts, strict=True)
        ]
        taken = tuple(None if each is None else each[:rows] for each in columns)
        rest = tuple(None if each is None else each[rows:] for each in columns)
        self.count -= rows
        self._parts = [rest] if self.count else []
        return taken
