# SPDX-License-Identifier: GPL-2.0-or-later
"""Networks at half resolution, as in the paper for 5 cm images, to match object sizes at 9 cm.

The image is downsampled and the scores are upsampled by two, both linearly. Stride and halo double.

    E. Maggiori, Y. Tarabalka, G. Charpiat, P. Alliez, High-Resolution Aerial Image Labeling with
    Convolutional Neural Networks, IEEE TGRS 55(12), 2017, Section V-B (Potsdam).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn
from torch.nn import functional

from ..bilinear import BilinearUpsample
from ..core import whole
from ..folding import fast_form

if TYPE_CHECKING:
    from ..core import Core


class HalfResolution(nn.Module):
    """Wrapper that runs a network at half the resolution of the image."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        self.upsample = BilinearUpsample(2)

    def forward(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H, W) of an image (N, bands, H, W)."""
        return self.upsample(self.network(halved(image)))

    def fast_form(self) -> nn.Module:
        """Return the inference network with the same scores."""
        return FastHalfResolution(fast_form(self.network))


class FastHalfResolution(nn.Module):
    """Inference form of `HalfResolution`: only the scores of the core are computed.

    Args:
        network: inference network, called with an image and a core.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        self.upsample = BilinearUpsample(2)

    def forward(self, image: Tensor, core: Core | None = None) -> Tensor:
        """Return scores (N, classes, h, w) of the core of an image (N, bands, H, W)."""
        rows, cols = core or whole(image)
        high, wide = _half(rows, image.shape[2]), _half(cols, image.shape[3])
        scores = self.upsample(self.network(halved(image), (high, wide)))
        top, left = 2 * high.start, 2 * wide.start
        return scores[..., rows.start - top : rows.stop - top, cols.start - left : cols.stop - left]


def halved(image: Tensor) -> Tensor:
    """Return (N, bands, H / 2, W / 2): means of 2x2 pixels, equal to linear interpolation."""
    return functional.avg_pool2d(image, 2)


def _half(wanted: slice, length_px: int) -> slice:
    """Return the half-resolution pixels required to interpolate the wanted pixels."""
    return slice(max(0, wanted.start // 2 - 1), min(length_px // 2, -(-wanted.stop // 2) + 1))
