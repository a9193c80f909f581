# SPDX-License-Identifier: GPL-2.0-or-later
"""Gradients in blocks: train on images whose forward pass does not fit into memory.

The network is cut into blocks. One pass forward keeps nothing but the tensors at the cuts. Then,
from the last block to the first, a block is computed again from its cut, this time keeping all,
and the gradient that came in from behind runs back through it to the cut. The gradients are those
of a plain backward pass; a third more computation buys the memory of the largest block instead of
the sum of all.

A block computed twice would also count its batch twice in the running statistics of its batch
norms, so these rest while it is computed again. Blocks must give the same result both times, so
they may not hold dropout.

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
    """Do what `loss_of(network(image)).backward()` does, in less memory.

    Gradients add to those that parameters have already; the step is left to an optimizer. The
    running statistics of batch norms move once.

    Args:
        network: as it is to be trained, in training mode or not.
        image: (N, bands, H, W).
        loss_of: makes one number of the scores (N, classes, H, W).

    Returns:
        The loss, detached.
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
        with _statistics_resting(block):
            outputs = block(inputs)
        _run_back(outputs, gradients)
    return loss.detach()


def _leaves(cut: State, *, wanted: bool) -> State:
    """Return the tensors of a cut as leaves, which collect gradients where wanted."""
    return tuple(each.detach().requires_grad_(wanted) for each in cut)


def _run_back(outputs: State, gradients: Sequence[Tensor | None]) -> None:
    """Run the gradients of a block's outputs back; nobody may have looked at some of them."""
    used = [
        (output, gradient)
        for output, gradient in zip(outputs, gradients, strict=True)
        if gradient is not None and output.requires_grad
    ]
    torch.autograd.backward([each for each, _ in used], [each for _, each in used])


@contextmanager
def _statistics_resting(block: nn.Module) -> Iterator[None]:
    """While inside, batch norms leave their running statistics and their counter alone."""
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
