# SPDX-License-Identifier: GPL-2.0-or-later
"""Chips, the data of windows of a scene, and the survey of a whole scene."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from ..tiling.window import Window
    from .grid import RasterGrid


class Chip(NamedTuple):
    """Data of a window of a scene.

    Args:
        bands: (B, h, w) float32, raw values of the image.
        heights: (h, w) float32, meters above ground, NaN where unknown; None without heights.
        valid: (h, w) bool, true where all sources have values.
    """

    bands: np.ndarray
    heights: np.ndarray | None
    valid: np.ndarray


class SceneSurvey(NamedTuple):
    """The whole scene for statistics: chips without heights, valid where given heights are known.

    The ground is estimated only around the part to label, but this is readable everywhere, so
    statistics measured on it do not depend on that part.

    Args:
        grid: grid of the image.
        read: function that returns the chip of a window.
        has_mixed_types: whether the bands differ in data type, so that their values cannot be
            compared.
    """

    grid: RasterGrid
    read: Callable[[Window], Chip]
    has_mixed_types: bool = False
