# SPDX-License-Identifier: GPL-2.0-or-later
"""Geometric augmentation: shift and rotation.

Beyond the patch, the image is filled by reflection and the classes with `IGNORED`, so objects are
cut at other positions and reflected content is never trained on.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ...metrics import IGNORED


def shift(
    channels: np.ndarray, classes: np.ndarray, rows: int, cols: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return a patch shifted down and right by a number of pixels.

    Args:
        channels: channels (C, H, W).
        classes: classes (H, W) uint8; `IGNORED` in the pixels that are filled.
        rows: number of rows to shift down; negative: up.
        cols: number of columns to shift right; negative: left.
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
        channels: channels (C, H, W), resampled bilinearly.
        classes: classes (H, W) uint8, resampled to the nearest; `IGNORED` beyond the patch.
        angle_deg: angle in degrees, counterclockwise as displayed.
    """
    turned = ndimage.rotate(
        channels, angle_deg, axes=(-1, -2), reshape=False, order=1, mode="mirror"
    )
    truth = ndimage.rotate(
        classes, angle_deg, axes=(-1, -2), reshape=False, order=0, mode="constant", cval=IGNORED
    )
    return turned, truth


def _overlap(height: int, width: int, rows: int, cols: int) -> tuple[slice, slice]:
    """Return the rows and columns in which a patch and its shifted copy overlap."""
    return (
        slice(max(0, rows), max(0, height + min(0, rows))),
        slice(max(0, cols), max(0, width + min(0, cols))),
    )


def _reflected(positions: np.ndarray, length: int) -> np.ndarray:
    """Return positions reflected into 0..length-1 without repeating the edge pixel."""
    period = max(1, 2 * (length - 1))
    folded = np.abs(positions) % period
    return np.minimum(folded, period - folded) if length > 1 else np.zeros_like(positions)
