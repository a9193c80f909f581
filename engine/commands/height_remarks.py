# SPDX-License-Identifier: GPL-2.0-or-later
"""Heights that cannot be above ground: a DSM given as nDSM, rasters swapped, wrong units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tiling.window import Window

if TYPE_CHECKING:
    from ..raster.reader import SceneReader

SAMPLES_PER_AXIS = 5
SAMPLE_PX = 64
HIGHEST_MEDIAN_M = 45.0  # half of a scene lies higher only in a city of towers
LOWEST_MEDIAN_M = -2.0


def height_remark(scene: SceneReader) -> str:
    """Return a sentence where the heights above ground of a sample are implausible, else nothing.

    Args:
        scene: an even lattice of small windows of what is wanted of it is read.
    """
    if scene.wanted_heights is None:
        return ""
    known = [_known_heights(scene, window) for window in _samples(scene.wanted)]
    heights = np.concatenate(known) if known else np.empty(0, np.float32)
    if heights.size == 0:
        return ""
    median_m = float(np.median(heights))
    if median_m > HIGHEST_MEDIAN_M:
        return (
            f"Half of the scene lies more than {median_m:.0f} m above the ground, by its heights, "
            "so the labels will be poor: are they heights above sea level given as 'ndsm', or not "
            "in meters? Give a DSM as 'dsm', or with its DTM."
        )
    if median_m < LOWEST_MEDIAN_M:
        return (
            f"Half of the scene lies more than {-median_m:.0f} m below the ground, by its heights, "
            "so the labels will be poor: are DSM and DTM swapped, or in different units?"
        )
    return ""


def _samples(wanted: Window) -> list[Window]:
    steps = (np.arange(SAMPLES_PER_AXIS) + 0.5) / SAMPLES_PER_AXIS
    rows = wanted.row + (steps * wanted.height).astype(int)
    cols = wanted.col + (steps * wanted.width).astype(int)
    around = Window(0, 0, SAMPLE_PX, SAMPLE_PX)
    return [
        around.shift(int(row) - SAMPLE_PX // 2, int(col) - SAMPLE_PX // 2).intersect(wanted)
        for row in rows
        for col in cols
    ]


def _known_heights(scene: SceneReader, window: Window) -> np.ndarray:
    """Return the heights (n,) float32 of the valid pixels of a window."""
    chip = scene.read(window)
    if chip.heights is None:
        return np.empty(0, np.float32)
    heights: np.ndarray = chip.heights[chip.valid]
    return heights
