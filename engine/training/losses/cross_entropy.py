# SPDX-License-Identifier: GPL-2.0-or-later
"""Softmax cross-entropy of the pixels whose class is known: their sum, or their mean.

With a sum every pixel weighs the same, whatever the size of its image and of its batch. Divided
by the number of pixels, rate times that number and decay divided by it give the same steps.

    E. Shelhamer, J. Long, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
    TPAMI 2017, Section 4.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch.nn import functional

from ...metrics import IGNORED

if TYPE_CHECKING:
    from torch import Tensor


def summed_cross_entropy(
    scores: Tensor, classes: Tensor, class_weights: Tensor | None = None
) -> Tensor:
    """Return the sum of the cross-entropy of scores (N, C, ...) where classes (N, ...) are known.

    It is 0, with a gradient, where nothing is known. With class weights (C,) each pixel counts as
    much as its true class.
    """
    return functional.cross_entropy(
        scores, classes, class_weights, ignore_index=IGNORED, reduction="sum"
    )


def cross_entropy(scores: Tensor, classes: Tensor) -> Tensor:
    """Return the mean cross-entropy of scores (N, C, ...) where classes (N, ...) are known.

    It is 0, with a gradient, where nothing is known.
    """
    return summed_cross_entropy(scores, classes) / known_pixels(classes).clamp(min=1)


def weight_of_known(classes: Tensor, class_weights: Tensor) -> Tensor:
    """Return how much the known pixels of classes (N, ...) count together, a scalar."""
    return class_weights[classes[classes != IGNORED]].sum()


def known_pixels(classes: Tensor) -> Tensor:
    """Return how many pixels of classes (N, ...) are known, an int64 scalar."""
    return (classes != IGNORED).sum()
