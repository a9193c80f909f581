# SPDX-License-Identifier: GPL-2.0-or-later
"""Eroded truth: pixels close to class borders are not scored.

Borders are never digitized exactly. The ISPRS ignores pixels within three pixels of another class,
so that scores do not depend on the digitizing accuracy.

    ISPRS 2D Semantic Labeling Contest, https://www.isprs.org/education/benchmarks/UrbanSemLab/
"""

from __future__ import annotations

import numpy as np

from .confusion import IGNORED
from .distances import disc_offsets

ISPRS_RADIUS_PX = 3


def erode_truth(truth: np.ndarray, radius_px: int = ISPRS_RADIUS_PX) -> np.ndarray:
    """Return the truth with `IGNORED` where the disc around a pixel is not of a single class.

    Pixels outside the image and ignored pixels belong to no class.

    Args:
        truth: true codes, (H, W) uint8.
        radius_px: radius of the disc in pixels; 3 in the ISPRS benchmark.

    Example:
        >>> erode_truth(np.ones((3, 4), np.uint8), radius_px=1)
        array([[255, 255, 255, 255],
               [255,   1,   1, 255],
               [255, 255, 255, 255]], dtype=uint8)
    """
    height, width = truth.shape
    padded = np.pad(truth, radius_px, constant_values=IGNORED)
    kept = truth != IGNORED
    for row, col in disc_offsets(radius_px):
        top, left = row + radius_px, col + radius_px
        kept &= padded[top : top + height, left : left + width] == truth
    return np.where(kept, truth, np.uint8(IGNORED))
