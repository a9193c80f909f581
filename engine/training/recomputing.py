# SPDX-License-Identifier: GPL-2.0-or-later
"""Recomputing: a part of a network forgets what it computed, and computes it again on the way back.

What is remembered shrinks from all layers to what passes between the parts, and the memory of the
largest part comes on top; a third more computation buys it. Gradients stay the same. Running
statistics of batch norms move once: they are put back after the second computation.

    T. Chen, B. Xu, C. Zhang, C. Guestrin, Training Deep Nets with Sublinear Memory Cost,
    arXiv:1604.06174, 2016.
"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.nn.modules.batchnorm import _NormBase
from torch.utils.checkpoint import checkpoint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_LEVELS = 2  # levels of modules below a part: a block of layers, or a block of such blocks


def parts_of(network: nn.Module) -> list[nn.Module]:
    """Return the parts that are computed twice: blocks of layers, as large as they may be.

    A layer by itself is none: what it remembers is its input, which is remembered anyway.
    """
    parts = []
    for child in network.children():
        if 0 < _levels(child) <= MAX_LEVELS and not isinstance(child, nn.ModuleList):
            parts.append(child)
        else:
            parts += parts_of(child)
    return parts


def _levels(module: nn.Module) -> int:
    """Return how deep modules are nested in a module; 0 for a single layer."""
    return max((1 + _levels(child) for child in module.children()), default=0)


@contextmanager
def recomputed(network: nn.Module) -> Iterator[None]:
    """While inside, passes forward forget what their parts compute; they may run back later."""
    parts = parts_of(network)
    for part in parts:
        part.forward = partial(_checkpointed, part, part.forward)
    try:
        yield
    finally:
        for part in parts:
            del part.forward


def _checkpointed(
    part: nn.Module, forward: Callable[..., Any], *inputs: Any, **options: Any
) -> Any:
    if not torch.is_grad_enabled():
        return forward(*inputs, **options)
    return checkpoint(
        forward,
        *inputs,
        **options,
        use_reentrant=False,
        context_fn=lambda: (nullcontext(), _statistics_kept(part)),
    )


@contextmanager
def _statistics_kept(part: nn.Module) -> Iterator[None]:
    """After it, the statistics of batch norms are what they were before."""
    norms = [module for module in part.modules() if isinstance(module, _NormBase)]
    kept = [(buffer, buffer.clone()) for norm in norms for buffer in norm.buffers()]
    try:
        yield
    finally:
        with torch.no_grad():
            for buffer, before in kept:
                buffer.copy_(before)
