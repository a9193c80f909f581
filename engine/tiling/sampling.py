# SPDX-License-Identifier: GPL-2.0-or-later
"""Sample windows: small windows spread over a grid, to estimate statistics of large rasters."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from .window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

CELLS_PER_AXIS = 16
SAMPLE_PX = 64
ACROSS, ALONG = 0.618034, 0.754878  # low-discrepancy steps of the position within a cell


def sample_windows(height: int, width: int) -> Iterator[Window]:
    """Yield one window in each cell of a grid, at varying positions.

    A grid of at most `CELLS_PER_AXIS * SAMPLE_PX` pixels per axis is covered completely. The
    windows are deterministic.

    Args:
        height: height of the grid in pixels.
        width: width of the grid in pixels.
    """
    cols = list(_cells(width))
    for row, (top, cell_height) in enumerate(_cells(height)):
        for col, (left, cell_width) in enumerate(cols):
            down, right = (ACROSS * col + ALONG * row) % 1, (ACROSS * row + ALONG * col) % 1
            size = min(SAMPLE_PX, cell_height), min(SAMPLE_PX, cell_width)
            spare = cell_height - size[0], cell_width - size[1]
            yield Window(top + round(down * spare[0]), left + round(right * spare[1]), *size)


def _cells(length_px: int) -> Iterator[tuple[int, int]]:
    """Yield start and length of the cells along an axis."""
    count = min(CELLS_PER_AXIS, -(-length_px // SAMPLE_PX))
    bounds = [length_px * number // count for number in range(count + 1)]
    yield from ((start, end - start) for start, end in pairwise(bounds))
