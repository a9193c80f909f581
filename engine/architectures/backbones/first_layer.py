# SPDX-License-Identifier: GPL-2.0-or-later
"""The first layer of a backbone, made for other channels than the colors it was trained on.

E. Shelhamer, J. Long, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
TPAMI 39(4), 2017, Section 5: early fusion of color and depth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import Tensor


def widen_first_layer(weight: Tensor, bands: int) -> Tensor:
    """Return weights for more channels; each one added gets the mean of the trained ones.

    Args:
        weight: (outputs, colors, k, k) of a trained first layer.
        bands: channels wanted, at least as many as there are colors.

    Returns:
        Weights (outputs, bands, k, k), the colors first.
    """
    added = bands - weight.shape[1]
    mean = weight.mean(dim=1, keepdim=True).expand(-1, added, -1, -1)
    return torch.cat([weight, mean], dim=1)
