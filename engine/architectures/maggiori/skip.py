# SPDX-License-Identifier: GPL-2.0-or-later
"""Skip network: scores of four resolutions, added from coarse to fine.

Each step upsamples by two, so the coarsest scores are upsampled four times. This differs from one
bilinear upsampling by 16.

    E. Maggiori, Y. Tarabalka, G. Charpiat, P. Alliez, High-Resolution Aerial Image Labeling with
    Convolutional Neural Networks, IEEE TGRS 55(12), 2017, Section III-C.
"""

from __future__ import annotations

from torch import Tensor, nn

from ..bilinear import BilinearUpsample
from ..blocks import PAPER, BlockStyle, score_layer
from .trunk import WIDTHS, Trunk


class MaggioriSkip(nn.Module):
    """Skip network, which adds the scores of all four taps.

    Args:
        bands: number of input channels.
        classes: number of classes.
        style: settings of batch norms and biases, as in the paper or as in the release.
        widths: channels of the taps.
        width: multiplier of the paper's channels.
    """

    def __init__(
        self,
        bands: int,
        classes: int,
        style: BlockStyle = PAPER,
        *,
        widths: tuple[int, ...] = WIDTHS,
        width: float = 1.0,
    ) -> None:
        super().__init__()
        self.trunk = Trunk(bands, style, width, widths=widths)
        widths = self.trunk.widths
        self.scores = nn.ModuleList(score_layer(channels, classes) for channels in widths)
        self.upsample = BilinearUpsample(2)

    def forward(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H, W) of an image (N, bands, H, W)."""
        fine_to_coarse = [
            score(tap) for score, tap in zip(self.scores, self.trunk(image), strict=True)
        ]
        total = fine_to_coarse.pop()  # (N, classes, H / 16, W / 16)
        while fine_to_coarse:
            total = self.upsample(total) + fine_to_coarse.pop()  # (N, classes, 2 h, 2 w)
        return self.upsample(total)  # (N, classes, H, W)
