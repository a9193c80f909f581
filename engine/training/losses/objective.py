# SPDX-License-Identifier: GPL-2.0-or-later
"""The objective: what a recipe makes small, as a total over a batch and what divides it.

Kept apart, the two let batches that do not fit in memory together be fed one after the other:
their totals add up, and all are divided by what belongs to the whole. So the gradients of k
images one by one are those of one batch of k, for means as well as for sums.
"""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, NamedTuple

from ...protocol.catalog.recipes import BootstrappedEntropy, CrossEntropy, SigmoidEntropy
from .bootstrapped import bootstrapped_losses
from .cross_entropy import known_pixels, summed_cross_entropy
from .sigmoid import sigmoid_loss

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor


class Objective(NamedTuple):
    """A loss in two parts.

    Args:
        total: of scores (N, C, H, W) and classes (N, H, W), a scalar that adds up over batches.
        divisor: of the classes (N, H, W) of all batches that make one step.
    """

    total: Callable[[Tensor, Tensor], Tensor]
    divisor: Callable[[Sequence[Tensor]], float]


@singledispatch
def objective_of(loss: object) -> Objective:
    """Return how the loss of a recipe is computed.

    Raises:
        TypeError: it is none.
    """
    raise TypeError(f"There is no loss for {loss!r}.")


@objective_of.register
def _(loss: CrossEntropy) -> Objective:
    return Objective(summed_cross_entropy, _one if loss.reduction == "sum" else _all_known_pixels)


@objective_of.register
def _(loss: SigmoidEntropy) -> Objective:
    return Objective(lambda scores, classes: sigmoid_loss(scores, classes, loss.null_class), _one)


@objective_of.register
def _(loss: BootstrappedEntropy) -> Objective:
    return Objective(
        lambda scores, classes: bootstrapped_losses(scores, classes, loss.hardest_px).sum(),
        lambda batches: float(sum(len(classes) for classes in batches)),
    )


def _one(_batches: Sequence[Tensor]) -> float:
    return 1.0


def _all_known_pixels(batches: Sequence[Tensor]) -> float:
    return float(max(1, sum(int(known_pixels(classes)) for classes in batches)))
