# SPDX-License-Identifier: GPL-2.0-or-later
"""Training samples: patches of a pool of views that is renewed during training.

Half of the patches are drawn uniformly, half around a pixel of a class drawn uniformly from the
classes of the view (see `places`), so cars and clutter are sampled as often as roofs.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from ..metrics import count_classes
from .augment import WAYS, turn
from .places import PatchSampler

if TYPE_CHECKING:
    from collections.abc import Callable

    from .views import View

BALANCED_SHARE = 0.5


class Batch(NamedTuple):
    """Batch of patches.

    Args:
        channels: input channels (N, C, P, P) float32.
        classes: classes (N, P, P) uint8, `IGNORED` where unlabeled.
    """

    channels: np.ndarray
    classes: np.ndarray


class ViewPool:
    """Fixed number of views, of which the oldest is replaced by each new one.

    Args:
        draw_view: function that returns a new view.
        size: number of views.
    """

    def __init__(self, draw_view: Callable[[], View], size: int) -> None:
        self._draw_view = draw_view
        self._views: deque[tuple[View, PatchSampler]] = deque(maxlen=size)
        for _ in range(size):
            self.renew()

    def renew(self) -> None:
        """Add a view; it replaces the oldest one if the pool is full."""
        view = self._draw_view()
        self._views.append((view, PatchSampler(view.classes)))

    def class_shares(self, classes: int) -> np.ndarray:
        """Return the share of each class in the pool, (classes,) float64."""
        counts = np.sum(
            [count_classes(view.classes, classes) for view, _ in self._views],
            axis=0,
        )
        return counts / counts.sum()

    def draw(self, rng: np.random.Generator, patches: int, edge_px: int) -> Batch:
        """Return a batch of patches, each in one of the eight orientations."""
        drawn = [self._draw_patch(rng, edge_px) for _ in range(patches)]
        return Batch(
            np.stack([channels for channels, _ in drawn]).astype(np.float32),
            np.stack([classes for _, classes in drawn]),
        )

    def _draw_patch(self, rng: np.random.Generator, edge_px: int) -> tuple[np.ndarray, np.ndarray]:
        view, sampler = self._views[rng.integers(len(self._views))]
        way = int(rng.integers(WAYS))
        window = sampler.draw(rng, edge_px, edge_px, BALANCED_SHARE).slices
        return turn(view.channels[(slice(None), *window)], way), turn(view.classes[window], way)


def rarity_weights(shares: np.ndarray, rarity: float) -> torch.Tensor:
    """Return sampling weights of the classes, (classes,) float32.

    Args:
        shares: share of each class, (classes,), with a sum of 1.
        rarity: exponent; 0 samples all pixels alike, 1 compensates the shares of the classes.
    """
    return torch.tensor(shares, dtype=torch.float32).clamp(min=1e-3) ** -rarity


def balancing_weights(shares: np.ndarray, rarity: float) -> torch.Tensor:
    """Return loss weights of the classes, (classes,) float32, with a mean of 1 over the pixels.

    Args:
        shares: share of each class, (classes,), with a sum of 1.
        rarity: exponent; 0 weights all pixels alike, 1 all classes.
    """
    weights = rarity_weights(shares, rarity)
    return weights / (weights * torch.tensor(shares, dtype=torch.float32)).sum()
