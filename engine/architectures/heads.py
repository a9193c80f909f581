# SPDX-License-Identifier: GPL-2.0-or-later
"""Heads: what a network is trained on, where that is more than the scores it labels with.

A network with an auxiliary loss or a second task has a method `heads`. Its `forward` computes the
scores of the land classes alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True)
class Head:
    """Scores that a loss looks at.

    Args:
        name: `main`, or what else is learned: `auxiliary`, `geometry`.
        scores: (N, channels, H, W).
        weight: of the head's loss in the sum.
    """

    name: str
    scores: Tensor
    weight: float = 1.0


@runtime_checkable
class ManyHeaded(Protocol):
    """A network with more than one head."""

    def heads(self, image: Tensor) -> tuple[Head, ...]:
        """Return all heads for an image (N, bands, H, W), the main one first."""


def training_heads(network: nn.Module, image: Tensor) -> tuple[Head, ...]:
    """Return what a loss looks at, for images (N, bands, H, W), the main head first."""
    if isinstance(network, ManyHeaded):
        return network.heads(image)
    return (Head("main", network(image)),)
