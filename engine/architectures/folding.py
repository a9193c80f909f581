# SPDX-License-Identifier: GPL-2.0-or-later
"""Folding: the same scores with less work, for inference only.

A batch norm in evaluation mode is a scale and a shift, so it merges into the convolution before.
A folded network is told which part of its image is wanted, and leaves out what it can of the rest.
"""

from __future__ import annotations

import copy
from typing import Protocol, runtime_checkable

from torch import Tensor, nn

from .core import Core, whole


@runtime_checkable
class Foldable(Protocol):
    """A module that can merge its batch norms, in evaluation mode, into its convolutions."""

    def fold_norms(self) -> None:
        """Merge them; the module's scores stay the same up to rounding."""


@runtime_checkable
class Accelerable(Protocol):
    """A network with a faster way to the same scores than its own forward pass."""

    def fast_form(self) -> nn.Module:
        """Return it, called with an image and a core; the batch norms are merged already."""


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

    It is called as `folded(image, core=None)`, where `core` is the rows and columns wanted as
    two slices with a start and a stop. `network` is left as it is.
    """
    folded = copy.deepcopy(network).eval().requires_grad_(False)
    for module in list(folded.modules()):
        if isinstance(module, Foldable):
            module.fold_norms()
    return fast_form(folded)


def fast_form(network: nn.Module) -> nn.Module:
    """Return the inference network of one whose batch norms are merged; the weights are shared."""
    return network.fast_form() if isinstance(network, Accelerable) else Folded(network)
