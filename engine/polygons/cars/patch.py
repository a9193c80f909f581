# SPDX-License-Identifier: GPL-2.0-or-later
"""Pixels of one connected region of the class car."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class CarPatch:
    """One connected region in a rectangle of the raster.

    Args:
        mask: pixels of the region, (h, w) bool.
        gsd_m: edge of a pixel in meters.
        row: row of the mask's first row in the raster.
        column: column of the mask's first column in the raster.
        heights_m: heights above ground, (h, w) float32, NaN where unknown; None without heights.

    Raises:
        ValueError: if the mask is empty, or the heights have another shape.
    """

    mask: np.ndarray
    gsd_m: float
    row: int = 0
    column: int = 0
    heights_m: np.ndarray | None = None

    def __post_init__(self) -> None:
        """Check the arrays."""
        if self.mask.ndim != 2 or self.mask.dtype != bool or not self.mask.any():
            raise ValueError("The mask of a car patch must be a boolean array with pixels.")
        if self.heights_m is not None and self.heights_m.shape != self.mask.shape:
            raise ValueError("The heights of a car patch must have the shape of its mask.")
        if self.gsd_m <= 0:
            raise ValueError(f"The edge of a pixel is {self.gsd_m} m; it must be positive.")

    @property
    def area_m2(self) -> float:
        """Area of the region."""
        return float(self.mask.sum()) * self.gsd_m**2

    def height_m(self, chosen: np.ndarray | None = None) -> float:
        """Return the median height above ground; NaN without known heights.

        Args:
            chosen: mask of the region's pixels that count, in the order of `np.nonzero`, (n,) bool.
        """
        if self.heights_m is None:
            return float("nan")
        heights = self.heights_m[self.mask]
        heights = heights if chosen is None else heights[chosen]
        known = heights[np.isfinite(heights)]
        return float(np.median(known)) if len(known) else float("nan")
