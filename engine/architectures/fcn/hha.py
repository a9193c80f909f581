# SPDX-License-Identifier: GPL-2.0-or-later
"""Heights as three channels, so that a classifier of colors can read them.

For a depth camera these are horizontal disparity, height above ground and the angle of the surface
with gravity (HHA). A surface model has no camera: here the three are the height above ground, the
height above the lowest point nearby, and the slope. All are local: 3 pixels, which is what the
halo of FCN-32s has to spare.

    S. Gupta, R. Girshick, P. Arbelaez, J. Malik, Learning Rich Features from RGB-D Images for
    Object Detection and Segmentation, ECCV 2014.
    E. Shelhamer, J. Long, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
    IEEE TPAMI 39(4), 2017, Section 5.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

CHANNELS = 3
NEARBY_PX = 3  # in each direction
STEEP = 0.05  # rise of a pixel that counts as 45 degrees: 0.25 m for heights in units of 5 m
FLAT = 1e-6  # rise below which the slope stays as it is, where a root has no derivative


class HeightsOnly(nn.Module):
    """Leave everything but the last channel, the heights, away."""

    def forward(self, image: Tensor) -> Tensor:
        """Return (N, 1, H, W) of an image (N, bands, H, W)."""
        return image[:, -1:]


class HeightEncoding(nn.Module):
    """Encode the last channel, the heights; keep some of the first ones before it.

    Args:
        kept: how many channels to keep.
    """

    def __init__(self, kept: int = 0) -> None:
        super().__init__()
        self.kept = kept

    def forward(self, image: Tensor) -> Tensor:
        """Return (N, kept + 3, H, W) of an image (N, bands, H, W)."""
        return torch.cat([image[:, : self.kept], encoded(image[:, -1:])], dim=1)


def encoded(heights: Tensor) -> Tensor:
    """Return height, height above the lowest point nearby, and slope.

    Args:
        heights: (N, 1, H, W), above ground, scaled as the network's input is.

    Returns:
        (N, 3, H, W), the first two in the units of `heights`, the slope in 0..1 of a right angle.
    """
    return torch.cat([heights, heights - _lowest_nearby(heights), _slope(heights)], dim=1)


def _lowest_nearby(heights: Tensor) -> Tensor:
    edge = 2 * NEARBY_PX + 1
    return -functional.max_pool2d(-heights, edge, stride=1, padding=NEARBY_PX)


def _slope(heights: Tensor) -> Tensor:
    around = functional.pad(heights, (1, 1, 1, 1), mode="replicate")  # (N, 1, H + 2, W + 2)
    east = (around[..., 1:-1, 2:] - around[..., 1:-1, :-2]) / 2
    south = (around[..., 2:, 1:-1] - around[..., :-2, 1:-1]) / 2
    rise = (east.square() + south.square()).clamp_min(FLAT**2).sqrt()  # (N, 1, H, W), of one pixel
    return torch.atan(rise / STEEP) / (torch.pi / 2)
