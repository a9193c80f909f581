# SPDX-License-Identifier: GPL-2.0-or-later
"""Softmax cross-entropy, summed or averaged over the labeled pixels.

A sum weights each pixel the same, regardless of image and batch size. A mean over n pixels gives
the same steps with n times the learning rate and 1 / n of the weight decay.

    E. Shelhamer, J. Long, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
    TPAMI 2017, Section 4.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from ...metrics import IGNORED

if TYPE_CHECKING:
    from torch import Tensor


def summed_cross_entropy(
    scores: Tensor, classes: Tensor, class_weights: Tensor | None = None
) -> Tensor:
    """Return the cross-entropy of scores (N, C, ...), summed over the labeled of classes (N, ...).

    Without labeled pixels it is 0, with a gradient. Class weights (C,) weight each pixel by its
    true class.
    """
    return functional.cross_entropy(
        scores, classes, class_weights, ignore_index=IGNORED, reduction="sum"
    )


def cross_entropy(scores: Tensor, classes: Tensor) -> Tensor:
    """Return the mean cross-entropy of scores (N, C, ...) over the labeled of classes (N, ...).

    Without labeled pixels it is 0, with a gradient.
    """
    return summed_cross_entropy(scores, classes) / known_pixels(classes).clamp(min=1)


def balanced_entropy(scores: Tensor, classes: Tensor) -> Tensor:
    """Return the mean over the classes present of the mean cross-entropy of their pixels.

    Without labeled pixels it is 0, with a gradient.

    Args:
        scores: scores (N, C, ...).
        classes: classes (N, ...) int64, `IGNORED` where unlabeled.
    """
    counts = torch.bincount(classes[classes != IGNORED], minlength=scores.shape[1])
    weights = counts.clamp(min=1).reciprocal().to(scores.dtype)
    total = summed_cross_entropy(scores, classes, weights)
    return total / (counts > 0).sum().clamp(min=1)


def weight_of_known(classes: Tensor, class_weights: Tensor) -> Tensor:
    """Return the sum of the class weights of the labeled pixels of classes (N, ...), a scalar."""
    return class_weights[classes[classes != IGNORED]].sum()


def known_pixels(classes: Tensor) -> Tensor:
    """Return the number of labeled pixels of classes (N, ...), an int64 scalar."""
    return (classes != IGNORED).sum()
