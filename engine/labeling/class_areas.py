# SPDX-License-Identifier: GPL-2.0-or-later
"""Class areas: how much ground each land class covers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from ..protocol import Legend


class ClassAreas:
    """Counts pixels while they are written.

    Args:
        legend: the classes to count.
        pixel_area_m2: ground that a pixel covers, in square metres.
    """

    def __init__(self, legend: Legend, pixel_area_m2: float) -> None:
        self._legend = legend
        self._pixel_area_m2 = pixel_area_m2
        self._pixels = np.zeros(256, np.int64)

    def feed(self, codes: np.ndarray) -> None:
        """Count the pixels of (h, w) uint8 codes."""
        self._pixels += np.bincount(codes.ravel(), minlength=256)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """One row per class, ready for a report: code, name, pixels, area_m2, fraction."""
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
