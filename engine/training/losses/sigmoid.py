# SPDX-License-Identifier: GPL-2.0-or-later
"""Sigmoid cross-entropy: an independent binary decision for each class.

The background needs no score of its own: it is predicted where no class has a score above zero.
That saves the weights of one class; the authors lost one point of mean IU.

    E. Shelhamer, J. Long, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
    TPAMI 2017, Section 6.1.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from ...metrics import IGNORED


def sigmoid_loss(
    scores: Tensor,
    classes: Tensor,
    null_class: int | None = 0,
    class_weights: Tensor | None = None,
) -> Tensor:
    """Return the sigmoid cross-entropy summed over labeled pixels and scored classes.

    Args:
        scores: scores (N, C, ...) of all classes; those of the null class are ignored.
        classes: classes (N, ...) int64, `IGNORED` where unlabeled.
        null_class: index of the class whose score is always 0; None: all classes are scored.
        class_weights: loss weight of each class, (C,); None: all 1.
    """
    indices = torch.arange(scores.shape[1], device=scores.device)
    scored = indices if null_class is None else indices[indices != null_class]  # (C - 1,)
    per_class = scored.view(1, -1, *[1] * (classes.dim() - 1))  # (1, C - 1, 1, ...)
    present = (classes[:, None] == per_class).to(scores.dtype)  # (N, C - 1, ...)
    known = (classes[:, None] != IGNORED).to(scores.dtype)  # (N, 1, ...)
    if class_weights is not None:
        known = known * class_weights[classes.where(classes != IGNORED, 0)][:, None]
    losses = functional.binary_cross_entropy_with_logits(
        scores[:, scored], present, weight=known.expand_as(present), reduction="none"
    )
    return losses.sum()
