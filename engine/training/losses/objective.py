# SPDX-License-Identifier: GPL-2.0-or-later
"""The objective: what a recipe makes small, as a total over a batch and what divides it.

Kept apart, the two let batches that do not fit in memory together be fed one after the other:
their totals add up, and all are divided by what belongs to the whole. So the gradients of k
images one by one are those of one batch of k, for means as well as for sums.
"""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, NamedTuple

from torch import Tensor

from ...protocol.catalog.recipes import BootstrappedEntropy, CrossEntropy, SigmoidEntropy
from .bootstrapped import bootstrapped_losses
from .cross_entropy import known_pixels, summed_cross_entropy, weight_of_known
from .sigmoid import sigmoid_loss

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Objective(NamedTuple):
    """A loss in two parts.

    Args:
        total: of scores (N, C, H, W) and classes (N, H, W), a scalar that adds up over batches.
        divisor: of the classes (N, H, W) of all batches that make one step.
        is_mean: the divisor adds up over batches; otherwise it is one, however many there are.
    """

    total: Callable[[Tensor, Tensor], Tensor]
    divisor: Callable[[Sequence[Tensor]], float]
    is_mean: bool


@singledispatch
def objective_of(loss: object, class_weights: Tensor | None = None) -> Objective:
    """Return how the loss of a recipe is computed.

    Args:
        loss: of a recipe.
        class_weights: (C,) float32, how much a pixel counts by its true class; None: all alike.

    Raises:
        TypeError: it is none.
    """
    raise TypeError(f"There is no loss for {loss!r}.")


@objective_of.register
def _(loss: CrossEntropy, class_weights: Tensor | None = None) -> Objective:
    def divisor(batches: Sequence[Tensor]) -> float:
        if class_weights is None:
            return _all_known_pixels(batches)
        return sum(float(weight_of_known(classes, class_weights)) for classes in batches)

    return Objective(
        lambda scores, classes: summed_cross_entropy(scores, classes, class_weights),
        _one if loss.reduction == "sum" else divisor,
        is_mean=loss.reduction == "mean",
    )


@objective_of.register
def _(loss: SigmoidEntropy, class_weights: Tensor | None = None) -> Objective:
    return Objective(
        lambda scores, classes: sigmoid_loss(scores, classes, loss.null_class, class_weights),
        _one,
        is_mean=False,
    )


@objective_of.register
def _(loss: BootstrappedEntropy, class_weights: Tensor | None = None) -> Objective:
    return Objective(
        lambda scores, classes: bootstrapped_losses(
            scores, classes, loss.hardest_px, class_weights
        ).sum(),
        lambda batches: float(sum(len(classes) for classes in batches)),
        is_mean=True,
    )


def _one(_batches: Sequence[Tensor]) -> float:
    return 1.0


def _all_known_pixels(batches: Sequence[Tensor]) -> float:
    return float(sum(int(known_pixels(classes)) for classes in batches))
