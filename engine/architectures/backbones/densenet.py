# SPDX-License-Identifier: GPL-2.0-or-later
"""Fully convolutional DenseNet-BC: a stem, four dense blocks and three transitions.

A layer of a dense block takes the outputs of all preceding layers of the block and appends 32
channels. The tap of a block is the whole concatenation. Two changes give coarser or finer taps
with the same weights: a split block is pooled after half of its layers; a dilated block has no
pool before it, which is equivalent to processing the subgrids of its input (space to batch).

Parameter names are those of torchvision's `features`, whose last norm is not used.

    G. Huang, Z. Liu, L. van der Maaten, K. Weinberger, Densely Connected Convolutional Networks,
    CVPR 2017.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..blocks import scaled
from ..pre_activation import NormReluConv, as_scale_shift, merged, plain_conv
from .pools import pool_stem

if TYPE_CHECKING:
    from collections.abc import Sequence

LAYERS = {"121": (6, 12, 24, 16), "169": (6, 12, 32, 32)}  # layers of the four blocks
STEM = 64
GROWTH = 32
BOTTLENECK = 4  # bottleneck channels over growth rate


class DenseLayer(nn.Module):
    """BN-ReLU-1x1 and BN-ReLU-3x3; the output is appended to the input.

    Args:
        inputs: number of input channels.
        growth: number of appended channels.
        dilation: dilation of the 3x3 convolution.
    """

    def __init__(self, inputs: int, growth: int, dilation: int) -> None:
        super().__init__()
        self.norm1: nn.Module = nn.BatchNorm2d(inputs)
        self.conv1 = plain_conv(inputs, BOTTLENECK * growth, 1)
        self.norm2: nn.Module = nn.BatchNorm2d(BOTTLENECK * growth)
        self.conv2 = plain_conv(BOTTLENECK * growth, growth, 3, dilation=dilation)

    def forward(self, maps: Tensor) -> Tensor:
        """Return (N, inputs + growth, H, W) for (N, inputs, H, W)."""
        narrow = self.conv1(functional.relu(self.norm1(maps), inplace=True))  # (N, 128, H, W)
        new = self.conv2(functional.relu(self.norm2(narrow), inplace=True))  # (N, 32, H, W)
        return torch.cat([maps, new], dim=1)

    def fold_norms(self) -> None:
        """Merge the second norm into the first convolution and convert the first norm."""
        self.conv1, self.norm2 = merged(self.conv1, self.norm2)
        self.norm1 = as_scale_shift(self.norm1)


class DenseBlock(nn.ModuleDict):
    """Sequence of dense layers.

    Args:
        inputs: number of input channels.
        layers: number of layers.
        growth: number of channels appended by each layer.
        dilation: dilation of the 3x3 convolutions.
        split: whether to pool after half of the layers.
    """

    def __init__(
        self, inputs: int, layers: int, growth: int, *, dilation: int = 1, split: bool = False
    ) -> None:
        super().__init__(
            {
                f"denselayer{layer + 1}": DenseLayer(inputs + layer * growth, growth, dilation)
                for layer in range(layers)
            }
        )
        self.halves = (layers // 2, layers) if split else (layers,)  # layers before each tap
        self.widths = tuple(inputs + layer * growth for layer in self.halves)  # tap channels

    def forward(self, maps: Tensor) -> list[Tensor]:
        """Return the tap (N, C, H, W) and, if split, a second one (N, C, H / 2, W / 2)."""
        taps: list[Tensor] = []
        for number, layer in enumerate(self.values()):
            if number in self.halves:
                taps.append(maps)
                maps = functional.avg_pool2d(maps, 2)  # (N, C, H / 2, W / 2)
            maps = layer(maps)  # (N, C + 32, h, w)
        return [*taps, maps]


class Transition(NormReluConv):
    """BN-ReLU-1x1 to half of the channels and a 2x2 average pool.

    Pool and convolution commute, so the pool comes first, with a quarter of the multiplications.

    Args:
        inputs: number of input channels.
        pools: whether to pool; false if the next block is dilated instead.
    """

    def __init__(self, inputs: int, *, pools: bool) -> None:
        super().__init__(inputs, inputs // 2, 1)
        self.pools = pools

    def forward(self, maps: Tensor) -> Tensor:
        """Return (N, inputs / 2, H / 2, W / 2) for (N, inputs, H, W)."""
        active = self.activate(maps)
        return self.conv(functional.avg_pool2d(active, 2) if self.pools else active)


class DenseNetTrunk(nn.Module):
    """The convolutions of DenseNet-BC with growth rate 32.

    Args:
        bands: number of input channels.
        layers: numbers of layers of the four blocks.
        dilations: dilations of the four blocks; a block with a larger dilation than the preceding
            one is not preceded by a pool.
        splits: one-based numbers of the blocks that are split in halves.
        stem_pool: kernel size of the stem's max pool, 3 or 2.
        width: multiplier of the paper's channels.
    """

    def __init__(
        self,
        bands: int,
        layers: Sequence[int],
        *,
        dilations: Sequence[int] = (1, 1, 1, 1),
        splits: Sequence[int] = (),
        stem_pool: int = 3,
        width: float = 1.0,
    ) -> None:
        super().__init__()
        growth, channels = scaled(GROWTH, width), scaled(STEM, width)
        self.stem_pool, self.blocks = stem_pool, len(layers)
        self.conv0 = plain_conv(bands, channels, 7, stride=2)
        self.norm0: nn.Module = nn.BatchNorm2d(channels)
        widths: list[int] = []
        strides = [4]
        for block, (count, dilation) in enumerate(zip(layers, dilations, strict=True), start=1):
            if block > 1:
                pools = dilation == dilations[block - 2]
                self.add_module(f"transition{block - 1}", Transition(channels, pools=pools))
                channels //= 2
                strides.append(strides[-1] * (2 if pools else 1))
            split = block in splits
            dense = DenseBlock(channels, count, growth, dilation=dilation, split=split)
            self.add_module(f"denseblock{block}", dense)
            if split:
                strides.append(2 * strides[-1])
            widths += dense.widths
            channels = widths[-1]
        self.widths = tuple(widths)  # channels of the taps
        self.strides = tuple(strides)  # strides of the taps in pixels

    def forward(self, image: Tensor) -> list[Tensor]:
        """Return the taps of an image (N, bands, H, W), fine to coarse.

        There is one for each item of `widths` and `strides`: (N, 256, H / 4, W / 4) and so on.
        """
        maps = functional.relu(self.norm0(self.conv0(image)), inplace=True)  # (N, 64, H/2, W/2)
        maps = pool_stem(maps, self.stem_pool)  # (N, 64, H / 4, W / 4)
        taps: list[Tensor] = []
        for block in range(1, self.blocks + 1):
            if block > 1:
                transition = self.get_submodule(f"transition{block - 1}")
                maps = transition(maps)  # (N, C / 2, h / 2, w / 2)
            taps += self.get_submodule(f"denseblock{block}")(maps)
            maps = taps[-1]  # (N, C, h, w)
        return taps

    def fold_norms(self) -> None:
        """Merge the stem's norm into its convolution."""
        self.conv0, self.norm0 = merged(self.conv0, self.norm0)

    def cut(self, *, within_third: bool) -> tuple[list[nn.Module], nn.Module]:
        """Return the modules of the fine part and the first module of the coarse remainder.

        Args:
            within_third: whether to cut in the middle of the third block instead of after the
                second.
        """
        fine = ["conv0", "norm0", "denseblock1", "transition1", "denseblock2"]
        parts = [self.get_submodule(name) for name in fine]
        transition, third = (self.get_submodule(n) for n in ("transition2", "denseblock3"))
        if not within_third:
            return parts, transition
        layers = list(third.children())
        half = len(layers) // 2
        return [*parts, transition, *layers[:half]], layers[half]
