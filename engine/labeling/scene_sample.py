# SPDX-License-Identifier: GPL-2.0-or-later
"""A sample of a scene: what its heights are like, and how much of it has none, or no image."""

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
    """Heights above ground and shares of a scene.

    Args:
        heights: (n,) float32 meters, known heights of pixels that are to be labeled; empty for a
            scene without heights.
        missing_fraction: share of the pixels with image values that have no height, 0..1.
        empty_fraction: share of the pixels to be labeled that have no image values, 0..1.
    """

    heights: np.ndarray
    missing_fraction: float
    empty_fraction: float


def sample_scene(scene: SceneReader) -> SceneSample:
    """Return a sample of what is to be labeled of a scene; always the same for a scene.

    Raises:
        InputError: a block of a file cannot be read.
    """
    corner = scene.wanted
    asked_px = image_px = 0

    def wanted(window: Window) -> np.ndarray:
        nonlocal asked_px, image_px
        on_grid = window.shift(corner.row, corner.col)
        with_image, asked = scene.image_valid(on_grid), scene.asked(on_grid)
        found = with_image if asked is None else with_image & asked
        asked_px += with_image.size if asked is None else int(asked.sum())
        image_px += int(found.sum())
        return found

    heights = sample_heights(scene.wanted_heights, corner.height, corner.width, wanted)
    return SceneSample(*heights, 1 - image_px / asked_px if asked_px else 0.0)


def sample_heights(
    heights: HeightReader | None, height: int, width: int, wanted: Callable[[Window], np.ndarray]
) -> tuple[np.ndarray, float]:
    """Return known heights where they are wanted, (n,) float32 meters, and the share without any.

    Args:
        heights: heights above ground, or None.
        height: rows of their grid.
        width: columns of their grid.
        wanted: returns (h, w) bool for a window of that grid.
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
