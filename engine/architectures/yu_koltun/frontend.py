# SPDX-License-Identifier: GPL-2.0-or-later
"""Front end: VGG-16 without its last two pools and without any padding.

In place of each removed pool, all later convolutions are dilated by two, so that scores have a
stride of eight pixels and the pretrained weights of the classifier can be used. The image is padded
once, by reflection, so that the receptive field of a cell extends 186 pixels beyond its own eight
on each side.

    F. Yu, V. Koltun, Multi-Scale Context Aggregation by Dilated Convolutions, ICLR 2016, Section 4.
"""

from __future__ import annotations

from torch import Tensor, nn

from ..backbones.vgg import VggClassifier, VggTrunk
from ..blocks import score_layer

STRIDE_PX = 8
MARGIN_PX = 186  # padding on each side of an image, for one cell every eight pixels
DILATIONS = (1, 1, 1, 1, 2)  # dilations of the five stages; that of fc6 is 4
SCORE_STD = 0.001


class FrontEnd(nn.Module):
    """Front end, which computes scores at stride 8.

    Args:
        bands: number of input channels.
        classes: number of classes.
        width: multiplier of the paper's channels.
    """

    def __init__(self, bands: int, classes: int, *, width: float = 1.0) -> None:
        super().__init__()
        pools = [nn.MaxPool2d(2) for _ in range(3)] + [nn.Identity() for _ in range(2)]
        self.trunk = VggTrunk(bands, pools, dilations=DILATIONS, valid=True, width=width)
        self.classifier = VggClassifier(self.trunk.outputs, dilation=4, width=width)
        self.score = score_layer(self.classifier.outputs, classes)
        nn.init.normal_(self.score.weight, std=SCORE_STD)

    def forward(self, padded: Tensor) -> Tensor:
        """Return scores (N, classes, H / 8, W / 8) of an image (N, bands, H + 372, W + 372)."""
        return self.score(self.classifier(self.trunk(padded)[-1]))
