# SPDX-License-Identifier: GPL-2.0-or-later
"""Test-time augmentation: scores averaged over turned copies of the image.

A network that was trained on turned patches still scores an object a little differently in each
orientation, and the mean of several is closer to the truth.

    A. Krizhevsky, I. Sutskever, G. E. Hinton, ImageNet Classification with Deep Convolutional
    Neural Networks, NIPS 2012, which averages over crops and their reflections.
    F. Isensee et al., nnU-Net, Nature Methods 18, 2021, which mirrors along all axes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from ..protocol import check_averaged_turns

if TYPE_CHECKING:
    from .core import Core

QUARTERS = 4  # quarter turns of a full one


class AveragedTurns(nn.Module):
    """Network whose log-probabilities are averaged over turned copies of the image.

    Args:
        network: network whose scores are logits; a core can be given only if it is folded.
        turns: number of evenly spaced orientations: 1, 2 (half turns) or 4 (quarter turns).

    Raises:
        ValueError: if the number of orientations is another one.
    """

    def __init__(self, network: nn.Module, turns: int) -> None:
        super().__init__()
        check_averaged_turns(turns)
        self.network = network
        self._quarters = range(0, QUARTERS, QUARTERS // turns)

    def forward(self, image: Tensor, core: Core | None = None) -> Tensor:
        """Return scores (N, classes, h, w) of the core of an image (N, bands, H, W)."""
        total = self._turned_back(image, core, self._quarters[0])
        for quarters in self._quarters[1:]:
            total += self._turned_back(image, core, quarters)
        return total / len(self._quarters)

    def _turned_back(self, image: Tensor, core: Core | None, quarters: int) -> Tensor:
        """Return the log-probabilities of the image turned by some quarters, turned back."""
        turned = torch.rot90(image, quarters, (2, 3))
        turned = turned.contiguous(memory_format=torch.channels_last)
        if core is None:
            scores = self.network(turned)
        else:
            scores = self.network(turned, turned_core(core, image, quarters))
        return torch.rot90(scores.log_softmax(1), -quarters, (2, 3))


def averaged(network: nn.Module, turns: int) -> nn.Module:
    """Return the network with its scores averaged over orientations, or as it is for one.

    Args:
        network: network whose scores are logits.
        turns: number of evenly spaced orientations; see `AveragedTurns`.
    """
    return AveragedTurns(network, turns) if turns != 1 else network


def turned_core(core: Core, image: Tensor, quarters: int) -> Core:
    """Return the rows and columns of a core after its image was turned by some quarters.

    Args:
        core: rows and columns of the core.
        image: image (N, bands, H, W) before the turn.
        quarters: number of counterclockwise quarter turns, as of `torch.rot90`.
    """
    rows, cols = core
    height, width = image.shape[-2:]
    for _ in range(quarters):
        rows, cols = slice(width - cols.stop, width - cols.start), rows
        height, width = width, height
    return rows, cols
