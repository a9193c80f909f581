# SPDX-License-Identifier: GPL-2.0-or-later
"""VGG + DSM: a pretrained network for the image, a small one for the heights, one classifier.

The image stream is a fully convolutional VGG-16, the height stream is Sherrah's network. Both end
at the same stride, and their concatenated features are classified. The dilated variant uses
stride 8 in both. The paper names the two streams but no layers; these are the choice of this
project.

    J. Sherrah, Fully Convolutional Networks for Dense Semantic Labelling of High-Resolution
    Aerial Imagery, arXiv:1606.02585, 2016; compared in E. Maggiori et al., IEEE TGRS 55(12), 2017,
    Section V-D, Table V.
"""

from __future__ import annotations

from math import prod
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ..backbones.vgg import VggClassifier, VggTrunk
from ..bilinear import BilinearUpsample
from ..blocks import score_layer
from ..streams import Streams
from .sherrah import DOWNSAMPLING, SherrahTrunk


class StreamStrides(NamedTuple):
    """Strides and dilations by which both streams reach the same stride.

    Args:
        pools: number of leading pools of VGG-16 that are kept.
        dilations: dilations of the five stages of VGG-16.
        fc6_dilation: dilation of the first layer of VGG-16's classifier.
        heights_strides: strides of the four pools of the height stream.
        stride_px: common stride of the streams; a finer height stream is pooled once more.
    """

    pools: int
    dilations: tuple[int, int, int, int, int]
    fc6_dilation: int
    heights_strides: tuple[int, int, int, int]
    stride_px: int


COARSE = StreamStrides(5, (1, 1, 1, 1, 1), 1, DOWNSAMPLING, stride_px=32)
DILATED = StreamStrides(3, (1, 1, 1, 1, 2), 4, (2, 2, 2, 1), stride_px=8)


class VggDsm(nn.Module):
    """Two streams and a linear classifier.

    Args:
        bands: number of input channels, assigned to the streams by `Streams`.
        classes: number of classes.
        dilated: whether to predict at stride 8, by dilation, instead of 32.
        width: multiplier of the paper's channels.
    """

    def __init__(
        self, bands: int, classes: int, *, dilated: bool = False, width: float = 1.0
    ) -> None:
        super().__init__()
        self.streams = Streams.of(bands)
        layout = DILATED if dilated else COARSE
        self.image = VggTrunk(
            self.streams.image_bands,
            [nn.MaxPool2d(2) if stage < layout.pools else nn.Identity() for stage in range(5)],
            dilations=layout.dilations,
            width=width,
        )
        self.classifier = VggClassifier(
            self.image.outputs,
            dilation=layout.fc6_dilation,
            padding=3 * layout.fc6_dilation,  # same padding of a 7x7 kernel
            width=width,
        )
        self.heights = SherrahTrunk(self.streams.heights_bands, layout.heights_strides, width=width)
        self.pool = nn.MaxPool2d(layout.stride_px // prod(layout.heights_strides))
        self.score = score_layer(self.classifier.outputs + self.heights.outputs, classes)
        self.upsample = BilinearUpsample(layout.stride_px)

    def forward(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H, W) of an image (N, bands, H, W)."""
        colors, heights = self.streams.split(image)
        image_maps = self.classifier(self.image(colors)[-1])  # (N, 4096, h, w)
        height_maps = self.pool(self.heights(heights))  # (N, 1024, h, w)
        scores = self.score(torch.cat([image_maps, height_maps], dim=1))
        return self.upsample(scores)  # (N, classes, H, W)
