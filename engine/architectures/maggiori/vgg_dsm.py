# SPDX-License-Identifier: GPL-2.0-or-later
"""VGG + DSM: a pretrained network for the image, a small one for the heights, one classifier.

The image stream is VGG-16 made convolutional, the heights stream is Sherrah's network. Both end at
the same stride, and their features are classified side by side. The dilated variant keeps stride 8
in both. The paper names the two streams but no layers; these are the choice of this project.

    J. Sherrah, Fully Convolutional Networks for Dense Semantic Labelling of High-Resolution
    Aerial Imagery, arXiv:1606.02585, 2016; compared in E. Maggiori et al., IEEE TGRS 55(12), 2017,
    Section V-D, Table V.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..backbones.vgg import VggClassifier, VggTrunk
from ..bilinear import BilinearUpsample
from ..blocks import score_layer
from .sherrah import DOWNSAMPLING, SherrahTrunk

IMAGE_BANDS = 3


class VggDsm(nn.Module):
    """Two streams and a linear classifier.

    Args:
        bands: channels of the input: the first three go to the image stream, the others to the
            heights stream; up to three go to both.
        classes: channels of the scores.
        dilated: predict at stride 8, by dilation, instead of 32.
        width: share of the paper's channels.
    """

    def __init__(
        self, bands: int, classes: int, *, dilated: bool = False, width: float = 1.0
    ) -> None:
        super().__init__()
        self.image_bands = min(bands, IMAGE_BANDS)
        self.first_height = IMAGE_BANDS if bands > IMAGE_BANDS else 0
        kept = 3 if dilated else 5  # pools
        pools = [nn.MaxPool2d(2) if stage < kept else nn.Identity() for stage in range(5)]
        self.image = VggTrunk(
            self.image_bands, pools, dilations=(1, 1, 1, 1, 2 if dilated else 1), width=width
        )
        dilation = 4 if dilated else 1
        self.classifier = VggClassifier(
            self.image.outputs, dilation=dilation, padding=3 * dilation, width=width
        )
        strides = (2, 2, 2, 1) if dilated else DOWNSAMPLING
        self.heights = SherrahTrunk(bands - self.first_height, strides, width=width)
        self.pool = nn.Identity() if dilated else nn.MaxPool2d(2)
        self.score = score_layer(self.classifier.outputs + self.heights.outputs, classes)
        self.upsample = BilinearUpsample(8 if dilated else 32)

    def forward(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H, W) of an image (N, bands, H, W)."""
        seen = self.classifier(self.image(image[:, : self.image_bands])[-1])  # (N, 4096, h, w)
        high = self.pool(self.heights(image[:, self.first_height :]))  # (N, 1024, h, w)
        return self.upsample(self.score(torch.cat([seen, high], dim=1)))  # (N, classes, H, W)
