# SPDX-License-Identifier: GPL-2.0-or-later
"""Rows that arrive in strips of any height and are taken in strips of another."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class StripRows(NamedTuple):
    """Rows of a raster.

    Args:
        codes: class codes, (h, w) uint8.
        confidence: confidence in percent, (h, w) uint8, or None.
        heights_m: heights above ground in meters, (h, w) float32, or None.
    """

    codes: np.ndarray
    confidence: np.ndarray | None
    heights_m: np.ndarray | None

    def part(self, rows: slice) -> StripRows:
        """Return some of the rows."""
        confidence, heights_m = (
            None if each is None else each[rows] for each in (self.confidence, self.heights_m)
        )
        return StripRows(self.codes[rows], confidence, heights_m)


class Rows:
    """Rows that wait to be processed."""

    def __init__(self) -> None:
        """Start without rows."""
        self._parts: list[StripRows] = []
        self.count = 0

    def add(self, rows: StripRows) -> None:
        """Append rows; confidence and heights are always or never None."""
        self._parts.append(rows)
        self.count += len(rows.codes)

    def take(self, count: int) -> StripRows:
        """Return the first `count` rows and remove them."""
        rows = _joined(self._parts)
        self.count -= count
        self._parts = [rows.part(slice(count, None))] if self.count else []
        return rows.part(slice(count))


def _joined(parts: list[StripRows]) -> StripRows:
    """Return the rows of all `parts`, in order."""
    if len(parts) == 1:
        return parts[0]
    confidence = [part.confidence for part in parts if part.confidence is not None]
    heights_m = [part.heights_m for part in parts if part.heights_m is not None]
    return StripRows(
        np.concatenate([part.codes for part in parts]),
        np.concatenate(confidence) if confidence else None,
        np.concatenate(heights_m) if heights_m else None,
    )
