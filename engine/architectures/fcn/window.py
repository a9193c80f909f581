# SPDX-License-Identifier: GPL-2.0-or-later
"""Windows: the part of the padded image that a network requires for the scores of a core.

The released networks pad the image with a border of 100 zeros. Far inside an image, this border and
most of the surroundings of the core do not influence the scores, so they are skipped, in multiples
of the stride to preserve the alignment of the pools. The scores are the same.

    E. Shelhamer, J. Long, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
    IEEE TPAMI 39(4), 2017; padding as in the authors' release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from torch.nn import functional

if TYPE_CHECKING:
    from torch import Tensor

    from ..core import Core

BORDER_PX = 100


class Span(NamedTuple):
    """Window along one axis.

    Args:
        before: number of zeros added before the image, or of pixels cropped if negative.
        after: number of zeros added after the image, or of pixels cropped if negative.
        core: position of the core, relative to the start of the window plus the border.
    """

    before: int
    after: int
    core: slice


class CoreContext(NamedTuple):
    """Context that a network requires around a core.

    Args:
        border_px: width of the zero border around the image, which replaces padding of the first
            layer.
        need_px: context of a core aligned with the stride; None to read the whole image.
        stride_px: largest stride in pixels.
    """

    border_px: int
    need_px: int | None
    stride_px: int

    def span(self, core: slice, length: int) -> Span:
        """Return the window along an axis of `length` pixels."""
        border, stride = self.border_px, self.stride_px
        if self.need_px is None:
            return Span(border, border, core)
        first = core.start // stride * stride - self.need_px + border
        last = -(-core.stop // stride) * stride + self.need_px + border
        skipped = max(0, first // stride) * stride  # pixels of the padded image
        end = min(length + 2 * border, -(-last // stride) * stride + 2)  # conv1_1 is unpadded
        return Span(
            border - skipped,
            end - border - length,
            slice(core.start - skipped, core.stop - skipped),
        )

    def cut(self, image: Tensor, core: Core) -> tuple[Tensor, Core]:
        """Return the window of an image and the position of the core, relative as in `Span`.

        Args:
            image: images, (N, bands, H, W).
            core: rows and columns to score, both with a start and a stop.
        """
        rows, cols = (
            self.span(line, length) for line, length in zip(core, image.shape[-2:], strict=True)
        )
        margins = (cols.before, cols.after, rows.before, rows.after)
        return functional.pad(image, margins), (rows.core, cols.core)
