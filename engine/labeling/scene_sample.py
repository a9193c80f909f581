# SPDX-License-Identifier: GPL-2.0-or-later
"""Scene sample: heights, and the fractions of pixels without heights or image values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tiling.sampling import sample_windows

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..raster.height_above_ground import HeightReader
    from ..raster.reader import SceneReader
    from ..tiling.window import Window


class SceneSample(NamedTuple):
    """Sampled heights above ground and fractions of missing values of a scene.

    Args:
        heights: (n,) float32, known heights of pixels to label in meters; empty for a scene
            without heights.
        missing_fraction: fraction of the pixels with image values that have no height, 0..1.
        empty_fraction: fraction of the pixels to label that have no image values, 0..1.
    """

    heights: np.ndarray
    missing_fraction: float
    empty_fraction: float


def sample_scene(scene: SceneReader) -> SceneSample:
    """Return a deterministic sample of the pixels to label in a scene.

    Raises:
        InputError: if a block of a file cannot be read.
    """
    corner = scene.wanted
    wanted_px = image_px = 0

    def wanted(window: Window) -> np.ndarray:
        nonlocal wanted_px, image_px
        on_grid = window.shift(corner.row, corner.col)
        with_image, mask = scene.image_valid(on_grid), scene.asked(on_grid)
        found = with_image if mask is None else with_image & mask
        wanted_px += with_image.size if mask is None else int(mask.sum())
        image_px += int(found.sum())
        return found

    heights = sample_heights(scene.wanted_heights, corner.height, corner.width, wanted)
    return SceneSample(*heights, 1 - image_px / wanted_px if wanted_px else 0.0)


def sample_heights(
    heights: HeightReader | None, height: int, width: int, wanted: Callable[[Window], np.ndarray]
) -> tuple[np.ndarray, float]:
    """Return known heights (n,) float32 in meters, and the fraction of missing heights.

    Args:
        heights: reader of heights above ground, or None.
        height: number of rows of the grid.
        width: number of columns of the grid.
        wanted: function that returns the mask (h, w) bool of pixels to sample in a window.
    """
    found: list[np.ndarray] = []
    wanted_px = 0
    for window in sample_windows(height, width):
        where = wanted(window)
        if heights is None:
            continue
        sampled = heights.read(window)[where]
        found.append(sampled[~np.isnan(sampled)])
        wanted_px += sampled.size
    known = np.concatenate(found) if found else np.empty(0, np.float32)
    return known, 1 - known.size / wanted_px if wanted_px else 0.0
