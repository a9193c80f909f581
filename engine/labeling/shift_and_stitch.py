# SPDX-License-Identifier: GPL-2.0-or-later
"""Shift-and-stitch: dense scores from a network that scores every f-th pixel.

A network of total stride f runs f x f times, each time on the image shifted by another number of
pixels, and the coarse scores are interlaced instead of interpolated. The result equals that of the
network with all strides set to one and all later layers dilated accordingly. It needs no other
network, but f x f times the computation.

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
    """Protocol of a network whose scores come from a single map of its coarsest stride f."""

    def coarse_scores(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H / f, W / f) of an image (N, bands, H, W)."""


class ShiftAndStitch(nn.Module):
    """Wrapper that computes dense scores of a network by shift-and-stitch.

    It is folded and tiled like any other network. Tile edges must be multiples of the same stride.
    A tile needs no larger halo than with interpolation: a pixel depends on the receptive field of
    one cell of the coarse map, and not on neighboring cells. For the base FCN of Maggiori et al.
    that is 67 pixels on each side, so a halo of 80 is enough.

    Args:
        network: network with a method `coarse_scores`.
        stride_px: stride of the coarse scores and of the network: no layer may be coarser.
        center_px: position of the first coarse score; see `stitched_scores`.
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
            image: image whose H and W are multiples of the stride.
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
    """Return scores of every pixel from those of every `stride_px`-th pixel.

    Shifted images keep their size and are padded with zeros. The first coarse score is unchanged
    at (center_px, center_px), the others at steps of `stride_px` from there.

    Args:
        coarse_scores: function from an image to scores (N, classes, h, w); shifting the image by
            `stride_px` pixels must shift the scores by one cell.
        image: (N, bands, H, W).
        stride_px: distance f between coarse scores in pixels.
        center_px: row and column of the pixel of the first coarse score, 0 .. f - 1; None:
            (f - 1) // 2, the middle of f pixels, for a network that pads its maps so that
            h = H / f. Use 0 for a network without padding, whose first scored pixel is the origin.

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
