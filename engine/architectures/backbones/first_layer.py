# SPDX-License-Identifier: GPL-2.0-or-later
"""Extension of a pretrained RGB first layer to more bands.

The filter of a new band is initialized to the mean of the color filters: the band then acts like a
gray image, and the responses to the colors are preserved.

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
        weight: weights of the first layer, (O, 3, k, k).
        bands: number of bands of the new layer, at least three.

    Returns:
        Weights (O, bands, k, k): the three color filters, then their mean for each other band.

    Raises:
        ValueError: if the weights do not have three input channels, or `bands` is less than three.
    """
    if weight.shape[1] != COLORS or bands < COLORS:
        raise ValueError(f"Cannot widen a first layer of {weight.shape[1]} bands to {bands}.")
    mean = weight.mean(dim=1, keepdim=True)  # (O, 1, k, k)
    return torch.cat([weight, mean.expand(-1, bands - COLORS, -1, -1)], dim=1)
