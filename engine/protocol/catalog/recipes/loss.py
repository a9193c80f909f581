# SPDX-License-Identifier: GPL-2.0-or-later
"""Loss functions as data.

`engine.training.losses` implements them. Unlabeled pixels are ignored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Union

REDUCTIONS = ("mean", "sum")


@dataclass(frozen=True)
class CrossEntropy:
    """Softmax cross-entropy of each pixel.

    Args:
        reduction: `mean` over the labeled pixels, or `sum`, which gives large images more weight
            and needs a learning rate that is smaller by the number of pixels.
    """

    reduction: str = "mean"

    def __post_init__(self) -> None:
        """Check the reduction."""
        if self.reduction not in REDUCTIONS:
            raise ValueError(f"The reduction of a loss must be {' or '.join(REDUCTIONS)}.")


@dataclass(frozen=True)
class SigmoidEntropy:
    """Binary cross-entropy of each class, summed over pixels and classes.

    Args:
        null_class: index of the class whose score is always 0, or None if all are learned.
    """

    null_class: Optional[int] = 0


@dataclass(frozen=True)
class BootstrappedEntropy:
    """Softmax cross-entropy of the hardest pixels of each image, averaged over images.

    Args:
        hardest_px: number of pixels per image that enter the loss.
    """

    hardest_px: int

    def __post_init__(self) -> None:
        """Check the number of pixels."""
        if self.hardest_px < 1:
            raise ValueError("A bootstrapped loss needs at least one pixel.")


@dataclass(frozen=True)
class BalancedEntropy:
    """Softmax cross-entropy averaged over the pixels of each class, then over the classes."""


Loss = Union[CrossEntropy, SigmoidEntropy, BootstrappedEntropy, BalancedEntropy]
