# SPDX-License-Identifier: GPL-2.0-or-later
"""MLP network: features of four resolutions, concatenated and combined by a pixelwise MLP.

E. Maggiori, Y. Tarabalka, G. Charpiat, P. Alliez, High-Resolution Aerial Image Labeling with
Convolutional Neural Networks, IEEE TGRS 55(12), 2017, Section IV.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..bilinear import BilinearUpsample
from ..blocks import PAPER, BlockStyle, scaled, score_layer
from .projected_mlp import ProjectedMlp
from .trunk import FACTORS, WIDTHS, Trunk

HIDDEN = 1024
RELEASED_HIDDEN = 128


class MaggioriMlp(nn.Module):
    """MLP network, which scores all four taps with one hidden layer, at half resolution.

    Args:
        bands: number of input channels.
        classes: number of classes.
        style: settings of batch norms and biases, as in the paper or as in the release.
        hidden: width of the hidden layer; 128 in the release.
        linear: whether to omit the ReLU of the hidden layer, as in the release.
        widths: channels of the taps.
        width: multiplier of the paper's channels.
    """

    def __init__(
        self,
        bands: int,
        classes: int,
        style: BlockStyle = PAPER,
        *,
        hidden: int = HIDDEN,
        linear: bool = False,
        widths: tuple[int, ...] = WIDTHS,
        width: float = 1.0,
    ) -> None:
        super().__init__()
        self.trunk = Trunk(bands, style, width, widths=widths)
        self.upsamples = nn.ModuleList(
            BilinearUpsample(factor) if factor > 1 else nn.Identity() for factor in FACTORS
        )
        hidden = scaled(hidden, width)
        self.hidden = score_layer(sum(self.trunk.widths), hidden)
        self.activate = nn.Identity() if linear else nn.ReLU(inplace=True)
        self.score = score_layer(hidden, classes)
        self.upsample = BilinearUpsample(2)

    def forward(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H, W) of an image (N, bands, H, W)."""
        taps = self.trunk(image)
        pool = torch.cat(
            [upsample(tap) for upsample, tap in zip(self.upsamples, taps, strict=True)], dim=1
        )  # (N, 320, H / 2, W / 2)
        hidden = self.activate(self.hidden(pool))  # (N, 1024, H / 2, W / 2)
        return self.upsample(self.score(hidden))  # (N, classes, H, W)

    def fast_form(self) -> nn.Module:
        """Return the inference network with the same scores."""
        return ProjectedMlp(self.trunk, self.hidden, self.activate, self.score, self.upsample)
