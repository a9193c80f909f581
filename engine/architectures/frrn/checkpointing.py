# SPDX-License-Identifier: GPL-2.0-or-later
"""Gradient checkpointing in blocks: training on images whose activations exceed memory.

The network is cut into blocks. The forward pass stores only the tensors at the cuts. Then, from the
last block to the first, each block is recomputed from its cut with all activations stored, and the
incoming gradient is backpropagated through it. The gradients equal those of a plain backward pass;
a third more computation reduces the memory from the sum of all blocks to that of the largest.

Recomputing a block would count its batch twice in the running statistics of its batch norms, so
these are frozen during recomputation. Both passes must give the same result, so blocks must not
contain dropout.

    T. Pohlen, A. Hermans, M. Mathias, B. Leibe, Full-Resolution Residual Networks for Semantic
    Segmentation in Street Scenes, CVPR 2017, Section 4.
    T. Chen, B. Xu, C. Zhang, C. Guestrin, Training Deep Nets with Sublinear Memory Cost,
    arXiv:1604.06174, 2016.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch
from torch.nn.modules.batchnorm import _NormBase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from torch import Tensor, nn

    from .chain import Chain, State


def backward_in_blocks(
    network: Chain, image: Tensor, loss_of: Callable[[Tensor], Tensor]
) -> Tensor:
    """Compute the gradients of `loss_of(network(image)).backward()` with less memory.

    Gradients are accumulated in the parameters; stepping is left to the optimizer. The running
    statistics of batch norms are updated once.

    Args:
        network: network to train, in training or evaluation mode.
        image: input images, (N, bands, H, W).
        loss_of: function that maps scores (N, classes, H, W) to a scalar loss.

    Returns:
        The detached loss.
    """
    *blocks, last = network.blocks()
    cuts: list[State] = [(image,)]
    with torch.no_grad():
        for block in blocks:
            cuts.append(block(cuts[-1]))
    inputs = _leaves(cuts.pop(), wanted=bool(blocks))
    (scores,) = last(inputs)
    loss = loss_of(scores)
    loss.backward()
    del scores
    for block in reversed(blocks):
        gradients = [each.grad for each in inputs]
        inputs = _leaves(cuts.pop(), wanted=bool(cuts))
        with _frozen_statistics(block):
            outputs = block(inputs)
        _backpropagate(outputs, gradients)
    return loss.detach()


def _leaves(cut: State, *, wanted: bool) -> State:
    """Return the tensors of a cut as leaves, which accumulate gradients if `wanted`."""
    return tuple(each.detach().requires_grad_(wanted) for each in cut)


def _backpropagate(outputs: State, gradients: Sequence[Tensor | None]) -> None:
    """Backpropagate the gradients of a block's outputs, some of which may be unused."""
    used = [
        (output, gradient)
        for output, gradient in zip(outputs, gradients, strict=True)
        if gradient is not None and output.requires_grad
    ]
    torch.autograd.backward([each for each, _ in used], [each for _, each in used])


@contextmanager
def _frozen_statistics(block: nn.Module) -> Iterator[None]:
    """Within the context, batch norms do not update their running statistics and counters."""
    norms = [
        module
        for module in block.modules()
        if isinstance(module, _NormBase) and module.track_running_stats
    ]
    for norm in norms:
        norm.track_running_stats = False
    try:
        yield
    finally:
        for norm in norms:
            norm.track_running_stats = True
