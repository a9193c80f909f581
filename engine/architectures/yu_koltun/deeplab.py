# SPDX-License-Identifier: GPL-2.0-or-later
"""DeepLab: VGG-16 with a stride of eight, overlapping pools and a dilated classifier.

LargeFOV has a large receptive field due to a 3x3 layer with dilation twelve. MSc adds features of
small branches from the image and the first four pools.

    L.-C. Chen, G. Papandreou, I. Kokkinos, K. Murphy, A. L. Yuille, Semantic Image Segmentation
    with Deep Convolutional Nets and Fully Connected CRFs, ICLR 2015.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..backbones.vgg import STAGES, VggTrunk
from ..blocks import initialized, scaled, score_layer
from .upsampling import enlarge_scores

DILATIONS = (1, 1, 1, 1, 2)  # dilations of the five stages
POOL_STRIDES = (2, 2, 2, 1, 1)
CLASSIFIER_WIDTH = 1024
CLASSIFIER_DILATION = 12  # dilation of the 3x3 layer: the large field of view
BRANCH_WIDTH = 128
BRANCH_STRIDES = (8, 4, 2, 1, 1)  # branches of the image and pools 1 to 4; all reach stride 8
SCORE_STD = 0.01


class DeepLab(nn.Module):
    """DeepLab-LargeFOV or DeepLab-MSc: scores at stride 8, upsampled.

    Args:
        bands: number of input channels.
        classes: number of classes.
        multi_scale: whether to add the branches of DeepLab-MSc.
        width: multiplier of the paper's channels.
    """

    def __init__(
        self, bands: int, classes: int, *, multi_scale: bool = False, width: float = 1.0
    ) -> None:
        super().__init__()
        pools = [nn.MaxPool2d(3, stride, padding=1) for stride in POOL_STRIDES]
        self.trunk = VggTrunk(bands, pools, dilations=DILATIONS, width=width)
        hidden = scaled(CLASSIFIER_WIDTH, width)
        self.classifier = _classifier(self.trunk.outputs, hidden)
        self.branches = nn.ModuleList()
        if multi_scale:
            inputs = (bands, *(scaled(channels, width) for channels, _ in STAGES[:4]))
            branch = scaled(BRANCH_WIDTH, width)
            self.branches.extend(map(_branch, inputs, [branch] * 5, BRANCH_STRIDES))
            hidden += 5 * branch
        self.score = score_layer(hidden, classes)
        nn.init.normal_(self.score.weight, std=SCORE_STD)

    def forward(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H, W) of an image (N, bands, H, W)."""
        return enlarge_scores(self.cells(image))

    def cells(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H / 8, W / 8), for a loss without interpolation."""
        taps = self.trunk(image)  # strides 2, 4, 8, 8, 8
        features = [self.classifier(taps[-1])]  # (N, 1024, H / 8, W / 8)
        for branch, tap in zip(self.branches, (image, *taps), strict=False):
            features.append(branch(tap))  # (N, 128, H / 8, W / 8)
        return self.score(torch.cat(features, dim=1))


def _classifier(inputs: int, outputs: int) -> nn.Sequential:
    dilation = CLASSIFIER_DILATION
    return nn.Sequential(
        initialized(nn.Conv2d(inputs, outputs, 3, padding=dilation, dilation=dilation)),
        nn.ReLU(inplace=True),
        nn.Dropout(0.5),
        initialized(nn.Conv2d(outputs, outputs, 1)),
        nn.ReLU(inplace=True),
        nn.Dropout(0.5),
    )


def _branch(inputs: int, outputs: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        initialized(nn.Conv2d(inputs, outputs, 3, stride, padding=1)),
        nn.ReLU(inplace=True),
        initialized(nn.Conv2d(outputs, outputs, 1)),
        nn.ReLU(inplace=True),
    )
