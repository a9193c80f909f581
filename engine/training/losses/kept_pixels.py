# SPDX-License-Identifier: GPL-2.0-or-later
"""Loss sampling: the loss of a random subset of the pixels, each drawn independently.

It gives whole images the sampling of patchwise training. The expected gradient of a summed loss is
the kept share of the full one; the authors use larger batches in return.

    E. Shelhamer, J. Long, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
    TPAMI 2017, Sections 3.4 and 4.4.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ...metrics import IGNORED


def keep_pixels(classes: Tensor, share: float, generator: torch.Generator | None = None) -> Tensor:
    """Return the classes with all but a random share of the pixels set to `IGNORED`.

    Args:
        classes: classes (N, H, W) int64, on the grid of the scores.
        share: probability of keeping a pixel; with 1, nothing is drawn.
        generator: random generator on the CPU; None: torch's default.
    """
    if share == 1:
        return classes
    drawn = torch.rand(classes.shape, generator=generator).to(classes.device)
    return classes.masked_fill(drawn >= share, IGNORED)
