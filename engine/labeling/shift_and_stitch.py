# SPDX-License-Identifier: GPL-2.0-or-later
"""Shift and stitch: a score of its own for every pixel, from a network that scores every f-th.

A network of total stride f runs f x f times, each time on the image shifted by another number of
pixels, and the coarse scores interlace. Nothing is interpolated. The result is what the network
would compute with all strides set to one and all later layers dilated by what was taken away; it
needs no other network, but f x f times the work.

    J. Long, E. Shelhamer, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
    CVPR 2015, Section 3.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from torch import Tensor, nn
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Callable


class CoarselyScoring(Protocol):
    """A network whose scores all come from one map of its coarsest stride f."""

    def coarse_scores(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H / f, W / f) of an image (N, bands, H, W)."""


class ShiftAndStitch(nn.Module):
    """A network that scores every pixel by shifting and stitching, in place of interpolation.

    It is folded, tiled and labeled with like any other network. Tile edges must lie on multiples
    of the same stride. A tile needs no more halo than a network that interpolates: a pixel
    depends on what one cell of the coarse map sees, and not on neighboring cells. For the base
    FCN of Maggiori et al. these are 67 pixels on each side, so that 80 are enough.

    Args:
        network: has a method `coarse_scores`.
        stride_px: of the coarse scores, and of the network: no layer may be coarser.
        center_px: as for `stitched_scores`.
    """

    def __init__(self, network: nn.Module, stride_px: int, center_px: int | None = None) -> None:
        super().__init__()
        if not callable(getattr(network, "coarse_scores", None)):
            raise TypeError(f"{type(network).__name__} has no coarse scores to stitch.")
        self.network = network
        self.stride_px, self.center_px = stride_px, center_px

    def forward(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H, W) of an image (N, bands, H, W).

        Args:
            image: H and W are multiples of the stride.
        """
        network: CoarselyScoring = self.network  # type: ignore[assignment]
        scores = stitched_scores(network.coarse_scores, image, self.stride_px, self.center_px)
        return scores[..., : image.shape[2], : image.shape[3]]


def stitched_scores(
    coarse_scores: Callable[[Tensor], Tensor],
    image: Tensor,
    stride_px: int,
    center_px: int | None = None,
) -> Tensor:
    """Return scores for every pixel from those for every `stride_px`-th.

    Shifted images keep their size; what comes in at an edge is zero. The first of the coarse
    scores is found unchanged at (center_px, center_px), the others every `stride_px` from there.

    Args:
        coarse_scores: makes scores (N, classes, h, w) of an image; moved by `stride_px` pixels,
            the same image must give the same scores one cell further.
        image: (N, bands, H, W).
        stride_px: f, pixels between coarse scores.
        center_px: the row and column of the pixel that the first coarse score is about, 0 .. f - 1;
            None: (f - 1) // 2, in the middle of f pixels, for a network that pads its maps so that
            h = H / f. For one without padding, 0: pixels are counted from the first that is
            scored.

    Returns:
        Scores (N, classes, f h, f w).
    """
    before = (stride_px - 1) // 2 if center_px is None else center_px
    after = stride_px - 1 - before
    height, width = image.shape[-2:]
    canvas = functional.pad(image, (before, after, before, after))  # (N, bands, H + f - 1, ...)
    stitched: Tensor | None = None
    for row in range(stride_px):
        for col in range(stride_px):
            shifted = canvas[..., row : row + height, col : col + width]
            coarse = coarse_scores(shifted)  # (N, classes, h, w)
            if stitched is None:
                images, classes, high, wide = coarse.shape
                stitched = coarse.new_empty(images, classes, high * stride_px, wide * stride_px)
            stitched[..., row::stride_px, col::stride_px] = coarse
    if stitched is None:
        raise ValueError(f"The stride is {stride_px} pixels; it must be at least one.")
    return stitched
