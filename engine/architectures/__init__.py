# SPDX-License-Identifier: GPL-2.0-or-later
"""Architectures: one builder for each row of the catalog, one folder for each paper.

Every network maps images (N, bands, H, W) float32, H and W multiples of its stride, to scores
(N, classes, H, W). Softmax over the classes gives probabilities.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ..protocol import row_named
from . import fcn, frrn, ladder, maggiori, yu_koltun
from .bilinear import LearnedUpsample
from .folding import fold
from .heads import Head, training_heads
from .padding import Padded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import nn

__all__ = [
    "BUILDERS",
    "Head",
    "Padded",
    "build",
    "count_parameters",
    "count_trained",
    "fold",
    "training_heads",
]

BUILDERS: dict[str, Callable[..., nn.Module]] = {
    **maggiori.BUILDERS,
    **yu_koltun.BUILDERS,
    **fcn.BUILDERS,
    **ladder.BUILDERS,
    **frrn.BUILDERS,
}


def build(
    name: str, bands: int, classes: int, options: Mapping[str, str] | None = None
) -> nn.Module:
    """Return a new network with random weights.

    Args:
        name: architecture, a name of the catalog.
        bands: channels of the input.
        classes: channels of the scores.
        options: values of the row's options; the paper's way where there is none.

    Raises:
        KeyError: there is no such architecture.
        ValueError: there is no such option or value.
    """
    chosen = row_named(name).settled(options or {})
    width = float(Fraction(chosen.pop("width")))
    return BUILDERS[name](bands, classes, width=width, **chosen)


def count_parameters(network: nn.Module) -> int:
    """Return how many weights a network has, as papers count: without interpolation kernels."""
    everything = sum(tensor.numel() for tensor in network.parameters())
    return everything - sum(
        module.weight.numel() for module in network.modules() if isinstance(module, LearnedUpsample)
    )


def count_trained(network: nn.Module) -> int:
    """Return how many numbers training changes; fixed layers do not count."""
    return sum(tensor.numel() for tensor in network.parameters() if tensor.requires_grad)
