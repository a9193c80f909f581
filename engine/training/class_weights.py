# SPDX-License-Identifier: GPL-2.0-or-later
"""Class weights: rare classes count for more, in the loss or in the sampling of its cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from ..metrics import count_classes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .patches import PatchSource

RARITY = 0.4  # exponent of class weights: 0 weights all pixels alike, 1 all classes
MIN_SHARE = 1e-3


def class_shares(sources: Iterable[PatchSource], classes: int) -> np.ndarray:
    """Return the share of each class in the labeled pixels of scenes, (classes,) float64."""
    counts = np.sum([count_classes(source.classes, classes) for source in sources], axis=0)
    return counts / counts.sum()


def class_weights(shares: np.ndarray, rarity: float = RARITY) -> torch.Tensor:
    """Return the weight of each class, (classes,) float32, with a mean of 1 over the pixels.

    Args:
        shares: share of each class, (classes,), with a sum of 1.
        rarity: exponent; 0 weights all pixels alike, 1 all classes.
    """
    known = torch.tensor(shares, dtype=torch.float32)
    weights = known.clamp(min=MIN_SHARE) ** -rarity
    return weights / (weights * known).sum()
