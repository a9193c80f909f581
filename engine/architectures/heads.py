# SPDX-License-Identifier: GPL-2.0-or-later
"""Training heads: main and auxiliary outputs that enter the loss.

A network with an auxiliary loss or a second task has a method `heads`; its `forward` computes only
the scores of the land cover classes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True)
class Head:
    """Output of a network that enters the loss.

    Args:
        name: `main`, `auxiliary` or `geometry`.
        scores: scores of the head, (N, channels, H, W).
        weight: weight of the head's loss in the total loss.
    """

    name: str
    scores: Tensor
    weight: float = 1.0


@runtime_checkable
class ManyHeaded(Protocol):
    """A network with several heads."""

    def heads(self, image: Tensor) -> tuple[Head, ...]:
        """Return all heads for an image (N, bands, H, W), the main one first."""


def training_heads(network: nn.Module, image: Tensor) -> tuple[Head, ...]:
    """Return the heads that enter the loss for images (N, bands, H, W), the main one first."""
    if isinstance(network, ManyHeaded):
        return network.heads(image)
    return (Head("main", network(image)),)
