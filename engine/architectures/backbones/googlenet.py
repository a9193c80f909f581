# SPDX-License-Identifier: GPL-2.0-or-later
"""Fully convolutional GoogLeNet: a stem and nine inception modules, without the average pool.

Each module has four branches: 1x1, 3x3, 5x5 and a pool, with 1x1 convolutions that reduce the
channels. The torchvision variant has 3x3 instead of 5x5, no local response normalization, and
batch norms, which are merged into the convolutions and their biases.

    C. Szegedy et al., Going Deeper with Convolutions, CVPR 2015; the widths are those of Caffe's
    bvlc_googlenet.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..blocks import initialized, scaled
from .pools import pool_over_border

STEM = (64, 64, 192)


class Widths(NamedTuple):
    """Channels of the convolutions of an inception module."""

    one: int
    before_three: int
    three: int
    before_five: int
    five: int
    after_pool: int


MODULES = {
    "3a": Widths(64, 96, 128, 16, 32, 32),
    "3b": Widths(128, 128, 192, 32, 96, 64),
    "4a": Widths(192, 96, 208, 16, 48, 64),
    "4b": Widths(160, 112, 224, 24, 64, 64),
    "4c": Widths(128, 128, 256, 24, 64, 64),
    "4d": Widths(112, 144, 288, 32, 64, 64),
    "4e": Widths(256, 160, 320, 32, 128, 128),
    "5a": Widths(256, 160, 320, 32, 128, 128),
    "5b": Widths(384, 192, 384, 48, 128, 128),
}
STEM_LAYERS = (  # name here, in Caffe and in torchvision; in order of computation
    ("conv1", "conv1/7x7_s2", "conv1"),
    ("conv2", "conv2/3x3_reduce", "conv2"),
    ("conv3", "conv2/3x3", "conv3"),
)
MODULE_LAYERS = (  # prefix for module `3a`: inception3a.* here, inception_3a/* in Caffe
    ("branch1", "1x1", "branch1"),
    ("reduce2", "3x3_reduce", "branch2.0"),
    ("branch2", "3x3", "branch2.1"),
    ("reduce3", "5x5_reduce", "branch3.0"),
    ("branch3", "5x5", "branch3.1"),
    ("branch4", "pool_proj", "branch4.1"),
)
LAYERS = (
    *STEM_LAYERS,
    *(
        (f"inception{name}.{ours}", f"inception_{name}/{caffe}", f"inception{name}.{torchvision}")
        for name in MODULES
        for ours, caffe, torchvision in MODULE_LAYERS
    ),
)


class Inception(nn.Module):
    """Inception module: four parallel branches.

    Args:
        inputs: number of input channels.
        widths: output channels of the convolutions.
        large: kernel size of the third branch, 5 or 3.
    """

    def __init__(self, inputs: int, widths: Widths, *, large: int = 5) -> None:
        super().__init__()
        self.outputs = widths.one + widths.three + widths.five + widths.after_pool
        self.branch1 = _conv(inputs, widths.one, 1)
        self.reduce2 = _conv(inputs, widths.before_three, 1)
        self.branch2 = _conv(widths.before_three, widths.three, 3)
        self.reduce3 = _conv(inputs, widths.before_five, 1)
        self.branch3 = _conv(widths.before_five, widths.five, large)
        self.branch4 = _conv(inputs, widths.after_pool, 1)

    def forward(self, maps: Tensor) -> Tensor:
        """Return (N, outputs, H, W) for (N, inputs, H, W)."""
        branches = [
            self.branch1(maps),
            self.branch2(_relu(self.reduce2(maps))),
            self.branch3(_relu(self.reduce3(maps))),
            self.branch4(functional.max_pool2d(maps, 3, stride=1, padding=1)),
        ]
        return _relu(torch.cat(branches, dim=1))


class GoogLeNet(nn.Module):
    """GoogLeNet up to the last inception module.

    Args:
        bands: number of input channels.
        variant: `caffe` or `torchvision`.
        width: multiplier of the paper's channels.
    """

    def __init__(self, bands: int, variant: str = "caffe", *, width: float = 1.0) -> None:
        super().__init__()
        released = variant == "caffe"
        one, two, three = (scaled(channels, width) for channels in STEM)
        self.conv1 = initialized(nn.Conv2d(bands, one, 7, stride=2, padding=3))
        self.conv2 = _conv(one, two, 1)
        self.conv3 = _conv(two, three, 3)
        self.norm = nn.LocalResponseNorm(5) if released else nn.Identity()
        self.last_pool = 3 if released else 2
        self.outputs = three
        for name, widths in MODULES.items():
            narrow = Widths(*(scaled(channels, width) for channels in widths))
            module = Inception(self.outputs, narrow, large=5 if released else 3)
            self.add_module(f"inception{name}", module)
            self.outputs = module.outputs
        self.dropout = nn.Dropout(0.4)

    def forward(self, image: Tensor) -> Tensor:
        """Return the maps of the last module, (N, 1024, H / 32, W / 32), for (N, bands, H, W)."""
        maps = self.norm(pool_over_border(_relu(self.conv1(image))))  # (N, 64, H / 4, W / 4)
        maps = self.norm(_relu(self.conv3(_relu(self.conv2(maps)))))  # (N, 192, H / 4, W / 4)
        maps = pool_over_border(maps)  # (N, 192, H / 8, W / 8)
        for name in MODULES:
            if name == "4a":
                maps = pool_over_border(maps)  # (N, 480, H / 16, W / 16)
            elif name == "5a":
                maps = pool_over_border(maps, self.last_pool)  # (N, 832, H / 32, W / 32)
            maps = self.get_submodule(f"inception{name}")(maps)
        return self.dropout(maps)


def _conv(inputs: int, outputs: int, kernel: int) -> nn.Conv2d:
    return initialized(nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2))


def _relu(maps: Tensor) -> Tensor:
    return functional.relu(maps, inplace=True)
