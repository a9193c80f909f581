# SPDX-License-Identifier: GPL-2.0-or-later
"""Transition up: combines coarse semantic maps with fine detailed maps.

It consists of one projection, one concatenation and one 3x3 convolution.

    I. Kreso, S. Segvic, J. Krapac, Ladder-Style DenseNets for Semantic Segmentation of Large
    Natural Images, ICCV Workshops 2017, Section 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from ..pre_activation import NormReluConv

if TYPE_CHECKING:
    from ..interpolation import Enlarge


class TransitionUp(nn.Module):
    """Transition up of the paper: fine maps are projected to the channels of the coarse ones.

    Args:
        inputs: channels of the coarse maps.
        fine: channels of the fine maps.
        outputs: number of output channels.
        enlarge: function that upsamples the coarse maps to the size of the fine ones.
    """

    def __init__(self, inputs: int, fine: int, outputs: int, enlarge: Enlarge) -> None:
        super().__init__()
        self.enlarge, self.outputs = enlarge, outputs
        self.project = NormReluConv(fine, inputs, 1)
        self.blend = NormReluConv(2 * inputs, outputs, 3)

    def forward(self, coarse: Tensor, fine: Tensor) -> Tensor:
        """Return (N, outputs, H, W) for coarse (N, inputs, h, w) and fine maps (N, fine, H, W)."""
        large = self.enlarge(coarse, fine.shape[-2:])  # (N, inputs, H, W)
        return self.blend(torch.cat([large, self.project(fine)], dim=1))


class TransitionUpReleased(nn.Module):
    """Transition up of the released ResNet: upsampled maps are projected instead of fine ones.

    Args:
        inputs: channels of the coarse maps.
        fine: channels of the fine maps.
        outputs: number of output channels.
        enlarge: function that upsamples the coarse maps to the size of the fine ones.
    """

    def __init__(self, inputs: int, fine: int, outputs: int, enlarge: Enlarge) -> None:
        super().__init__()
        self.enlarge, self.outputs = enlarge, outputs
        self.project = NormReluConv(inputs, inputs, 1)
        self.blend = NormReluConv(inputs + fine, outputs, 3)

    def forward(self, coarse: Tensor, fine: Tensor) -> Tensor:
        """Return (N, outputs, H, W) for coarse (N, inputs, h, w) and fine maps (N, fine, H, W)."""
        large = self.enlarge(coarse, fine.shape[-2:])  # (N, inputs, H, W)
        return self.blend(torch.cat([self.project(large), fine], dim=1))
