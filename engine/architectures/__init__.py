# SPDX-License-Identifier: GPL-2.0-or-later
"""Network architectures: one builder per catalog row, one folder per paper.

Every network maps images (N, bands, H, W) float32, with H and W multiples of its stride, to scores
(N, classes, H, W). Softmax over the classes gives probabilities.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ..protocol import row_named
from . import fcn, frrn, ladder, maggiori, yu_koltun
from .averaged_turns import AveragedTurns, averaged
from .bilinear import LearnedUpsample
from .folding import fold
from .heads import Head, training_heads
from .padding import Padded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import nn

__all__ = [
    "BUILDERS",
    "AveragedTurns",
    "Head",
    "Padded",
    "averaged",
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
        name: architecture name in the catalog.
        bands: number of input channels.
        classes: number of classes, the channels of the scores.
        options: values of the architecture's options; missing ones default to the paper's setting.

    Raises:
        KeyError: if the catalog has no such architecture.
        ValueError: if the architecture has no such option or value.
    """
    chosen = row_named(name).settled(options or {})
    width = float(Fraction(chosen.pop("width")))
    return BUILDERS[name](bands, classes, width=width, **chosen)


def count_parameters(network: nn.Module) -> int:
    """Return the number of parameters as papers count them: without interpolation kernels."""
    everything = sum(tensor.numel() for tensor in network.parameters())
    return everything - sum(
        module.weight.numel() for module in network.modules() if isinstance(module, LearnedUpsample)
    )


def count_trained(network: nn.Module) -> int:
    """Return the number of trainable parameters."""
    return sum(tensor.numel() for tensor in network.parameters() if tensor.requires_grad)
