# SPDX-License-Identifier: GPL-2.0-or-later
"""Features: where a pixel lies and what color it has, in widths of a kernel.

The kernel between two pixels is exp(-d^2 / 2), where d is the distance of their features.
"""

from __future__ import annotations

import torch
from torch import Tensor


def positions(height: int, width: int, sigma_px: float, like: Tensor) -> Tensor:
    """Return (H W, 2): column and row of each pixel, in units of `sigma_px`."""
    rows = torch.arange(height, dtype=like.dtype, device=like.device)
    cols = torch.arange(width, dtype=like.dtype, device=like.device)
    return torch.cartesian_prod(rows, cols).flip(1) / sigma_px


def colored_positions(image: Tensor, sigma_px: float, sigma_bands: float) -> Tensor:
    """Return (H W, bands + 2): color and position of each pixel of an image (bands, H, W).

    Args:
        image: any number of bands.
        sigma_px: width of the kernel in space.
        sigma_bands: width of the kernel in each band, in the image's own units.
    """
    height, width = image.shape[-2:]
    colors = image.flatten(1).T / sigma_bands  # (H W, bands)
    return torch.cat([colors, positions(height, width, sigma_px, image)], dim=1)
