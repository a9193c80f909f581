# SPDX-License-Identifier: GPL-2.0-or-later
"""Bootstrapped cross-entropy: only the hardest pixels of each image count.

T. Pohlen, A. Hermans, M. Mathias, B. Leibe, Full-Resolution Residual Networks for Semantic
Segmentation in Street Scenes, CVPR 2017, equation 10.
Z. Wu, C. Shen, A. van den Hengel, Bridging Category-level and Instance-level Semantic Image
Segmentation, arXiv:1605.06885, 2016.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch.nn import functional

from ...metrics import IGNORED

if TYPE_CHECKING:
    from torch import Tensor


def bootstrapped_losses(
    scores: Tensor, classes: Tensor, hardest_px: int, class_weights: Tensor | None = None
) -> Tensor:
    """Return the loss of each image, (N,): the mean over its hardest pixels.

    Unknown pixels have a loss of zero: they count only, and as nothing, where fewer pixels than
    wanted are known. An image with fewer pixels than wanted is looked at as a whole.

    Args:
        scores: (N, C, H, W).
        classes: (N, H, W) int64, `IGNORED` where unknown.
        hardest_px: K of the paper.
        class_weights: (C,), factors of the losses before they are compared; None: all one.
    """
    losses = functional.cross_entropy(
        scores, classes, class_weights, ignore_index=IGNORED, reduction="none"
    )
    flat = losses.flatten(1)  # (N, H W)
    return flat.topk(min(hardest_px, flat.shape[1])).values.mean(dim=1)
