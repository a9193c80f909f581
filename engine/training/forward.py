# SPDX-License-Identifier: GPL-2.0-or-later
"""Forward pass of a training step: all heads of a network that enter the loss."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import torch
from torch import nn

from ..architectures.crf.rnn import CrfRnn
from ..architectures.heads import Head, training_heads
from .losses import heads_at
from .processes import Processes
from .recomputing import recomputed

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

SINGLE_PROCESS = Processes()


@dataclass(frozen=True)
class Means:
    """How a step is computed; apart from rounding, the result does not depend on it.

    Args:
        half_precise: whether scores are computed in bfloat16 where that is precise enough.
        recompute: whether activations are recomputed instead of stored.
        processes: processes that share the work.
    """

    half_precise: bool = False
    recompute: bool = False
    processes: Processes = SINGLE_PROCESS


PLAIN = Means()


@runtime_checkable
class HasCells(Protocol):
    """Network that can return its scores before they are upsampled."""

    def cells(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H / cell, W / cell) for images (N, bands, H, W)."""


class Heads(nn.Module):
    """Module whose forward pass returns all heads of a network, for the loss.

    Args:
        network: network in training mode.
        heads_of: function that returns the heads of the network for images.
        means: how the forward pass is computed.
    """

    def __init__(
        self,
        network: nn.Module,
        heads_of: Callable[[nn.Module, Tensor], tuple[Head, ...]] = training_heads,
        means: Means = PLAIN,
    ) -> None:
        super().__init__()
        self.network = network
        self._heads_of, self._means = heads_of, means
        # CRF-RNN sums too many small numbers for the 8 bits of precision of bfloat16.
        is_exact = any(isinstance(module, CrfRnn) for module in network.modules())
        self._half_precise = means.half_precise and not is_exact

    def forward(self, images: Tensor, cells: Tensor | None = None) -> tuple[Head, ...]:
        """Return all heads for images (N, bands, H, W), at all pixels or at drawn cells."""
        with ExitStack() as by:
            if self._half_precise:
                by.enter_context(torch.autocast(images.device.type, torch.bfloat16))
            if self._means.recompute:
                by.enter_context(recomputed(self.network))
            if cells is not None:
                return heads_at(self.network, images, cells)
            return self._heads_of(self.network, images)


def cell_heads(network: nn.Module, images: Tensor) -> tuple[Head, ...]:
    """Return the scores of a network before upsampling as its only head.

    Raises:
        TypeError: if the network cannot return its scores before upsampling.
    """
    if not isinstance(network, HasCells):
        raise TypeError(f"{type(network).__name__} cannot return its scores before upsampling.")
    return (Head("main", network.cells(images)),)
