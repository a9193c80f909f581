# SPDX-License-Identifier: GPL-2.0-or-later
"""Reflection: what lies beyond the edge of an image, without repeating the edge pixel.

A network without padding sees farther than its image. An image smaller than that is reflected
again and again, as OpenCV does for the authors' release.
"""

from __future__ import annotations

import torch
from torch import Tensor


def mirrored(first: int, last: int, length: int) -> Tensor:
    """Return which pixels of a line are seen at the positions `first` to `last` - 1.

    Args:
        first: position of the first one; negative before the line's start.
        last: position after the last one.
        length: of the line, in pixels.

    Returns:
        Indices of the line, (last - first,) int64.

    Example:
        >>> mirrored(-3, 5, 3).tolist()
        [1, 2, 1, 0, 1, 2, 1, 0]
    """
    period = max(1, 2 * (length - 1))
    place = torch.arange(first, last).remainder(period)
    return torch.minimum(place, period - place)


def reflected(image: Tensor, rows: tuple[int, int], cols: tuple[int, int]) -> Tensor:
    """Return a part (N, bands, h, w) of an image (N, bands, H, W) that may reach beyond it.

    Args:
        image: of any size.
        rows: first row and the row after the last; a negative one lies above the image.
        cols: the same of columns.
    """
    height, width = image.shape[-2:]
    image = image.index_select(-2, mirrored(*rows, height).to(image.device))
    return image.index_select(-1, mirrored(*cols, width).to(image.device))
