# SPDX-License-Identifier: GPL-2.0-or-later
"""Unpooling networks: a decoder that mirrors the trunk.

Max unpooling places each value at the position of the maximum; average unpooling, used with average
pooling, spreads it evenly. The release does not contain them: the layout follows Section III-B.

    E. Maggiori, Y. Tarabalka, G. Charpiat, P. Alliez, High-Resolution Aerial Image Labeling with
    Convolutional Neural Networks, IEEE TGRS 55(12), 2017, Section III-B and Fig. 5.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn
from torch.nn import functional

from ..blocks import PAPER, BlockStyle, deconv_block, initialize
from .trunk import WIDTHS, Trunk

if TYPE_CHECKING:
    from collections.abc import Callable


def pool_max(maps: Tensor) -> tuple[Tensor, Tensor]:
    """Return the maximum of each 2x2 cell and its position, both (N, C, H / 2, W / 2)."""
    return functional.max_pool2d(maps, 2, return_indices=True)


def unpool_max(maps: Tensor, places: Tensor) -> Tensor:
    """Return (N, C, 2 H, 2 W): each value at its position, zeros elsewhere."""
    return functional.max_unpool2d(maps, places, [2, 2])


def pool_average(maps: Tensor) -> tuple[Tensor, None]:
    """Return the mean of each 2x2 cell, (N, C, H / 2, W / 2)."""
    return functional.avg_pool2d(maps, 2), None


def unpool_average(maps: Tensor, _: None = None) -> Tensor:
    """Return (N, C, 2 H, 2 W): each value spread over its 2x2 cell, which preserves the sum."""
    return functional.interpolate(maps, scale_factor=2, mode="nearest") / 4


POOLS: dict[str, tuple[Callable[..., Any], Callable[..., Tensor]]] = {
    "max": (pool_max, unpool_max),
    "average": (pool_average, unpool_average),
}


class MaggioriUnpool(nn.Module):
    """Unpooling network: encoder, mirrored decoder and scores at full resolution.

    Args:
        bands: number of input channels.
        classes: number of classes.
        style: settings of batch norms and biases, as in the paper or as in the release.
        kind: type of pooling, `max` or `average`.
        widths: channels of the taps.
        width: multiplier of the paper's channels.
    """

    def __init__(
        self,
        bands: int,
        classes: int,
        style: BlockStyle = PAPER,
        *,
        kind: str = "max",
        widths: tuple[int, ...] = WIDTHS,
        width: float = 1.0,
    ) -> None:
        super().__init__()
        self.pool, self.unpool = POOLS[kind]
        self.trunk = Trunk(bands, style, width, widths=widths)
        self.decoder = nn.ModuleList(
            nn.Sequential(deconv_block(wide, wide, style), deconv_block(wide, narrow, style))
            for wide, narrow in pairwise(reversed(self.trunk.widths))
        )
        self.last = deconv_block(self.trunk.widths[0], self.trunk.widths[0], style)
        self.score = nn.ConvTranspose2d(
            self.trunk.widths[0], classes, 5, stride=2, padding=2, output_padding=1
        )
        initialize(self.score)

    def forward(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H, W) of an image (N, bands, H, W)."""
        maps = self.trunk.stages[0](image)  # (N, 32, H / 2, W / 2)
        places: list[Tensor | None] = []
        for stage in self.trunk.stages[1:]:
            maps, where = self.pool(maps)  # (N, C, h / 2, w / 2)
            places.append(where)
            maps = stage(maps)
        for stage in self.decoder:
            maps = self.unpool(stage(maps), places.pop())  # (N, C, 2 h, 2 w)
        return self.score(self.last(maps))  # (N, classes, H, W)
