# SPDX-License-Identifier: GPL-2.0-or-later
"""Context modules for the coarsest maps: a context layer or spatial pyramid pooling.

I. Kreso, S. Segvic, J. Krapac, Ladder-Style DenseNets for Semantic Segmentation of Large
Natural Images, ICCV Workshops 2017, Section 3; the pyramid in Section 5.2.
H. Zhao, J. Shi, X. Qi, X. Wang, J. Jia, Pyramid Scene Parsing Network, CVPR 2017.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..blocks import scaled
from ..pre_activation import NormReluConv, merged

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..interpolation import Enlarge

SQUEEZED = 512
PYRAMID = 256
BINS = (1, 2, 3, 6)  # bins per axis of the pyramid of Zhao et al.


class Context(nn.Module):
    """Context layer: BN-ReLU-1x1 and dilated BN-ReLU-3x3.

    Args:
        inputs: number of input channels.
        outputs: number of output channels, 128 in the paper.
        rate: dilation of the 3x3 convolution.
        width: multiplier of the paper's 512 channels between both convolutions.
    """

    def __init__(self, inputs: int, outputs: int, *, rate: int = 2, width: float = 1.0) -> None:
        super().__init__()
        self.outputs, squeezed = outputs, scaled(SQUEEZED, width)
        self.squeeze = NormReluConv(inputs, squeezed, 1)
        self.view = NormReluConv(squeezed, outputs, 3, dilation=rate)

    def forward(self, maps: Tensor) -> Tensor:
        """Return (N, outputs, H, W) for (N, inputs, H, W)."""
        return self.view(self.squeeze(maps))  # (N, 512, H, W) in between

    def fold_norms(self) -> None:
        """Merge the second norm into the first convolution."""
        self.squeeze.conv, self.view.norm = merged(self.squeeze.conv, self.view.norm)


def pool_successively(maps: Tensor) -> list[Tensor]:
    """Return averages at a half, a quarter and an eighth of the resolution, rounded up."""
    levels: list[Tensor] = []
    for _ in range(3):
        maps = functional.avg_pool2d(maps, 2, ceil_mode=True)  # (N, C, H / 2, W / 2)
        levels.append(maps)
    return levels


def pool_in_bins(maps: Tensor) -> list[Tensor]:
    """Return averages over 1x1, 2x2, 3x3 and 6x6 bins of the whole image."""
    return [functional.adaptive_avg_pool2d(maps, bins) for bins in BINS]


POOLS: dict[str, tuple[Callable[[Tensor], list[Tensor]], int]] = {  # pooling, number of levels
    "successive": (pool_successively, 3),
    "psp": (pool_in_bins, len(BINS)),
}


class Pyramid(nn.Module):
    """Spatial pyramid pooling: averages at several scales, concatenated with the maps and blended.

    Args:
        inputs: number of input channels.
        pyramid: type of pyramid: `successive` pools by two, as released, or `psp` bins of the
            whole image.
        enlarge: function that upsamples the levels to the size of the maps.
        width: multiplier of the paper's channels.
    """

    def __init__(self, inputs: int, pyramid: str, *, enlarge: Enlarge, width: float = 1.0) -> None:
        super().__init__()
        self.pool, count = POOLS[pyramid]
        self.enlarge = enlarge
        self.outputs = scaled(PYRAMID, width)
        narrow = self.outputs // count  # 85 or 64
        self.squeeze = NormReluConv(inputs, self.outputs, 1)
        self.levels = nn.ModuleList(NormReluConv(self.outputs, narrow, 1) for _ in range(count))
        self.blend = NormReluConv(self.outputs + count * narrow, self.outputs, 3)

    def forward(self, maps: Tensor) -> Tensor:
        """Return (N, 256, H, W) for (N, inputs, H, W)."""
        maps = self.squeeze(maps)  # (N, 256, H, W)
        pooled = zip(self.levels, self.pool(maps), strict=True)
        levels = [self.enlarge(level(means), maps.shape[-2:]) for level, means in pooled]
        return self.blend(torch.cat([maps, *levels], dim=1))  # input (N, 511 or 512, H, W)
