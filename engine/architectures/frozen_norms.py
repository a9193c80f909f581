# SPDX-License-Identifier: GPL-2.0-or-later
"""Frozen batch norm: running statistics are used and kept unchanged during training.

A batch of one or two large images is too small to estimate statistics from, so fine-tuning at full
resolution can keep the statistics of the preceding training.

    I. Kreso, S. Segvic, J. Krapac, Ladder-Style DenseNets for Semantic Segmentation of Large
    Natural Images, ICCV Workshops 2017, Table 4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

if TYPE_CHECKING:
    from typing import Self


class FrozenNorm(nn.BatchNorm2d):
    """A batch norm that stays in evaluation mode.

    Args:
        norm: batch norm to replace. Both share their tensors, so an optimizer created before
            stays valid.
    """

    def __init__(self, norm: nn.BatchNorm2d) -> None:
        super().__init__(norm.num_features, norm.eps, norm.momentum, norm.affine)
        self.weight, self.bias = norm.weight, norm.bias
        for name, statistic in norm.named_buffers():
            self.register_buffer(name, statistic)
        self.eval()

    def train(self, mode: bool = True) -> Self:
        """Ignore `mode` and stay in evaluation mode."""
        return super().train(mode and self.training)


def freeze_norms(network: nn.Module, *, affine_too: bool = False) -> None:
    """Replace every batch norm of a network by a frozen one.

    The names and the number of parameters stay the same.

    Args:
        network: network, modified in place.
        affine_too: whether to freeze scales and shifts too, as in the authors' release.
    """
    norms = [
        (path, module)
        for path, module in network.named_modules()
        if isinstance(module, nn.BatchNorm2d)
    ]
    for path, norm in norms:
        network.set_submodule(path, FrozenNorm(norm))
        if affine_too:
            norm.requires_grad_(requires_grad=False)
