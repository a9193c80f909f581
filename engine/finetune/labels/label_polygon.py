# SPDX-License-Identifier: GPL-2.0-or-later
"""A drawn polygon with its class and its pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ...tiling.window import Window


@dataclass(frozen=True, eq=False)
class LabelPolygon:
    """A polygon drawn by the user, on the grid that the network sees.

    Only its pixels are known; everything outside the polygons is unknown.

    Args:
        scene: index of the scene among those of the job.
        fid: feature ID in the layer.
        class_index: index of its class in the legend of the new model.
        window: smallest window around its pixels.
        mask: pixels of the polygon in the window, (h, w) bool.
        center: x and y of a point inside it, in the CRS of the scene.
        area_m2: area of its pixels in square meters.

    Raises:
        ValueError: if the mask does not fit the window, or is empty.
    """

    scene: int
    fid: int
    class_index: int
    window: Window
    mask: np.ndarray
    center: tuple[float, float]
    area_m2: float

    def __post_init__(self) -> None:
        """Check the mask."""
        if self.mask.shape != (self.window.height, self.window.width):
            raise ValueError(f"A mask of {self.mask.shape} does not fit {self.window}.")
        if self.mask.dtype != np.bool_ or not self.mask.any():
            raise ValueError("A mask is an array of bool with at least one true pixel.")

    @property
    def pixels(self) -> int:
        """Number of its pixels."""
        return int(self.mask.sum())
