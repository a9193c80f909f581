# SPDX-License-Identifier: GPL-2.0-or-later
"""Fully convolutional AlexNet: five convolutions, three overlapping pools and the classifier.

FCN is based on the CaffeNet variant, which pools before normalization (AlexNet itself normalizes
first) and uses two groups in some convolutions, as on two GPUs. The torchvision variant has fewer
channels, no groups and no normalization.

    A. Krizhevsky, I. Sutskever, G. Hinton, ImageNet Classification with Deep Convolutional Neural
    Networks, NIPS 2012.
    Y. Jia et al., Caffe: Convolutional Architecture for Fast Feature Embedding, ACM MM 2014.
    A. Krizhevsky, One Weird Trick for Parallelizing Convolutional Neural Networks,
    arXiv:1404.5997, 2014; the variant of torchvision.
"""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor, nn
from torch.nn import functional

from ..blocks import initialized, scaled
from .pools import pool_over_border
from .vgg import CLASSIFIER_WIDTH

LAYERS = (  # name here and in Caffe, name in torchvision; in order of computation
    ("conv1", "features.0"),
    ("conv2", "features.3"),
    ("conv3", "features.6"),
    ("conv4", "features.8"),
    ("conv5", "features.10"),
    ("fc6", "classifier.1"),
    ("fc7", "classifier.4"),
)


class AlexNetVariant(NamedTuple):
    """Settings of an AlexNet release.

    Args:
        channels: output channels of the five convolutions.
        halves: number of groups of conv2, conv4 and conv5.
        normalized: whether local response normalization follows the first two pools.
    """

    channels: tuple[int, int, int, int, int]
    halves: int
    normalized: bool


VARIANTS = {
    "caffe": AlexNetVariant((96, 256, 384, 384, 256), halves=2, normalized=True),
    "torchvision": AlexNetVariant((64, 192, 384, 256, 256), halves=1, normalized=False),
}


class AlexNet(nn.Module):
    """AlexNet up to fc7.

    Args:
        bands: number of input channels.
        variant: key of `VARIANTS`.
        padding: padding of conv1 in pixels.
        fc6_padding: zero padding before and after the input of fc6, in cells.
        width: multiplier of the paper's channels.
    """

    def __init__(
        self,
        bands: int,
        variant: str = "caffe",
        *,
        padding: int = 0,
        fc6_padding: tuple[int, int] = (0, 0),
        width: float = 1.0,
    ) -> None:
        super().__init__()
        released = VARIANTS[variant]
        one, two, three, four, five = (_even(channels, width) for channels in released.channels)
        halves = released.halves
        self.outputs = scaled(CLASSIFIER_WIDTH, width)
        self.fc6_padding = (*fc6_padding, *fc6_padding)
        self.conv1 = initialized(nn.Conv2d(bands, one, 11, stride=4, padding=padding))
        self.conv2 = initialized(nn.Conv2d(one, two, 5, padding=2, groups=halves))
        self.conv3 = initialized(nn.Conv2d(two, three, 3, padding=1))
        self.conv4 = initialized(nn.Conv2d(three, four, 3, padding=1, groups=halves))
        self.conv5 = initialized(nn.Conv2d(four, five, 3, padding=1, groups=halves))
        self.fc6 = initialized(nn.Conv2d(five, self.outputs, 6))
        self.fc7 = initialized(nn.Conv2d(self.outputs, self.outputs, 1))
        self.norm = nn.LocalResponseNorm(5) if released.normalized else nn.Identity()
        self.dropout = nn.Dropout(0.5)

    def forward(self, image: Tensor) -> Tensor:
        """Return the maps of fc7, (N, 4096, h, w), for an image (N, bands, H, W)."""
        maps = self.norm(pool_over_border(_relu(self.conv1(image))))  # (N, 96, H / 8, W / 8)
        maps = self.norm(pool_over_border(_relu(self.conv2(maps))))  # (N, 256, H / 16, W / 16)
        maps = _relu(self.conv4(_relu(self.conv3(maps))))  # (N, 384, H / 16, W / 16)
        maps = pool_over_border(_relu(self.conv5(maps)))  # (N, 256, H / 32, W / 32)
        maps = functional.pad(maps, self.fc6_padding)
        maps = self.dropout(_relu(self.fc6(maps)))  # (N, 4096, h, w)
        return self.dropout(_relu(self.fc7(maps)))


def _relu(maps: Tensor) -> Tensor:
    return functional.relu(maps, inplace=True)


def _even(channels: int, width: float) -> int:
    return 2 * scaled(channels // 2, width)
