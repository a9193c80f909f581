# SPDX-License-Identifier: GPL-2.0-or-later
"""Features of pixels for the CRF kernels: position and color in units of standard deviations.

The kernel between two pixels is exp(-d^2 / 2), where d is the distance between their features.
"""

from __future__ import annotations

import torch
from torch import Tensor


def positions(height: int, width: int, sigma_px: float, like: Tensor) -> Tensor:
    """Return column and row of each pixel in units of `sigma_px`, (H W, 2)."""
    rows = torch.arange(height, dtype=like.dtype, device=like.device)
    cols = torch.arange(width, dtype=like.dtype, device=like.device)
    return torch.cartesian_prod(rows, cols).flip(1) / sigma_px


def colored_positions(image: Tensor, sigma_px: float, sigma_bands: float) -> Tensor:
    """Return color and position of each pixel, (H W, bands + 2).

    Args:
        image: image with any number of bands, (bands, H, W).
        sigma_px: standard deviation of the kernel in space, in pixels.
        sigma_bands: standard deviation of the kernel in each band, in units of the image.
    """
    height, width = image.shape[-2:]
    colors = image.flatten(1).T / sigma_bands  # (H W, bands)
    return torch.cat([colors, positions(height, width, sigma_px, image)], dim=1)
