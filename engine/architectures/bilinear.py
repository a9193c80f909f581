# SPDX-License-Identifier: GPL-2.0-or-later
"""Bilinear upsampling by a factor f: a depthwise transposed convolution, kernel 2f, stride f.

Zero padding makes the outer f/2 pixels fade: their weights sum to less than one. A 1x1
convolution therefore commutes with it only if the bias is added afterwards, and upsampling by four
differs from upsampling by two twice.

A kernel of size 2f centers each value between two pixels, a kernel of size 2f - 1 centers it on
one. The padding of a transposed convolution crops its output; a padding of f/2 yields exactly f
times the input size.

    J. Long, E. Shelhamer, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
    CVPR 2015.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


def bilinear_row(kernel: int) -> Tensor:
    """Return one row of the kernel, (kernel,) float32.

    >>> bilinear_row(4).tolist(), bilinear_row(3).tolist()
    ([0.25, 0.75, 0.75, 0.25], [0.5, 1.0, 0.5])
    """
    factor = (kernel + 1) // 2
    center = factor - 1 if kernel % 2 else factor - 0.5
    return 1 - (torch.arange(kernel) - center).abs() / factor


def bilinear_kernel(factor: int) -> Tensor:
    """Return the kernel, (2 factor, 2 factor) float32; for factor 2 rows of .25 .75 .75 .25."""
    row = bilinear_row(2 * factor)
    return torch.outer(row, row)


def line_neighbors(position: int, factor: int) -> tuple[int, float]:
    """Return the source position of an upsampled pixel along one axis of a bordered map.

    Args:
        position: pixel index after upsampling.
        factor: upsampling factor.

    Returns:
        Index of the preceding neighbor, counted from the border, and weight of the following one.

    Example:
        >>> line_neighbors(0, 2)
        (0, 0.75)
    """
    before, fraction = divmod((position + 0.5) / factor + 0.5, 1)
    return int(before), fraction


class BilinearUpsample(nn.Module):
    """Bilinear upsampling of each channel by an even factor, without parameters.

    Args:
        factor: upsampling factor f.
        kernel: kernel size, 2f (default) or 2f - 1.
        padding: number of pixels cropped from each side, f / 2 by default.
    """

    def __init__(
        self, factor: int, *, kernel: int | None = None, padding: int | None = None
    ) -> None:
        super().__init__()
        self.factor = factor
        self.kernel = kernel or 2 * factor
        self.padding = factor // 2 if padding is None else padding

    def forward(self, maps: Tensor) -> Tensor:
        """Return (N, C, f H, f W) for (N, C, H, W), with the default kernel and padding.

        Interpolating a zero-padded map equals the transposed convolution, but is faster.
        """
        bordered = functional.pad(maps, (1, 1, 1, 1))  # (N, C, H + 2, W + 2)
        if self.kernel % 2:
            size = [self.factor * (length + 1) + 1 for length in maps.shape[-2:]]
            large = functional.interpolate(bordered, size, mode="bilinear", align_corners=True)
            edge = self.padding + 1  # (N, C, f (H + 1) + 1, f (W + 1) + 1)
        else:
            large = functional.interpolate(
                bordered, scale_factor=self.factor, mode="bilinear", align_corners=False
            )  # (N, C, f (H + 2), f (W + 2))
            edge = self.padding + self.factor // 2
        return large[..., edge : large.shape[-2] - edge, edge : large.shape[-1] - edge]


class LearnedUpsample(nn.ConvTranspose2d):
    """Learned upsampling: a depthwise transposed convolution initialized to bilinear."""

    def __init__(self, channels: int, factor: int, *, padding: int | None = None) -> None:
        super().__init__(
            channels,
            channels,
            kernel_size=2 * factor,
            stride=factor,
            padding=factor // 2 if padding is None else padding,
            groups=channels,
            bias=False,
        )
        with torch.no_grad():
            self.weight.copy_(bilinear_kernel(factor).expand_as(self.weight))
