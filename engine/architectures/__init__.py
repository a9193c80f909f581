# SPDX-License-Identifier: GPL-2.0-or-later
"""Architectures: one builder for each row of the catalog.

Every network maps images (N, bands, H, W) float32, H and W multiples of its stride, to scores
(N, classes, H, W). Softmax over the classes gives probabilities.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from .folding import fold
from .maggiori_fcn import MaggioriFcn
from .maggiori_mlp import MaggioriMlp
from .maggiori_skip import MaggioriSkip
from .maggiori_unpool import MaggioriUnpool
from .padding import Padded

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

__all__ = ["BUILDERS", "Padded", "build", "count_parameters", "fold"]

BUILDERS: dict[str, Callable[[int, int], nn.Module]] = {
    "maggiori_fcn": MaggioriFcn,
    "maggiori_unpool_max": partial(MaggioriUnpool, kind="max"),
    "maggiori_unpool_avg": partial(MaggioriUnpool, kind="average"),
    "maggiori_skip": MaggioriSkip,
    "maggiori_mlp": MaggioriMlp,
}


def build(name: str, bands: int, classes: int) -> nn.Module:
    """Return a new network with random weights.

    Args:
        name: architecture, a name of the catalog.
        bands: channels of the input.
        classes: channels of the scores.

    Raises:
        KeyError: there is no such architecture.
    """
    return BUILDERS[name](bands, classes)


def count_parameters(network: nn.Module) -> int:
    """Return how many numbers training changes; fixed interpolation kernels do not count."""
    return sum(tensor.numel() for tensor in network.parameters() if tensor.requires_grad)
