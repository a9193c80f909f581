# SPDX-License-Identifier: GPL-2.0-or-later
"""Straying: pulses and pens that end up beside the pixel they were meant for."""

from __future__ import annotations

import numpy as np


def strayed(down_px: np.ndarray, right_px: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return rows and columns, (h, w) each, of the pixels that are met instead.

    Args:
        down_px: (h, w) float32, how far off along the rows; beyond an edge the edge is met.
        right_px: (h, w) float32, the same along the columns.
    """
    height, width = down_px.shape
    rows = np.arange(height)[:, None] + np.rint(down_px).astype(np.int32)
    columns = np.arange(width)[None, :] + np.rint(right_px).astype(np.int32)
    return np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)
