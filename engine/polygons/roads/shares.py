# SPDX-License-Identifier: GPL-2.0-or-later
"""Reduction of a class raster to shares of sealed and hidden ground, strip by strip.

Roads are traced on square cells of about 0.4 m, whatever the pixel. A share is stored as a uint8,
so a raster of 16,000 x 16,000 pixels of 0.1 m needs 3 x 16 MB.
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
        known: share of pixels with a class.
        cell_px: edge of a cell in pixels.
        cell_m: edge of a cell in meters.
        shape_px: height and width of the class raster in pixels.
    """

    sealed: np.ndarray
    passable: np.ndarray
    known: np.ndarray
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
        self._rows: list[np.ndarray] = []
        self._rest = np.empty((0, width), np.uint8)
        self._fed = 0

    def feed(self, codes: np.ndarray) -> None:
        """Reduce the next rows, (h, w) uint8; the number of rows does not change the result."""
        self._fed += len(codes)
        rows = np.concatenate((self._rest, codes)) if len(self._rest) else codes
        whole = len(rows) // self._cell_px * self._cell_px
        if whole:
            self._rows.append(self._shares(rows[:whole]))
        self._rest = rows[whole:].copy()

    def finish(self) -> GroundShares:
        """Return the shares of the whole raster."""
        parts = [*self._rows, self._shares(self._rest)] if len(self._rest) else self._rows
        cells = -(-self._width // self._cell_px)
        shares = np.concatenate([np.empty((3, 0, cells), np.uint8), *parts], axis=1)
        return GroundShares(
            sealed=shares[0],
            passable=shares[1],
            known=shares[2],
            cell_px=self._cell_px,
            cell_m=self._cell_px * self._gsd_m,
            shape_px=(self._fed, self._width),
        )

    def _shares(self, codes: np.ndarray) -> np.ndarray:
        """Return the shares of rows of cells, (3, h, w) uint8; the last may be incomplete."""
        roles = self._roles[codes]
        pixels = self._summed(np.ones(codes.shape, np.int32))
        counts = np.stack([self._summed((roles >> role & 1).astype(np.int32)) for role in range(3)])
        return ((counts * WHOLE + pixels // 2) // pixels).astype(np.uint8)

    def _summed(self, values: np.ndarray) -> np.ndarray:
        """Return the sums of the pixels of each cell."""
        height, width = values.shape
        rows = np.add.reduceat(values, np.arange(0, height, self._cell_px), axis=0)
        return np.add.reduceat(rows, np.arange(0, width, self._cell_px), axis=1)


def reduce_codes(codes: np.ndarray, roles: RoadCodes, gsd_m: float, cell_m: float) -> GroundShares:
    """Return the shares of a class raster in memory, (h, w) uint8."""
    reducer = ShareReducer(codes.shape[1], roles, gsd_m, cell_m)
    reducer.feed(codes)
    return reducer.finish()


def _roles(codes: RoadCodes) -> np.ndarray:
    """Return the bits of each code, (256,) uint8: 1 sealed, 2 passable, 4 known."""
    bits = np.full(256, 4, np.uint8)
    bits[0] = 0
    bits[[*codes.sealed, *codes.vehicles]] |= 1 | 2
    bits[list(codes.covers)] |= 2
    return bits
