# SPDX-License-Identifier: GPL-2.0-or-later
"""Encoding of heights as three channels, the input of a pretrained RGB classifier.

For a depth camera, these are horizontal disparity, height above ground and the angle between the
surface and gravity (HHA). A surface model has no camera, so the three channels here are height
above ground, height above the lowest point nearby, and slope. All use a radius of at most 3 pixels,
the spare part of the halo of FCN-32s.

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
NEARBY_PX = 3  # radius of the neighborhood
STEEP = 0.05  # rise per pixel equivalent to 45 degrees: 0.25 m for heights in units of 5 m
FLAT = 1e-6  # minimum rise; the square root has no derivative at zero


class HeightsOnly(nn.Module):
    """Selection of the last channel, the heights."""

    def forward(self, image: Tensor) -> Tensor:
        """Return (N, 1, H, W) of an image (N, bands, H, W)."""
        return image[:, -1:]


class HeightEncoding(nn.Module):
    """Encoding of the last channel, the heights, after a number of unchanged leading channels.

    Args:
        kept: number of leading channels to keep.
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
        heights: normalized heights above ground, (N, 1, H, W).

    Returns:
        Channels (N, 3, H, W), the first two in units of `heights`, the slope as a fraction of 90
        degrees.
    """
    return torch.cat([heights, heights - _lowest_nearby(heights), _slope(heights)], dim=1)


def _lowest_nearby(heights: Tensor) -> Tensor:
    edge = 2 * NEARBY_PX + 1
    return -functional.max_pool2d(-heights, edge, stride=1, padding=NEARBY_PX)


def _slope(heights: Tensor) -> Tensor:
    around = functional.pad(heights, (1, 1, 1, 1), mode="replicate")  # (N, 1, H + 2, W + 2)
    east = (around[..., 1:-1, 2:] - around[..., 1:-1, :-2]) / 2
    south = (around[..., 2:, 1:-1] - around[..., :-2, 1:-1]) / 2
    rise = (east.square() + south.square()).clamp_min(FLAT**2).sqrt()  # (N, 1, H, W), per pixel
    return torch.atan(rise / STEEP) / (torch.pi / 2)
