# SPDX-License-Identifier: GPL-2.0-or-later
"""Conversion of Caffe's interpolation layers, whose weights are usually bilinear kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from ...architectures.bilinear import bilinear_kernel

if TYPE_CHECKING:
    from torch import Tensor

TOLERANCE = 1e-4


def one_to_one(weight: Tensor) -> Tensor:
    """Return the weights of a transposed convolution as depthwise if it mixes no channels.

    Args:
        weight: weights of the layer, (C, C, k, k).

    Returns:
        Depthwise weights (C, 1, k, k); other weights are returned unchanged.
    """
    if weight.ndim != 4 or weight.shape[0] != weight.shape[1]:
        return weight
    diagonal = torch.eye(len(weight), dtype=torch.bool)
    return weight if weight[~diagonal].any() else weight[diagonal][:, None]


def is_bilinear(weight: Tensor) -> bool:
    """Return whether a transposed convolution is bilinear upsampling of each channel.

    Args:
        weight: weights of the layer, (C, 1, k, k) if depthwise, else (C, C, k, k), k even.
    """
    size = weight.shape[-1]
    if weight.ndim != 4 or size % 2 or weight.shape[-2] != size:
        return False
    channels = weight.shape[0]
    mixing = torch.eye(channels) if weight.shape[1] == channels else torch.ones(channels, 1)
    wanted = mixing[:, :, None, None] * bilinear_kernel(size // 2)
    return wanted.shape == weight.shape and torch.allclose(weight, wanted, atol=TOLERANCE)
