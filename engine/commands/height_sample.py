# SPDX-License-Identifier: GPL-2.0-or-later
"""A sample of a scene's heights: what they are like, and for how much of it there are none."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tiling.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..raster.reader import SceneReader

CELLS_PER_AXIS = 16
SAMPLE_PX = 64
ACROSS, ALONG = 0.618034, 0.754878  # steps of a place in its cell, so that no strip is left out


class HeightSample(NamedTuple):
    """Heights above ground, as far as there are any.

    Args:
        heights: (n,) float32 meters, known ones of pixels that are to be labeled.
        missing_fraction: of the pixels with image values that are to be labeled: without a height.
    """

    heights: np.ndarray
    missing_fraction: float


def sample_heights(scene: SceneReader) -> HeightSample | None:
    """Return a sample of the heights where a scene is to be labeled; None where it has none.

    Up to `CELLS_PER_AXIS * SAMPLE_PX` along its edges it is read as a whole; of a larger one comes
    one window somewhere in each cell of a lattice. A scene always gives the same sample.

    Raises:
        InputError: a block of a file cannot be read.
    """
    heights = scene.wanted_heights
    if heights is None:
        return None
    corner = scene.wanted
    found: list[np.ndarray] = []
    wanted_px = 0
    for window in _sample_windows(corner.height, corner.width):
        on_grid = window.shift(corner.row, corner.col)
        wanted = scene.image_valid(on_grid)
        asked = scene.asked(on_grid)
        if asked is not None:
            wanted &= asked
        sampled = heights.read(window)[wanted]
        found.append(sampled[~np.isnan(sampled)])
        wanted_px += sampled.size
    known = np.concatenate(found)
    return HeightSample(known, 1 - known.size / wanted_px if wanted_px else 0.0)


def _sample_windows(height: int, width: int) -> Iterator[Window]:
    """Yield one window in each cell of a lattice over a grid, in each at another place."""
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
