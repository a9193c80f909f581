# SPDX-License-Identifier: GPL-2.0-or-later
"""Padding for images of any size: zeros at the bottom and right, cropped from the scores."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional


class Padded(nn.Module):
    """Wrapper that accepts images of any size.

    Args:
        network: network for heights and widths that are multiples of `stride_px`.
        stride_px: largest stride of the network in pixels.
    """

    def __init__(self, network: nn.Module, stride_px: int) -> None:
        super().__init__()
        self.network = network
        self.stride_px = stride_px

    def forward(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H, W) of an image (N, bands, H, W) of any H and W."""
        height, width = image.shape[-2:]
        padding = (0, -width % self.stride_px, 0, -height % self.stride_px)
        return self.network(functional.pad(image, padding))[..., :height, :width]
