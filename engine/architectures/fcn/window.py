# SPDX-License-Identifier: GPL-2.0-or-later
"""The window: what a network must see of its padded image for the scores of a core.

The released networks put a border of 100 zeros around the image. Deep inside an image this border
and most of what lies around the core has no influence on the scores, so it is left out, in steps
of the stride, which keeps the pools where they are. The scores are the same.

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
    """What a network sees along one axis.

    Args:
        before: zeros added before the image, or pixels cut off where negative.
        after: the same behind it.
        core: where the core lies, counted from where the image would begin if it had its border.
    """

    before: int
    after: int
    core: slice


class Surroundings(NamedTuple):
    """What a network needs around a core.

    Args:
        border_px: zeros around the image that the first layer sees without padding.
        need_px: how far an aligned tile looks; None to look at everything.
        stride_px: coarsest stride.
    """

    border_px: int
    need_px: int | None
    stride_px: int

    def span(self, core: slice, length: int) -> Span:
        """Return what to see along an axis of `length` pixels."""
        border, stride = self.border_px, self.stride_px
        if self.need_px is None:
            return Span(border, border, core)
        first = core.start // stride * stride - self.need_px + border
        last = -(-core.stop // stride) * stride + self.need_px + border
        skipped = max(0, first // stride) * stride  # pixels of the padded image
        end = min(length + 2 * border, -(-last // stride) * stride + 2)  # two: conv1_1 has no pads
        return Span(
            border - skipped,
            end - border - length,
            slice(core.start - skipped, core.stop - skipped),
        )

    def cut(self, image: Tensor, core: Core) -> tuple[Tensor, Core]:
        """Return what the network must see, and where the core is, counted as in `Span`.

        Args:
            image: (N, bands, H, W).
            core: rows and columns wanted, each with a start and a stop.
        """
        rows, cols = (
            self.span(line, length) for line, length in zip(core, image.shape[-2:], strict=True)
        )
        margins = (cols.before, cols.after, rows.before, rows.after)
        return functional.pad(image, margins), (rows.core, cols.core)
