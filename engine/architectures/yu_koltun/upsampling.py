# SPDX-License-Identifier: GPL-2.0-or-later
"""From cells to pixels: the two ways in which the authors' releases enlarge by eight.

Half-pixel alignment keeps the picture where it is. The other way lies half a cell to the top left
of it, and needs one more row and one more column of cells.

    F. Yu, V. Koltun, Multi-Scale Context Aggregation by Dilated Convolutions, ICLR 2016; the paper
    does not say how. The released networks: https://github.com/fyu/dilation
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from .frontend import STRIDE_PX


def enlarge_scores(cells: Tensor) -> Tensor:
    """Return scores (N, C, 8 h, 8 w) of cells (N, C, h, w), pixel centers aligned."""
    return functional.interpolate(
        cells, scale_factor=STRIDE_PX, mode="bilinear", align_corners=False
    )


def zoom_probabilities(cells: Tensor) -> Tensor:
    """Return scores (N, C, 8 h, 8 w) of cells (N, C, h + 1, w + 1), top-left corners aligned.

    Probabilities are interpolated; the scores are their logarithms, so that a softmax gives
    these probabilities.
    """
    probabilities = cells.softmax(1)
    height, width = ((cells_on_line - 1) * STRIDE_PX for cells_on_line in cells.shape[-2:])
    large = functional.interpolate(
        probabilities, size=(height + 1, width + 1), mode="bilinear", align_corners=True
    )[..., :height, :width]  # position p lies at cell p / 8
    return large.clamp_min(torch.finfo(large.dtype).tiny).log()
