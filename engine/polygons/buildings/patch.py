# SPDX-License-Identifier: GPL-2.0-or-later
"""The pixels of one building, with what its outline depends on around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from .outline import Pixel


@dataclass(frozen=True, eq=False)
class BuildingPatch:
    """A window of the class raster around one building.

    Args:
        mask: pixels of the building, (h, w) bool; one 4-connected region, clear of the borders.
        tree: pixels of trees, which may hide parts of the roof, (h, w) bool.
        beyond: pixels outside the raster or without data, (h, w) bool.
        gsd_m: edge of a pixel in meters.
        origin: row and column of the window's upper left pixel in the raster; may be negative.
        heights_m: heights above ground, (h, w) float32, NaN where unknown.
    """

    mask: np.ndarray
    tree: np.ndarray
    beyond: np.ndarray
    gsd_m: float
    origin: Pixel = (0, 0)
    heights_m: np.ndarray | None = None

    def __post_init__(self) -> None:
        """Check shapes, margin, connectivity and resolution.

        Raises:
            ValueError: if a field has a shape or values that no building can have.
        """
        others = (self.tree, self.beyond, *(() if self.heights_m is None else (self.heights_m,)))
        if any(other.shape != self.mask.shape for other in others):
            raise ValueError("All arrays of a patch need the shape of its mask.")
        if not self.gsd_m > 0:
            raise ValueError(f"The edge of a pixel is {self.gsd_m} m; it must be more than 0.")
        rim = (self.mask[0], self.mask[-1], self.mask[:, 0], self.mask[:, -1])
        if any(line.any() for line in rim):
            raise ValueError("The mask of a patch needs a margin of one pixel without building.")
        if ndimage.label(self.mask)[1] != 1:
            raise ValueError("The mask of a patch must be one 4-connected region.")

    @property
    def is_beside_gap(self) -> bool:
        """Whether any pixel of the window is outside the raster or without data."""
        return bool(self.beyond.any())

    @property
    def window(self) -> tuple[int, int, int, int]:
        """First row and column, and the row and column after the last, in the raster."""
        (row, column), (height, width) = self.origin, self.mask.shape
        return row, column, row + height, column + width


def cut_patch(around: BuildingPatch, labels: np.ndarray, label: int) -> BuildingPatch:
    """Return the patch of one part of a building.

    Args:
        around: patch of the whole building.
        labels: number of the part of each pixel, (h, w) int.
        label: number of the part to cut out.

    Raises:
        ValueError: if the part is not one 4-connected region.
    """
    rows, columns = (np.flatnonzero((labels == label).any(axis=axis)) for axis in (1, 0))
    top, left = rows[0] - 1, columns[0] - 1
    here = np.s_[top : rows[-1] + 2, left : columns[-1] + 2]
    return BuildingPatch(
        (labels == label)[here],
        around.tree[here],
        around.beyond[here],
        around.gsd_m,
        (around.origin[0] + int(top), around.origin[1] + int(left)),
        None if around.heights_m is None else around.heights_m[here],
    )
