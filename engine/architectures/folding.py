# SPDX-License-Identifier: GPL-2.0-or-later
"""Folding of batch norms: the same scores with fewer operations, for inference only.

A batch norm in evaluation mode is a scale and a shift, so it can be merged into the preceding
convolution. A folded network takes the core to score and may skip computations outside it.
"""

from __future__ import annotations

import copy
from typing import Protocol, runtime_checkable

from torch import Tensor, nn

from .core import Core, whole


@runtime_checkable
class Foldable(Protocol):
    """A module that can merge its batch norms into its convolutions (in evaluation mode)."""

    def fold_norms(self) -> None:
        """Merge the batch norms; the outputs stay the same up to rounding."""


@runtime_checkable
class Accelerable(Protocol):
    """A network that can compute the same scores faster than with its forward pass."""

    def fast_form(self) -> nn.Module:
        """Return the faster module, called with an image and a core, once norms are merged."""


class Folded(nn.Module):
    """A network without batch norms that returns the scores of a core."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor, core: Core | None = None) -> Tensor:
        """Return scores (N, classes, h, w) of the core of an image (N, bands, H, W)."""
        rows, cols = core or whole(image)
        return self.network(image)[..., rows, cols]


def fold(network: nn.Module) -> nn.Module:
    """Return an inference network with the same scores up to rounding.

    It is called as `folded(image, core=None)`, where `core` gives the rows and columns to score
    as two slices with a start and a stop. `network` is not modified.
    """
    folded = copy.deepcopy(network).eval().requires_grad_(False)
    for module in list(folded.modules()):
        if isinstance(module, Foldable):
            module.fold_norms()
    return fast_form(folded)


def fast_form(network: nn.Module) -> nn.Module:
    """Return the inference form of a network with merged norms; the weights are shared."""
    return network.fast_form() if isinstance(network, Accelerable) else Folded(network)
