# SPDX-License-Identifier: GPL-2.0-or-later
"""Base FCN: trunk, scores at stride 16 and bilinear upsampling.

E. Maggiori, Y. Tarabalka, G. Charpiat, P. Alliez, High-Resolution Aerial Image Labeling with
Convolutional Neural Networks, IEEE TGRS 55(12), 2017, Table I.
"""

from __future__ import annotations

from torch import Tensor, nn

from ..bilinear import BilinearUpsample, LearnedUpsample
from ..blocks import PAPER, BlockStyle, score_layer
from .trunk import STRIDE_PX, WIDTHS, Trunk


class MaggioriFcn(nn.Module):
    """Base FCN, which scores only the coarsest tap.

    Args:
        bands: number of input channels.
        classes: number of classes.
        style: settings of batch norms and biases, as in the paper or as in the release.
        learn_upsample: whether the upsampling is trained, as in the release; the paper does not
            specify it.
        widths: channels of the taps.
        width: multiplier of the paper's channels.
    """

    def __init__(
        self,
        bands: int,
        classes: int,
        style: BlockStyle = PAPER,
        *,
        learn_upsample: bool = False,
        widths: tuple[int, ...] = WIDTHS,
        width: float = 1.0,
    ) -> None:
        super().__init__()
        self.trunk = Trunk(bands, style, width, widths=widths)
        self.score = score_layer(self.trunk.widths[-1], classes)
        self.upsample = (
            LearnedUpsample(classes, STRIDE_PX) if learn_upsample else BilinearUpsample(STRIDE_PX)
        )

    def forward(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H, W) of an image (N, bands, H, W)."""
        return self.upsample(self.coarse_scores(image))  # (N, classes, H, W)

    @property
    def coarse_center_px(self) -> int:
        """Row and column of the pixel at the center of the first coarse score."""
        return STRIDE_PX // 2 - 1

    def coarse_scores(self, image: Tensor) -> Tensor:
        """Return the scores before upsampling, (N, classes, H / 16, W / 16)."""
        coarsest = self.trunk(image)[-1]  # (N, 128, H / 16, W / 16)
        return self.score(coarsest)
