# SPDX-License-Identifier: GPL-2.0-or-later
"""Bootstrapped cross-entropy: the mean over the hardest pixels of each image.

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

    Ignored pixels have zero loss; they enter the mean only if fewer than `hardest_px` are labeled.
    For an image with fewer pixels than `hardest_px`, the mean is over all of them.

    Args:
        scores: scores (N, C, H, W).
        classes: classes (N, H, W) int64, `IGNORED` where unlabeled.
        hardest_px: number of hardest pixels, K of the paper.
        class_weights: factor of the losses of each class, (C,), applied before pixels are ranked;
            None: all 1.
    """
    losses = functional.cross_entropy(
        scores, classes, class_weights, ignore_index=IGNORED, reduction="none"
    )
    flat = losses.flatten(1)  # (N, H W)
    return flat.topk(min(hardest_px, flat.shape[1])).values.mean(dim=1)
