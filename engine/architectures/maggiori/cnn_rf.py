# SPDX-License-Identifier: GPL-2.0-or-later
"""CNN + random forest: product of the class probabilities of both, optionally with a CRF.

The base FCN has a large receptive field but blurs; the inputs of the forest are hand-crafted
features of the pixel and its close neighborhood, and the features of the FCN. The network is
trained first, on its own; then the forest is fitted to the features. The network of the original is
not published; using the base FCN is the choice of this project.

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

SMOOTHING = 0.01  # uniform share mixed into the forest's output, so that no class is ruled out


class CnnRf(nn.Module):
    """Base FCN with a random forest; the FCN's parameters have the same names as in the base FCN.

    It is no subclass of the base FCN, which may be stitched from its coarse scores; these do not
    include the forest. In training mode only the FCN is used. An unfitted forest has no effect.

    Args:
        bands: number of input channels.
        classes: number of classes.
        width: multiplier of the paper's channels and of the number of trees.
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
        odds = (1 - SMOOTHING) * self.forest.classes * probabilities + SMOOTHING  # 1: uniform
        return scores + odds.log()

    def features(self, image: Tensor) -> Tensor:
        """Return the features for the forest, (N, F, H, W), of an image (N, bands, H, W)."""
        return self._joined(image, self.trunk(image)[-1])

    def _joined(self, image: Tensor, coarsest: Tensor) -> Tensor:
        return torch.cat([hand_crafted(image), self.upsample(coarsest)], dim=1)


class CnnRfCrf(CnnRf):
    """Base FCN with a random forest and a grid CRF; in training mode only the FCN is used."""

    def __init__(self, bands: int, classes: int, *, width: float = 1.0) -> None:
        super().__init__(bands, classes, width=width)
        self.crf = GridCrf()

    def forward(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H, W) of an image (N, bands, H, W)."""
        scores = super().forward(image)
        return scores if self.training else self.crf(scores, image)
