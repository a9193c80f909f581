# SPDX-License-Identifier: GPL-2.0-or-later
"""Reflection padding of images, without repeating the edge pixel.

The receptive field of a network without padding extends beyond the image. An image smaller than the
padding is reflected repeatedly, as by OpenCV in the authors' release.
"""

from __future__ import annotations

import torch
from torch import Tensor


def mirrored(first: int, last: int, length: int) -> Tensor:
    """Return the indices of the reflected pixels at the positions `first` to `last` - 1.

    Args:
        first: first position; negative before the start of the line.
        last: one past the last position.
        length: length of the line in pixels.

    Returns:
        Pixel indices within the line, (last - first,) int64.

    Example:
        >>> mirrored(-3, 5, 3).tolist()
        [1, 2, 1, 0, 1, 2, 1, 0]
    """
    period = max(1, 2 * (length - 1))
    place = torch.arange(first, last).remainder(period)
    return torch.minimum(place, period - place)


def reflected(image: Tensor, rows: tuple[int, int], cols: tuple[int, int]) -> Tensor:
    """Return a window (N, bands, h, w) that may extend beyond its image (N, bands, H, W).

    Args:
        image: images of any size.
        rows: first row and one past the last row; negative above the image.
        cols: first column and one past the last column.
    """
    height, width = image.shape[-2:]
    image = image.index_select(-2, mirrored(*rows, height).to(image.device))
    return image.index_select(-1, mirrored(*cols, width).to(image.device))
