# SPDX-License-Identifier: GPL-2.0-or-later
"""Random forest for pixels on the GPU: complete trees of equal depth, stored in three tensors.

A shallower tree is extended by splits with identical branches, so that every pixel takes the same
number of steps and the forest can be saved like other weights. It is fitted elsewhere; an unfitted
forest returns a uniform distribution.

    L. Breiman, Random Forests, Machine Learning 45(1), 2001.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

TREES = 32
DEPTH = 10
PIXELS_AT_ONCE = 1 << 14


class Forest(nn.Module):
    """Random forest that maps features to class probabilities, without gradients.

    Split `s` of a tree is followed by split `2 s + 1` if the feature is at most the threshold, and
    by `2 s + 2` otherwise.

    Args:
        features: number of features per pixel.
        classes: number of classes.
        trees: number of trees.
        depth: number of splits between the root and a leaf.
    """

    feature: Tensor
    threshold: Tensor
    leaves: Tensor

    def __init__(self, features: int, classes: int, trees: int = TREES, depth: int = DEPTH) -> None:
        super().__init__()
        self.depth, self.trees = depth, trees
        self.features, self.classes = features, classes
        splits, ends = 2**depth - 1, 2**depth
        self.register_buffer("feature", torch.zeros(trees, splits, dtype=torch.int64))
        self.register_buffer("threshold", torch.zeros(trees, splits))
        self.register_buffer("leaves", torch.full((trees, ends, classes), 1 / classes))

    def forward(self, maps: Tensor) -> Tensor:
        """Return probabilities (N, classes, H, W) for features (N, F, H, W)."""
        height, width = maps.shape[-2:]
        flat = maps.flatten(2)  # (N, F, H W)
        parts = [
            torch.stack([self.probabilities(one.t().contiguous()) for one in part])
            for part in flat.split(PIXELS_AT_ONCE, dim=2)
        ]  # each (N, pixels, classes)
        return torch.cat(parts, dim=1).transpose(1, 2).unflatten(2, (height, width))

    def probabilities(self, samples: Tensor) -> Tensor:
        """Return probabilities (P, classes), each row summing to one, for samples (P, F)."""
        tree = torch.arange(self.trees, device=samples.device)
        first_split = tree * self.feature.shape[1]
        split = torch.zeros(len(samples), self.trees, dtype=torch.int64, device=samples.device)
        for _ in range(self.depth):
            place = split + first_split  # (P, trees)
            value = samples.gather(1, self.feature.take(place))
            split = 2 * split + 1 + (value > self.threshold.take(place))
        leaf = split - self.feature.shape[1] + tree * self.leaves.shape[1]  # (P, trees)
        return functional.embedding_bag(leaf, self.leaves.flatten(0, 1), mode="mean")
