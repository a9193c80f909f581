# SPDX-License-Identifier: GPL-2.0-or-later
"""Gaussian filter in space, applied separably along rows and columns.

It is truncated at five standard deviations, where the weight relative to the center is 4e-6.
"""

from __future__ import annotations

from math import ceil

import torch
from torch import Tensor
from torch.nn import functional

CUT_AT_SIGMAS = 5


class GaussianFilter:
    """Sums over all pixels, weighted by the Gaussian of their distance.

    Args:
        height: image height in pixels.
        width: image width in pixels.
        sigma_px: standard deviation in pixels.
    """

    def __init__(self, height: int, width: int, sigma_px: float) -> None:
        self.height, self.width, self.sigma_px = height, width, sigma_px

    def __call__(self, values: Tensor) -> Tensor:
        """Return the sums, (pixels, channels), of values (pixels, channels)."""
        maps = values.T.unflatten(1, (self.height, self.width))[None]  # (1, channels, H, W)
        channels = maps.shape[1]
        column = self._taps(self.height, values)[:, None].expand(channels, 1, -1, 1)
        row = self._taps(self.width, values).expand(channels, 1, 1, -1)
        maps = functional.conv2d(maps, column, padding="same", groups=channels)
        maps = functional.conv2d(maps, row, padding="same", groups=channels)
        return maps[0].flatten(1).T

    def _taps(self, length_px: int, like: Tensor) -> Tensor:
        radius_px = min(ceil(CUT_AT_SIGMAS * self.sigma_px), length_px - 1)
        offsets = torch.arange(-radius_px, radius_px + 1, dtype=like.dtype, device=like.device)
        return torch.exp(-((offsets / self.sigma_px) ** 2) / 2)
