# SPDX-License-Identifier: GPL-2.0-or-later
"""Bilinear upsampling by a factor f: a depthwise transposed convolution, kernel 2f, stride f.

Its zero padding makes the outer f/2 pixels fade: their weights sum to less than one. So a 1x1
convolution commutes with it only if the bias is added afterwards. A factor of four is not twice a
factor of two.

    J. Long, E. Shelhamer, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
    CVPR 2015.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


def bilinear_kernel(factor: int) -> Tensor:
    """Return the kernel, (2 factor, 2 factor) float32; for factor 2 rows of .25 .75 .75 .25."""
    center = factor - 0.5
    row = 1 - (torch.arange(2 * factor) - center).abs() / factor
    return torch.outer(row, row)


def line_neighbors(position: int, factor: int) -> tuple[int, float]:
    """Return where an enlarged pixel lies along one axis of a bordered map.

    Args:
        position: of the pixel after enlarging.
        factor: by which the map is enlarged.

    Returns:
        The neighbor before it, counted from the border, and the weight of the one after.

    Example:
        >>> line_neighbors(0, 2)
        (0, 0.75)
    """
    before, fraction = divmod((position + 0.5) / factor + 0.5, 1)
    return int(before), fraction


class BilinearUpsample(nn.Module):
    """Enlarge each channel by an even factor, without weights."""

    def __init__(self, factor: int) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, maps: Tensor) -> Tensor:
        """Return (N, C, factor H, factor W) for (N, C, H, W).

        Interpolating a map with a border of zeros is the transposed convolution, but faster.
        """
        edge = self.factor
        bordered = functional.pad(maps, (1, 1, 1, 1))  # (N, C, H + 2, W + 2)
        large = functional.interpolate(
            bordered, scale_factor=edge, mode="bilinear", align_corners=False
        )  # (N, C, factor (H + 2), factor (W + 2))
        return large[..., edge:-edge, edge:-edge]  # (N, C, factor H, factor W)


class LearnedUpsample(nn.ConvTranspose2d):
    """The same as a trained layer that starts bilinear, one kernel for each channel."""

    def __init__(self, channels: int, factor: int) -> None:
        super().__init__(
            channels,
            channels,
            kernel_size=2 * factor,
            stride=factor,
            padding=factor // 2,
            groups=channels,
            bias=False,
        )
        with torch.no_grad():
            self.weight.copy_(bilinear_kernel(factor).expand_as(self.weight))
