# SPDX-License-Identifier: GPL-2.0-or-later
"""Loss sampling: the loss looks at some pixels of the scores only, each drawn by itself.

It does with whole images what training on patches does. The expected gradient of a summed loss is
the share times the full one, so the authors feed more images in turn.

    E. Shelhamer, J. Long, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
    TPAMI 2017, Sections 3.4 and 4.4.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ...metrics import IGNORED


def keep_pixels(classes: Tensor, share: float, generator: torch.Generator | None = None) -> Tensor:
    """Return the classes, unknown but for a share of the pixels.

    Args:
        classes: (N, H, W) int64, on the grid of the scores that the loss compares them with.
        share: probability of each pixel to be kept; 1 changes nothing and draws nothing.
        generator: draws on the processor; None: that of torch.
    """
    if share == 1:
        return classes
    drawn = torch.rand(classes.shape, generator=generator).to(classes.device)
    return classes.masked_fill(drawn >= share, IGNORED)
