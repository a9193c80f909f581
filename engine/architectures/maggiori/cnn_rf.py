# SPDX-License-Identifier: GPL-2.0-or-later
"""CNN + random forest: two opinions on each pixel, multiplied; and a CRF after them.

The base FCN sees far and blurs; the forest sees the pixel and its close neighborhood, and what
the FCN makes of the surroundings. The network is trained first, alone; then the forest is fitted
on its features. Which network the original used is not published; the base FCN is the choice of
this project.

    S. Paisitkriangkrai, J. Sherrah, P. Janney, A. van den Hengel, Effective Semantic Pixel
    Labelling with Convolutional Networks and Conditional Random Fields, CVPR Workshops 2015;
    compared in E. Maggiori et al., IEEE TGRS 55(12), 2017, Section V-D, Table IV.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..bilinear import BilinearUpsample
from ..blocks import PAPER, scaled, score_layer
from .forest import TREES, Forest
from .grid_crf import GridCrf
from .hand_crafted import feature_count, hand_crafted
from .trunk import STRIDE_PX, Trunk

DOUBT = 0.01  # share of every answer of the forest that is left open: it must not forbid a class


class CnnRf(nn.Module):
    """The base FCN and a forest; the names of the FCN's weights are those it has alone.

    It is not a base FCN: that may be stitched from its coarse scores, which know of no forest.
    While it is trained it is the FCN alone. A forest that is not fitted changes nothing.

    Args:
        bands: channels of the input.
        classes: channels of the scores.
        width: share of the paper's channels, and of the trees.
    """

    def __init__(self, bands: int, classes: int, *, width: float = 1.0) -> None:
        super().__init__()
        self.trunk = Trunk(bands, PAPER, width)
        self.score = score_layer(self.trunk.widths[-1], classes)
        self.upsample = BilinearUpsample(STRIDE_PX)
        features = feature_count(bands) + self.trunk.widths[-1]
        self.forest = Forest(features, classes, trees=scaled(TREES, width))

    def forward(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H, W) of an image (N, bands, H, W)."""
        coarsest = self.trunk(image)[-1]  # (N, 128, H / 16, W / 16)
        scores = self.upsample(self.score(coarsest))  # (N, classes, H, W)
        if self.training:
            return scores
        probabilities = self.forest(self._joined(image, coarsest))  # (N, classes, H, W)
        odds = (1 - DOUBT) * self.forest.classes * probabilities + DOUBT  # 1: no opinion
        return scores + odds.log()

    def features(self, image: Tensor) -> Tensor:
        """Return what the forest sees, (N, F, H, W), of an image (N, bands, H, W)."""
        return self._joined(image, self.trunk(image)[-1])

    def _joined(self, image: Tensor, coarsest: Tensor) -> Tensor:
        return torch.cat([hand_crafted(image), self.upsample(coarsest)], dim=1)


class CnnRfCrf(CnnRf):
    """The same, and pixels listen to their neighbors; in training the FCN alone."""

    def __init__(self, bands: int, classes: int, *, width: float = 1.0) -> None:
        super().__init__(bands, classes, width=width)
        self.crf = GridCrf()

    def forward(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H, W) of an image (N, bands, H, W)."""
        scores = super().forward(image)
        return scores if self.training else self.crf(scores, image)
