# SPDX-License-Identifier: GPL-2.0-or-later
"""Upsampling of cells by eight, in the two variants of the authors' releases.

Half-pixel alignment does not shift the result. The other variant shifts it by half a cell to the
top left and needs one more row and one more column of cells.

    F. Yu, V. Koltun, Multi-Scale Context Aggregation by Dilated Convolutions, ICLR 2016; the paper
    does not specify the variant. The released networks: https://github.com/fyu/dilation
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from .frontend import STRIDE_PX


def enlarge_scores(cells: Tensor) -> Tensor:
    """Return scores (N, C, 8 h, 8 w) of cells (N, C, h, w), with half-pixel alignment."""
    return functional.interpolate(
        cells, scale_factor=STRIDE_PX, mode="bilinear", align_corners=False
    )


def zoom_probabilities(cells: Tensor) -> Tensor:
    """Return scores (N, C, 8 h, 8 w) of cells (N, C, h + 1, w + 1), with top-left alignment.

    Probabilities are interpolated; the scores are their logarithms, so that softmax returns these
    probabilities.
    """
    probabilities = cells.softmax(1)
    height, width = ((cells_on_line - 1) * STRIDE_PX for cells_on_line in cells.shape[-2:])
    large = functional.interpolate(
        probabilities, size=(height + 1, width + 1), mode="bilinear", align_corners=True
    )[..., :height, :width]  # position p lies at cell p / 8
    return large.clamp_min(torch.finfo(large.dtype).tiny).log()
