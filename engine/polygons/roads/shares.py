# SPDX-License-Identifier: GPL-2.0-or-later
"""Reduction of a class raster to shares of sealed and hidden ground, strip by strip.

Roads are traced on square cells of about 0.4 m, whatever the pixel. A share is stored as a uint8,
so a raster of 16,000 x 16,000 pixels of 0.1 m needs 2 x 16 MB.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from .settings import RoadCodes

WHOLE = 255  # value of a full share


class GroundShares(NamedTuple):
    """Shares of each cell in 1/255, (h, w) uint8.

    Args:
        sealed: share of sealed ground and of vehicles.
        passable: share of ground where a road may be: sealed, vehicle or cover.
        cell_px: edge of a cell in pixels.
        cell_m: edge of a cell in meters.
        shape_px: height and width of the class raster in pixels.
    """

    sealed: np.ndarray
    passable: np.ndarray
    cell_px: int
    cell_m: float
    shape_px: tuple[int, int]


class ShareReducer:
    """Accumulator of a class raster's rows, from top to bottom.

    Args:
        width: width of the raster in pixels.
        codes: class codes by role.
        gsd_m: edge of a pixel in meters.
        cell_m: wanted edge of a cell in meters.
    """

    def __init__(self, width: int, codes: RoadCodes, gsd_m: float, cell_m: float) -> None:
        """Start above the raster's first row."""
        self._width, self._gsd_m = width, gsd_m
        self._cell_px = max(1, round(cell_m / gsd_m))
        self._roles = _roles(codes)
        self._sealed: list[np.ndarray] = []
        self._passable: list[np.ndarray] = []
        self._rest = np.empty((0, width), np.uint8)
        self._fed = 0

    def feed(self, codes: np.ndarray) -> None:
        """Reduce the next rows, (h, w) uint8; the number of rows does not change the result."""
        self._fed += len(codes)
        rows = np.concatenate((self._rest, codes)) if len(self._rest) else codes
        whole = len(rows) // self._cell_px * self._cell_px
        if whole:
            self._add(rows[:whole])
        self._rest = rows[whole:].copy()

    def finish(self) -> GroundShares:
        """Return the shares of the whole raster."""
        if len(self._rest):
            self._add(self._rest)
        cells = -(-self._width // self._cell_px)
        sealed, passable = (_joined(rows, cells) for rows in (self._sealed, self._passable))
        return GroundShares(
            sealed=sealed,
            passable=passable,
            cell_px=self._cell_px,
            cell_m=self._cell_px * self._gsd_m,
            shape_px=(self._fed, self._width),
        )

    def _add(self, codes: np.ndarray) -> None:
        """Add the shares of rows of cells; the last row may be incomplete."""
        roles = self._roles[codes]
        pixels = self._summed(np.ones(codes.shape, np.int32))
        for role, found in enumerate((self._sealed, self._passable)):
            count = self._summed((roles >> role & 1).astype(np.int32))
            found.append(((count * WHOLE + pixels // 2) // pixels).astype(np.uint8))

    def _summed(self, values: np.ndarray) -> np.ndarray:
        """Return the sums of the pixels of each cell."""
        height, width = values.shape
        rows = np.add.reduceat(values, np.arange(0, height, self._cell_px), axis=0)
        return np.add.reduceat(rows, np.arange(0, width, self._cell_px), axis=1)


def _joined(rows: list[np.ndarray], cells: int) -> np.ndarray:
    """Return rows of cells as one array, and empty the list, as both take memory."""
    joined = np.concatenate([np.empty((0, cells), np.uint8), *rows])
    rows.clear()
    return joined


def _roles(codes: RoadCodes) -> np.ndarray:
    """Return the bits of each code, (256,) uint8: 1 sealed, 2 passable."""
    bits = np.zeros(256, np.uint8)
    bits[[*codes.sealed, *codes.vehicles]] |= 1 | 2
    bits[list(codes.covers)] |= 2
    return bits
