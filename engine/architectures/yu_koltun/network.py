# SPDX-License-Identifier: GPL-2.0-or-later
"""Complete network: reflection, front end, optional context module and upsampling.

The receptive field of the front end, which has no padding, extends beyond the image, so the image
is reflected without repeating its edge pixels; one that is smaller than the margin is reflected
repeatedly, as by OpenCV in the authors' release.

    F. Yu, V. Koltun, Multi-Scale Context Aggregation by Dilated Convolutions, ICLR 2016.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ..core import CoreNetwork
from .frontend import MARGIN_PX, STRIDE_PX, FrontEnd
from .upsampling import enlarge_scores, zoom_probabilities

if TYPE_CHECKING:
    from ..core import Core
    from .context import ContextModule


def mirrored(first: int, last: int, length: int) -> Tensor:
    """Return the indices of the reflected pixels at the positions `first` to `last` - 1.

    Args:
        first: first position; negative before the start of the line.
        last: one past the last position.
        length: length of the line in pixels.

    Returns:
        Pixel indices within the line, (last - first,) int64.

    Example:
        >>> mirrored(-3, 5, 3).tolist()
        [1, 2, 1, 0, 1, 2, 1, 0]
    """
    period = max(1, 2 * (length - 1))
    place = torch.arange(first, last).remainder(period)
    return torch.minimum(place, period - place)


def reflected(image: Tensor, rows: tuple[int, int], cols: tuple[int, int]) -> Tensor:
    """Return a window (N, bands, h, w) that may extend beyond its image (N, bands, H, W).

    Args:
        image: images of any size.
        rows: first row and one past the last row; negative above the image.
        cols: first column and one past the last column.
    """
    height, width = image.shape[-2:]
    image = image.index_select(-2, mirrored(*rows, height).to(image.device))
    return image.index_select(-1, mirrored(*cols, width).to(image.device))


class DilatedNetwork(CoreNetwork):
    """Network whose scores are interpolated from cells of eight by eight pixels.

    It computes only the core of a tile; otherwise the front end would reflect the tile at the edge
    of its halo.

    Args:
        bands: number of input channels.
        classes: number of classes.
        context: module that refines the scores of the front end.
        zoom: whether to interpolate probabilities with top-left alignment, as in the released VOC
            network; otherwise scores are interpolated with half-pixel alignment.
        width: multiplier of the paper's channels in the front end.
    """

    def __init__(
        self,
        bands: int,
        classes: int,
        *,
        context: ContextModule | None = None,
        zoom: bool = False,
        width: float = 1.0,
    ) -> None:
        super().__init__()
        self.front_end = FrontEnd(bands, classes, width=width)
        self.context = context
        self.zoom = zoom

    def cells(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H / 8, W / 8), for a loss without interpolation."""
        rows, cols = ((0, length // STRIDE_PX) for length in image.shape[-2:])
        return self._cells(image, rows, cols)

    def forward_core(self, image: Tensor, core: Core) -> Tensor:
        """Return scores (N, classes, h, w) of the core of an image (N, bands, H, W)."""
        (rows, in_rows), (cols, in_cols) = (
            self._span(line, length) for line, length in zip(core, image.shape[-2:], strict=True)
        )
        cells = self._cells(image, rows, cols)
        pixels = zoom_probabilities(cells) if self.zoom else enlarge_scores(cells)
        return pixels[..., in_rows, in_cols]

    def _span(self, line: slice, length: int) -> tuple[tuple[int, int], slice]:
        """Return the cells required for a range of pixels, and its position in their pixels."""
        around = 1 + (self.context.reach if self.context else 0)
        first = max(0, line.start // STRIDE_PX - around)
        last = min(length // STRIDE_PX + int(self.zoom), (line.stop - 1) // STRIDE_PX + 1 + around)
        shift = first * STRIDE_PX
        return (first, last), slice(line.start - shift, line.stop - shift)

    def _cells(self, image: Tensor, rows: tuple[int, int], cols: tuple[int, int]) -> Tensor:
        """Return the cells in ranges of rows and columns, (N, classes, h, w)."""
        (top, bottom), (left, right) = (
            (first * STRIDE_PX - MARGIN_PX, last * STRIDE_PX + MARGIN_PX)
            for first, last in (rows, cols)
        )
        cells = self.front_end(reflected(image, (top, bottom), (left, right)))
        return self.context(cells) if self.context else cells
