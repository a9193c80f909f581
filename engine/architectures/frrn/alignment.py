# SPDX-License-Identifier: GPL-2.0-or-later
"""Alignment: where the pixels of a map lie after bilinear doubling.

The paper says "bilinear interpolation" and no more, and reimplementations differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Callable


def _by_half_pixels(maps: Tensor) -> Tensor:
    """Keep the centers of pixels where they are; the outermost pixels extend outwards."""
    return functional.interpolate(maps, scale_factor=2, mode="bilinear", align_corners=False)


def _by_top_left(maps: Tensor) -> Tensor:
    """Put pixel i at 2 i, the mean of two neighbors between them; as tf-frrn does."""
    height, width = maps.shape[-2:]
    extended = functional.pad(maps, (0, 1, 0, 1), mode="replicate")  # (N, C, h + 1, w + 1)
    size = (2 * height + 1, 2 * width + 1)
    large = functional.interpolate(extended, size, mode="bilinear", align_corners=True)
    return large[..., :-1, :-1]  # (N, C, 2 h, 2 w)


def _by_corners(maps: Tensor) -> Tensor:
    """Keep the corners of the map; as pytorch-semseg does. The scale depends on the size."""
    return functional.interpolate(maps, scale_factor=2, mode="bilinear", align_corners=True)


ALIGNMENTS: dict[str, Callable[[Tensor], Tensor]] = {
    "half-pixel": _by_half_pixels,
    "top-left": _by_top_left,
    "corners": _by_corners,
}


class BilinearDouble(nn.Module):
    """Double H and W.

    Args:
        alignment: a name of `ALIGNMENTS`.
    """

    def __init__(self, alignment: str) -> None:
        super().__init__()
        self.enlarge = ALIGNMENTS[alignment]

    def forward(self, maps: Tensor) -> Tensor:
        """Return (N, C, 2 h, 2 w) for (N, C, h, w)."""
        return self.enlarge(maps)
