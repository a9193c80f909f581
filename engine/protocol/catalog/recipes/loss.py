# SPDX-License-Identifier: GPL-2.0-or-later
"""Losses as data: what training makes small.

`engine.training.losses` computes them. Pixels whose class is unknown never count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Union

REDUCTIONS = ("mean", "sum")


@dataclass(frozen=True)
class CrossEntropy:
    """Softmax cross-entropy of each pixel.

    Args:
        reduction: `mean` over the known pixels, or `sum`, which makes large images weigh more and
            wants a learning rate smaller by the number of pixels.
    """

    reduction: str = "mean"

    def __post_init__(self) -> None:
        """Refuse another way to reduce."""
        if self.reduction not in REDUCTIONS:
            raise ValueError(f"A loss is reduced by {' or '.join(REDUCTIONS)}.")


@dataclass(frozen=True)
class SigmoidEntropy:
    """Sigmoid cross-entropy of each class by itself, summed over pixels and classes.

    Args:
        null_class: index of the class whose score is always 0, or None where all are learned.
    """

    null_class: Optional[int] = 0


@dataclass(frozen=True)
class BootstrappedEntropy:
    """Softmax cross-entropy of the hardest pixels of each image; the mean over images.

    Args:
        hardest_px: number of pixels of an image that count.
    """

    hardest_px: int

    def __post_init__(self) -> None:
        """Refuse a loss of nothing."""
        if self.hardest_px < 1:
            raise ValueError("A bootstrapped loss needs at least one pixel.")


Loss = Union[CrossEntropy, SigmoidEntropy, BootstrappedEntropy]
