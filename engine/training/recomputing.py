# SPDX-License-Identifier: GPL-2.0-or-later
"""Gradient checkpointing: blocks of a network are recomputed in the backward pass.

Only the activations between blocks are stored, plus those of the largest block while it is
recomputed, at the cost of a third more computation. Gradients stay the same. Running statistics of
batch norms are updated once: they are restored after the recomputation.

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

MAX_LEVELS = 2  # nesting depth of a part: a block of layers, or a block of such blocks


def parts_of(network: nn.Module) -> list[nn.Module]:
    """Return the blocks of layers that are recomputed, as large as `MAX_LEVELS` allows.

    A single layer is not recomputed: it stores only its input, which is stored anyway.
    """
    parts = []
    for child in network.children():
        if 0 < _levels(child) <= MAX_LEVELS and not isinstance(child, nn.ModuleList):
            parts.append(child)
        else:
            parts += parts_of(child)
    return parts


def _levels(module: nn.Module) -> int:
    """Return the nesting depth of a module; 0 for a single layer."""
    return max((1 + _levels(child) for child in module.children()), default=0)


@contextmanager
def recomputed(network: nn.Module) -> Iterator[None]:
    """Enable checkpointing of forward passes; their backward passes may follow later."""
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
    """Restore the running statistics of batch norms on exit."""
    norms = [module for module in part.modules() if isinstance(module, _NormBase)]
    kept = [(buffer, buffer.clone()) for norm in norms for buffer in norm.buffers()]
    try:
        yield
    finally:
        with torch.no_grad():
            for buffer, before in kept:
                buffer.copy_(before)
