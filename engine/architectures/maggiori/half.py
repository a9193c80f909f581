# SPDX-License-Identifier: GPL-2.0-or-later
"""Half resolution: what the paper does to 5 cm images, so that objects look as large as at 9 cm.

The image is halved and the scores are doubled, both linearly. Stride and halo double with it.

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
    """A network that sees the image at half its resolution."""

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
    """The same for inference: only the core's scores are computed and doubled.

    Args:
        network: an inference network, called with an image and a core.
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
    """Return (N, bands, H / 2, W / 2): linear interpolation halfway is the mean of 2x2 pixels."""
    return functional.avg_pool2d(image, 2)


def _half(wanted: slice, length_px: int) -> slice:
    """Return the half-resolution pixels that wanted ones are interpolated from."""
    return slice(max(0, wanted.start // 2 - 1), min(length_px // 2, -(-wanted.stop // 2) + 1))
