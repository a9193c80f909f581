# SPDX-License-Identifier: GPL-2.0-or-later
"""Random displacement of pixels, as by LiDAR footprints and inaccurate labels."""

from __future__ import annotations

import numpy as np


def displaced(down_px: np.ndarray, right_px: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the indices of displaced pixels, rows and columns (h, w) each, clipped at the edges.

    Args:
        down_px: downward displacement, (h, w) float32, in pixels.
        right_px: displacement to the right, (h, w) float32, in pixels.
    """
    height, width = down_px.shape
    rows = np.arange(height)[:, None] + np.rint(down_px).astype(np.int32)
    columns = np.arange(width)[None, :] + np.rint(right_px).astype(np.int32)
    return np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)
