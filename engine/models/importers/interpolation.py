# SPDX-License-Identifier: GPL-2.0-or-later
"""Interpolation in Caffe is a layer with weights; here it is a function, if they are bilinear."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from ...architectures.bilinear import bilinear_kernel

if TYPE_CHECKING:
    from torch import Tensor

TOLERANCE = 1e-4


def one_to_one(weight: Tensor) -> Tensor:
    """Return the kernels of a transposed convolution that mixes no channels.

    Args:
        weight: (C, C, k, k).

    Returns:
        (C, 1, k, k); any other weights as they are.
    """
    if weight.ndim != 4 or weight.shape[0] != weight.shape[1]:
        return weight
    diagonal = torch.eye(len(weight), dtype=torch.bool)
    return weight if weight[~diagonal].any() else weight[diagonal][:, None]


def is_bilinear(weight: Tensor) -> bool:
    """Say whether a transposed convolution does nothing but enlarge each channel bilinearly.

    Args:
        weight: (C, 1, k, k) of one with a kernel for each channel, or (C, C, k, k), k even.
    """
    size = weight.shape[-1]
    if weight.ndim != 4 or size % 2 or weight.shape[-2] != size:
        return False
    channels = weight.shape[0]
    mixing = torch.eye(channels) if weight.shape[1] == channels else torch.ones(channels, 1)
    wanted = mixing[:, :, None, None] * bilinear_kernel(size // 2)
    return wanted.shape == weight.shape and torch.allclose(weight, wanted, atol=TOLERANCE)
