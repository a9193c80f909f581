# SPDX-License-Identifier: GPL-2.0-or-later
"""Class areas: the ground area of each land class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from ..protocol import Legend


class ClassAreas:
    """Counter of pixels by class, fed while they are written.

    Args:
        legend: classes to count.
        pixel_area_m2: ground area of a pixel in square meters.
    """

    def __init__(self, legend: Legend, pixel_area_m2: float) -> None:
        self._legend = legend
        self._pixel_area_m2 = pixel_area_m2
        self._pixels = np.zeros(256, np.int64)

    def feed(self, codes: np.ndarray) -> None:
        """Add the pixels of class codes (h, w) uint8."""
        self._pixels += np.bincount(codes.ravel(), minlength=256)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Rows of the report, one per class: code, name, pixels, area_m2, fraction."""
        labeled = max(1, sum(int(self._pixels[code]) for code in self._legend.codes))
        return [
            {
                "code": land_class.code,
                "name": land_class.name,
                "pixels": int(self._pixels[land_class.code]),
                "area_m2": round(float(self._pixels[land_class.code]) * self._pixel_area_m2, 4),
                "fraction": round(int(self._pixels[land_class.code]) / labeled, 6),
            }
            for land_class in self._legend.classes
        ]
