# SPDX-License-Identifier: GPL-2.0-or-later
"""Head: scores of a coarse tap, refined by those of finer ones and upsampled to pixels.

Adding the scores of all taps equals scoring the concatenated taps, but is cheaper. Before each sum,
the coarse scores are upsampled by two, optionally with learned weights; the last upsampling is
fixed.

    E. Shelhamer, J. Long, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
    IEEE TPAMI 39(4), 2017, Section 4.3, Fig. 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn

from ..bilinear import BilinearUpsample, LearnedUpsample
from ..blocks import initialize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..core import Core
    from .alignment import Cells
    from .features import Tap


UNIT_SCALES = (1.0, 1.0, 1.0)  # scales of the taps


class ScoreLayer(nn.Conv2d):
    """1x1 convolution of maps multiplied by a constant.

    The weights are initialized randomly. The paper initializes them to zero on top of a pretrained
    classifier, see `fcn.staging.zero_scores`; on top of random layers, zeros would block their
    gradients in the first step.

    Args:
        inputs: number of input channels.
        outputs: number of classes.
        scale: constant factor of the maps.
    """

    def __init__(self, inputs: int, outputs: int, scale: float = 1.0) -> None:
        super().__init__(inputs, outputs, 1)
        self.scale = scale
        initialize(self)

    def forward(self, maps: Tensor) -> Tensor:
        """Return scores (N, outputs, h, w) of maps (N, inputs, h, w)."""
        weight = self.weight if self.scale == 1 else self.weight * self.scale
        return self._conv_forward(maps, weight, self.bias)

    def fold_norms(self) -> None:
        """Merge the constant into the weights."""
        self.weight.data.mul_(self.scale)
        self.scale = 1.0


class ToPixels(nn.Module):
    """Fixed bilinear interpolation from cells to pixels.

    Args:
        cells: alignment of the cells, which determines the kernel size.
    """

    def __init__(self, cells: Cells) -> None:
        super().__init__()
        factor = round(cells.stride)
        kernel = 2 * factor - (cells.shift == round(cells.shift))
        self.upsample = BilinearUpsample(factor, kernel=kernel, padding=0)
        self.crop = round(-cells.enlarged(kernel, stride=factor).shift)  # position of pixel 0

    def forward(self, scores: Tensor, core: Core) -> Tensor:
        """Return the scores (N, classes, h, w) of a core, given the scores of all cells."""
        rows, cols = (slice(line.start + self.crop, line.stop + self.crop) for line in core)
        return self.upsample(scores)[..., rows, cols]


class SkipHead(nn.Module):
    """Head with one score layer per tap and upsampling by two between them.

    Args:
        taps: taps from coarse to fine, each with half the stride of the preceding one.
        classes: number of classes.
        learned: whether the upsampling, initialized to bilinear, is trained.
        scales: constant factors of the taps.
    """

    def __init__(
        self,
        taps: Sequence[Tap],
        classes: int,
        *,
        learned: bool = True,
        scales: Sequence[float] = UNIT_SCALES,
    ) -> None:
        super().__init__()
        self.scores = nn.ModuleList(
            ScoreLayer(tap.channels, classes, scale)
            for tap, scale in zip(taps, scales[: len(taps)], strict=True)
        )
        self.doublings = nn.ModuleList()
        self.crops: list[int] = []  # crop offsets of the finer taps, in cells
        cells = taps[0].cells
        for tap in taps[1:]:
            offset = cells.enlarged(4, stride=2).offset_in(tap.cells)
            padding = max(0, -offset)
            self.doublings.append(
                LearnedUpsample(classes, 2, padding=padding)
                if learned
                else BilinearUpsample(2, padding=padding)
            )
            self.crops.append(max(0, offset))
            cells = cells.enlarged(4, stride=2, padding=padding)
        self.to_pixels = ToPixels(cells)

    def forward(self, maps: Sequence[Tensor], core: Core) -> Tensor:
        """Return scores (N, classes, h, w) of a core, given the maps of the taps."""
        return self.to_pixels(self.cells(maps), core)

    def cells(self, maps: Sequence[Tensor]) -> Tensor:
        """Return the scores of all cells of the finest tap that the coarser ones cover."""
        coarsest, *finer = (score(each) for score, each in zip(self.scores, maps, strict=True))
        total = coarsest  # (N, classes, h, w)
        for doubling, crop, scores in zip(self.doublings, self.crops, finer, strict=True):
            total = doubling(total)  # (N, classes, 2 h + 2, 2 w + 2), or without the border
            rows, cols = (slice(crop, crop + length) for length in total.shape[-2:])
            total = total + scores[..., rows, cols]
        return total
