# SPDX-License-Identifier: GPL-2.0-or-later
"""Frozen batch norm: running statistics are used and kept, in training too.

A batch of one or two large images is too small to estimate statistics from. Fine-tuning at full
resolution can therefore keep those of the training before.

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
        norm: the one it stands for. They share their tensors, so an optimizer that has them
            keeps them.
    """

    def __init__(self, norm: nn.BatchNorm2d) -> None:
        super().__init__(norm.num_features, norm.eps, norm.momentum, norm.affine)
        self.weight, self.bias = norm.weight, norm.bias
        for name, statistic in norm.named_buffers():
            self.register_buffer(name, statistic)
        self.eval()

    def train(self, mode: bool = True) -> Self:
        """Stay in evaluation mode, whatever the mode asked for."""
        return super().train(mode and self.training)


def freeze_norms(network: nn.Module, *, affine_too: bool = False) -> None:
    """Replace every batch norm of a network by one that `network.train()` does not wake.

    Names and number of the parameters stay the same.

    Args:
        network: is changed in place.
        affine_too: scales and shifts do not learn either, as in the authors' release.
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
