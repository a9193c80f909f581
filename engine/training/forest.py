# SPDX-License-Identifier: GPL-2.0-or-later
"""Fitting of a random forest: scikit-learn grows the trees, then the network stores them.

The trees are grown on equally many pixels of each class, with the features that the network itself
computes, so fitting and labeling use the same features.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from sklearn.ensemble import RandomForestClassifier

from ..metrics import IGNORED

if TYPE_CHECKING:
    from collections.abc import Callable

    from sklearn.tree import DecisionTreeClassifier

    from ..architectures.maggiori.cnn_rf import CnnRf
    from ..architectures.maggiori.forest import Forest
    from .patches import Patch

    DrawPatch = Callable[[np.random.Generator], Patch]

NO_SPLIT = -1  # child index of a leaf in scikit-learn


@dataclass(frozen=True)
class ForestSettings:
    """Number of pixels that a forest is fitted on.

    Args:
        patches: number of patches.
        pixels_per_class: maximum number of pixels per class and patch.
        min_leaf_pixels: minimum number of pixels in a leaf.
    """

    patches: int = 200
    pixels_per_class: int = 50
    min_leaf_pixels: int = 3


def fit_forest(network: CnnRf, draw: DrawPatch, settings: ForestSettings, seed: int) -> None:
    """Replace the forest of a trained network by one fitted on its features.

    Args:
        network: trained network; left in evaluation mode.
        draw: function that draws a patch, whose edges are multiples of the network's stride.
        settings: number of pixels to fit on.
        seed: random seed of patches, pixels and trees.

    Raises:
        ValueError: if none of the drawn pixels is labeled.
    """
    samples, classes = draw_samples(network.eval(), draw, settings, np.random.default_rng(seed))
    if not len(classes):
        raise ValueError("The forest cannot be fitted: the patches have no labeled pixels.")
    grown = RandomForestClassifier(
        n_estimators=network.forest.trees,
        max_depth=network.forest.depth,
        min_samples_leaf=settings.min_leaf_pixels,
        class_weight="balanced",
        random_state=seed,
        n_jobs=-1,
    ).fit(samples, classes)
    grow(grown, network.forest)


def draw_samples(
    network: CnnRf, draw: DrawPatch, settings: ForestSettings, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return features (P, F) float32 and classes (P,) uint8 of drawn pixels."""
    device = next(network.parameters()).device
    found, known = [], []
    for _ in range(settings.patches):
        patch = draw(rng)
        pixels = _draw_pixels(patch.classes.ravel(), settings.pixels_per_class, rng)
        with torch.inference_mode():
            maps = network.features(torch.from_numpy(patch.channels)[None].to(device))
            at = torch.from_numpy(pixels).to(device)
            found.append(maps.flatten(2)[0, :, at].t().cpu().numpy())
        known.append(patch.classes.ravel()[pixels])
    return np.concatenate(found), np.concatenate(known)


def _draw_pixels(classes: np.ndarray, limit: int, rng: np.random.Generator) -> np.ndarray:
    """Return flat indices of up to `most` pixels of each class, of classes (pixels,)."""
    drawn = [np.empty(0, np.int64)]
    for known in np.unique(classes[classes != IGNORED]):
        pixels = np.flatnonzero(classes == known)
        drawn.append(rng.choice(pixels, min(limit, len(pixels)), replace=False))
    return np.concatenate(drawn)


def grow(grown: RandomForestClassifier, forest: Forest) -> None:
    """Copy the trees of a scikit-learn forest into the forest of a network.

    Args:
        grown: forest fitted on the network's features and class indices; classes may be missing.
        forest: forest to overwrite, with the same number of trees and at least the same depth.

    Raises:
        ValueError: if the number of trees, features or classes, or the depth, does not fit.
    """
    trees = grown.estimators_
    deepest = max(tree.get_depth() for tree in trees)
    if (len(trees), grown.n_features_in_) != (forest.trees, forest.features):
        raise ValueError(
            "The grown forest has another number of trees or features than the network's."
        )
    if deepest > forest.depth or max(grown.classes_) >= forest.classes:
        raise ValueError("The grown forest is too deep or has too many classes for the network.")
    for number, tree in enumerate(trees):
        feature, threshold, leaves = _complete_tree(tree, forest, grown.classes_)
        forest.feature[number] = torch.from_numpy(feature)
        forest.threshold[number] = torch.from_numpy(threshold)
        forest.leaves[number] = torch.from_numpy(leaves)


def _complete_tree(
    tree: DecisionTreeClassifier, forest: Forest, classes: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return feature and threshold (splits,) and leaves (ends, classes) of a complete tree.

    A leaf above the lowest level is copied to all ends below it.
    """
    grown = tree.tree_
    level = np.zeros(1, np.int64)  # node of the grown tree at each position of a level
    feature, threshold = [], []
    for _ in range(forest.depth):
        is_leaf = grown.children_left[level] == NO_SPLIT
        feature.append(np.where(is_leaf, 0, grown.feature[level]))
        threshold.append(np.where(is_leaf, 0, grown.threshold[level]))
        left = np.where(is_leaf, level, grown.children_left[level])
        right = np.where(is_leaf, level, grown.children_right[level])
        level = np.stack([left, right], axis=1).ravel()
    counts = grown.value[level, 0]  # (ends, fitted classes)
    leaves = np.zeros((len(level), forest.classes), np.float32)
    leaves[:, classes] = counts / counts.sum(1, keepdims=True)
    return np.concatenate(feature), _rounded_down(np.concatenate(threshold)), leaves


def _rounded_down(thresholds: np.ndarray) -> np.ndarray:
    """Return the largest float32 not above each float64.

    Comparing a float32 feature with either of them gives the same result.
    """
    nearest = thresholds.astype(np.float32)
    return np.where(nearest > thresholds, np.nextafter(nearest, np.float32(-np.inf)), nearest)
