# SPDX-License-Identifier: GPL-2.0-or-later
"""Moves: patches shifted and rotated, the image reflected where nothing is, the truth unknown.

A network learns to see objects that are cut, and never learns from what reflection invents.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ...metrics import IGNORED


def shift(
    channels: np.ndarray, classes: np.ndarray, rows: int, cols: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return a patch whose content lies so many pixels further down and right.

    Args:
        channels: (C, H, W).
        classes: (H, W) uint8; unknown where pixels come in.
        rows: may be below zero, to move up.
        cols: the same.
    """
    height, width = classes.shape
    from_rows, from_cols = np.arange(height) - rows, np.arange(width) - cols
    moved = channels[:, _reflected(from_rows, height)[:, None], _reflected(from_cols, width)]
    truth = np.full_like(classes, IGNORED)
    into, out_of = _overlap(height, width, rows, cols), _overlap(height, width, -rows, -cols)
    truth[into] = classes[out_of]
    return moved, truth


def rotate(
    channels: np.ndarray, classes: np.ndarray, angle_deg: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return a patch of the same size, rotated around its center.

    Args:
        channels: (C, H, W), interpolated bilinearly.
        classes: (H, W) uint8, nearest; unknown beyond the patch.
        angle_deg: counterclockwise as it is displayed.
    """
    turned = ndimage.rotate(
        channels, angle_deg, axes=(-1, -2), reshape=False, order=1, mode="mirror"
    )
    truth = ndimage.rotate(
        classes, angle_deg, axes=(-1, -2), reshape=False, order=0, mode="constant", cval=IGNORED
    )
    return turned, truth


def _overlap(height: int, width: int, rows: int, cols: int) -> tuple[slice, slice]:
    """Return where a patch and the same patch moved share pixels."""
    return (
        slice(max(0, rows), max(0, height + min(0, rows))),
        slice(max(0, cols), max(0, width + min(0, cols))),
    )


def _reflected(positions: np.ndarray, length: int) -> np.ndarray:
    """Return where positions beyond 0..length-1 come to lie, the edge pixel not repeated."""
    period = max(1, 2 * (length - 1))
    folded = np.abs(positions) % period
    return np.minimum(folded, period - folded) if length > 1 else np.zeros_like(positions)
