# SPDX-License-Identifier: GPL-2.0-or-later
"""Loss function of a recipe, split into a total over a batch and a divisor.

The split allows gradient accumulation over batches that do not fit into memory together: totals are
added, and the divisor is that of all batches. So k images one by one have the same gradients as one
batch of k, for means as well as for sums.
"""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, NamedTuple

from torch import Tensor

from ...protocol.catalog.recipes import (
    BalancedEntropy,
    BootstrappedEntropy,
    CrossEntropy,
    SigmoidEntropy,
)
from .bootstrapped import bootstrapped_losses
from .cross_entropy import (
    balanced_entropy,
    known_pixels,
    summed_cross_entropy,
    weight_of_known,
)
from .sigmoid import sigmoid_loss

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Objective(NamedTuple):
    """Loss function in two parts.

    Args:
        total: function of scores (N, C, H, W) and classes (N, H, W) that returns a scalar, additive
            over batches.
        divisor: function of the classes (N, H, W) of all batches of a step.
        is_mean: whether the divisor is additive over batches; otherwise it is always 1.
    """

    total: Callable[[Tensor, Tensor], Tensor]
    divisor: Callable[[Sequence[Tensor]], float]
    is_mean: bool


@singledispatch
def objective_of(loss: object, class_weights: Tensor | None = None) -> Objective:
    """Return the loss function of a recipe.

    Args:
        loss: loss of a recipe.
        class_weights: loss weight of each class, (C,) float32; None: all 1.

    Raises:
        TypeError: if the object is not a loss of a recipe.
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


@objective_of.register
def _(loss: BalancedEntropy, class_weights: Tensor | None = None) -> Objective:
    if class_weights is not None:
        raise ValueError("A loss balanced by class takes no class weights.")
    return Objective(balanced_entropy, lambda batches: float(len(batches)), is_mean=True)


def _one(_batches: Sequence[Tensor]) -> float:
    return 1.0


def _all_known_pixels(batches: Sequence[Tensor]) -> float:
    return float(sum(int(known_pixels(classes)) for classes in batches))
