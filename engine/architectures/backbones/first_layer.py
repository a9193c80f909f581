# SPDX-License-Identifier: GPL-2.0-or-later
"""The first layer of a classifier of colors, made to read more bands.

A new band starts with the mean of the color filters: the network then sees it as it sees gray, and
keeps its answers about the colors.

    E. Shelhamer, J. Long, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
    IEEE TPAMI 39(4), 2017, Section 5; as in the authors' release.
"""

from __future__ import annotations

import torch
from torch import Tensor

COLORS = 3


def widen_first_layer(weight: Tensor, bands: int) -> Tensor:
    """Return the weights of a first layer for more bands than three.

    Args:
        weight: (O, 3, k, k).
        bands: of the new layer, at least three.

    Returns:
        (O, bands, k, k): the three color filters, then their mean for each other band.

    Raises:
        ValueError: the weights are not of three colors, or there is nothing to widen.
    """
    if weight.shape[1] != COLORS or bands < COLORS:
        raise ValueError(f"Cannot widen a first layer of {weight.shape[1]} bands to {bands}.")
    mean = weight.mean(dim=1, keepdim=True)  # (O, 1, k, k)
    return torch.cat([weight, mean.expand(-1, bands - COLORS, -1, -1)], dim=1)
