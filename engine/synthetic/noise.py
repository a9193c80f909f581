# SPDX-License-Identifier: GPL-2.0-or-later
"""Smooth random fields for texture and terrain.

A value depends only on its source and its absolute position, so any window of a field can be
computed at any time: fields are drawn in blocks, each from a counter-based generator of its own.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from hashlib import blake2b
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from ..tiling.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK_PX = 128
TAPS = 4  # knots that contribute to a position
_RMS = 0.479  # RMS of a cubic B-spline on unit noise, along both axes, averaged over phases
_WORD = (1 << 64) - 1


class NoiseSource:
    """A source of random fields and of random number generators.

    Each source gives a single field: use one child per field, or the fields are identical.

    Args:
        path: seed, then the names of the nested children.

    Example:
        >>> grain = NoiseSource(7).child("grain")
        >>> whole = grain.white(Window(0, 0, 300, 300))
        >>> bool((grain.white(Window(90, 200, 50, 60)) == whole[90:140, 200:260]).all())
        True
    """

    def __init__(self, *path: str | int) -> None:
        """Set up the block cache; blocks are drawn when they are needed."""
        self._path = path
        self._block = lru_cache(maxsize=4)(self._draw_block)

    def child(self, *names: str | int) -> NoiseSource:
        """Return the child source of these names, independent of all other sources."""
        return NoiseSource(*self._path, *names)

    def generator(self) -> np.random.Generator:
        """Return a new generator in its initial state."""
        return np.random.default_rng(self._key)

    def white(self, window: Window) -> np.ndarray:
        """Return white Gaussian noise, (h, w) float32."""
        field = np.empty((max(0, window.height), max(0, window.width)), np.float32)
        rows, columns = window.slices
        for (i, there_i, here_i), (j, there_j, here_j) in product(_blocks(rows), _blocks(columns)):
            field[here_i, here_j] = self._block(i, j)[there_i, there_j]
        return field

    def smooth(self, window: Window, cell_px: float) -> np.ndarray:
        """Return noise (h, w) float32 of mean 0 and deviation 1 with blobs `cell_px` wide.

        Cells of about one pixel give white noise.
        """
        if cell_px < 1.2:
            return self.white(window)
        rows, columns = (np.arange(part.start, part.stop) / cell_px for part in window.slices)
        return self.spline(rows, columns)

    def fractal(self, window: Window, cell_px: float, octaves: int) -> np.ndarray:
        """Return noise (h, w) float32, deviation 1; octaves halve in width and amplitude."""
        total = np.zeros((max(0, window.height), max(0, window.width)), np.float32)
        power = 0.0
        for octave in range(octaves):
            strength = 0.5**octave
            part = self.child(octave).smooth(window, cell_px * strength)
            total += np.float32(strength) * part
            power += strength**2
        return total / np.float32(power**0.5)

    def spline(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Return smooth noise (r, c) float32 on the grid of rows and columns.

        Args:
            rows: row positions, (r,) float64, ascending, in cells.
            columns: column positions, (c,) float64, ascending, in cells.
        """
        rows, columns = rows + self._offsets[0], columns + self._offsets[1]
        if not (len(rows) and len(columns)):
            return np.empty((len(rows), len(columns)), np.float32)
        top, left = int(np.floor(rows[0])), int(np.floor(columns[0]))
        bottom, right = int(np.floor(rows[-1])) + TAPS, int(np.floor(columns[-1])) + TAPS
        knots = self.white(Window(top, left, bottom - top, right - left))
        upright = _interpolate(knots, rows, top)  # (r, knots)
        across = _interpolate(np.ascontiguousarray(upright.T), columns, left)
        return np.ascontiguousarray(across.T) / np.float32(_RMS)

    @cached_property
    def _offsets(self) -> np.ndarray:
        """Shift of the lattice, (2,) in cells, so that lattices of several fields do not align."""
        return self.child("offsets").generator().random(2)

    @cached_property
    def _key(self) -> np.ndarray:
        digest = blake2b(repr(self._path).encode(), digest_size=16).digest()
        return np.frombuffer(digest, "<u8")

    def _draw_block(self, row: int, column: int) -> np.ndarray:
        """Return a block of Gaussian noise, (BLOCK_PX, BLOCK_PX) float32."""
        counter = np.array([0, 0, row & _WORD, column & _WORD], np.uint64)
        generator = np.random.Generator(np.random.Philox(key=self._key, counter=counter))
        return generator.standard_normal((BLOCK_PX, BLOCK_PX), np.float32)


def smooth_noise(rng: np.random.Generator, shape: tuple[int, int], cell_px: float) -> np.ndarray:
    """Return noise (H, W) float32 as `NoiseSource.smooth`, from a source seeded by `rng`."""
    return NoiseSource(int(rng.integers(2**63))).smooth(Window(0, 0, *shape), cell_px)


def _blocks(stretch: slice) -> Iterator[tuple[int, slice, slice]]:
    """Yield number, source slice and destination slice of each block along one axis."""
    for number in range(stretch.start // BLOCK_PX, -(-stretch.stop // BLOCK_PX)):
        start = number * BLOCK_PX
        first, last = max(start, stretch.start), min(start + BLOCK_PX, stretch.stop)
        yield (
            number,
            slice(first - start, last - start),
            slice(first - stretch.start, last - stretch.start),
        )


def _interpolate(knots: np.ndarray, position: np.ndarray, start: int) -> np.ndarray:
    """Return the cubic B-spline of the rows of `knots`, numbered from `start`, at positions."""
    cell = np.floor(position)
    t = (position - cell).astype(np.float32)[:, None]
    first = cell.astype(np.int64) - start
    weights = (
        (1 - t) ** 3 / 6,
        (3 * t**3 - 6 * t**2 + 4) / 6,
        (-3 * t**3 + 3 * t**2 + 3 * t + 1) / 6,
        t**3 / 6,
    )
    return sum(weight * knots[first + tap] for tap, weight in enumerate(weights))
