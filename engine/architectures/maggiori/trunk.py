# SPDX-License-Identifier: GPL-2.0-or-later
"""Trunk shared by all Maggiori networks: eight convolutions, three pools, four resolutions.

Table I of the paper lists a fourth pool. The total stride of 16 stated there and the released
network imply three, as implemented here.

    E. Maggiori, Y. Tarabalka, G. Charpiat, P. Alliez, High-Resolution Aerial Image Labeling with
    Convolutional Neural Networks, IEEE TGRS 55(12), 2017.
"""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn
from torch.nn import functional

from ..blocks import BlockStyle, conv_block, scaled

STRIDE_PX = 16
WIDTHS = (32, 64, 96, 128)  # channels of the taps f1 .. f4
FACTORS = (1, 2, 4, 8)  # from the taps f1 .. f4 to stride 2, each in one step


class Trunk(nn.Module):
    """Four stages at strides 2, 4, 8 and 16.

    Args:
        bands: number of input channels.
        style: settings of batch norms and biases, as in the paper or as in the release.
        width: multiplier of the paper's channels.
        widths: channels of the taps.
    """

    def __init__(
        self,
        bands: int,
        style: BlockStyle,
        width: float = 1.0,
        *,
        widths: tuple[int, ...] = WIDTHS,
    ) -> None:
        super().__init__()
        self.widths = tuple(scaled(channels, width) for channels in widths)
        self.stages = nn.ModuleList(
            nn.Sequential(
                conv_block(inputs, outputs, style)
                if stage
                else conv_block(bands, outputs, style, kernel=5, stride=2),
                conv_block(outputs, outputs, style),
            )
            for stage, (inputs, outputs) in enumerate(pairwise((bands, *self.widths)))
        )

    def forward(self, image: Tensor) -> list[Tensor]:
        """Return the taps f1 .. f4 of an image (N, bands, H, W)."""
        maps = image
        taps: list[Tensor] = []
        for stage in self.stages:
            if taps:
                maps = functional.max_pool2d(maps, 2)  # (N, C, H / 2, W / 2)
            maps = stage(maps)
            taps.append(maps)
        return taps  # f1 (N, 32, H / 2, W / 2) .. f4 (N, 128, H / 16, W / 16)
