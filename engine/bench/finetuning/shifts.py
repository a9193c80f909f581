# SPDX-License-Identifier: GPL-2.0-or-later
"""Shifts of generated scenes: what makes them unlike the scenes of the training."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import gaussian_filter, median_filter

from ...synthetic.codes import CLUTTER, IMPERVIOUS, LOW_VEGETATION, TREE
from ...training.views import labels_by_heights

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...synthetic import Scene

SMALL_TREE_M = 5.0


def labeled_by_heights(scene: Scene) -> Scene:
    """Return the scene with labels that agree with its heights, before any shift."""
    return replace(scene, labels=labels_by_heights(scene))


def dry_and_hazy(scene: Scene) -> Scene:
    """Return the scene with dry grass, less NIR on plants, and haze."""
    nir, red, green = scene.image.astype(np.float32) / np.iinfo(scene.image.dtype).max
    is_low, is_tree = scene.labels == LOW_VEGETATION, scene.labels == TREE
    nir = nir * np.where(is_low, 0.62, np.where(is_tree, 0.8, 1.0))
    red = red * np.where(is_low, 1.5, 1.0)
    green = green * np.where(is_low, 1.2, 1.0)
    hazed = np.stack([nir * 0.7 + 0.05, red * 0.6 + 0.14, green * 0.55 + 0.2])
    return _with(scene, np.stack([gaussian_filter(band, 0.5) for band in hazed]))


def blurred_and_rebalanced(scene: Scene) -> Scene:
    """Return the scene with blur, other gains of its bands and smoothed heights."""
    bands = scene.image.astype(np.float32) / np.iinfo(scene.image.dtype).max
    blurred = np.stack([gaussian_filter(band, 1.3) for band in bands])
    gains = np.array([0.6, 1.0, 1.35], np.float32)[:, None, None]
    toned = np.clip(blurred * gains, 0, 1) ** np.array([1.0, 0.8, 0.8])[:, None, None]
    dsm = gaussian_filter(median_filter(scene.dsm, 5), 2.5)
    return replace(_with(scene, toned), dsm=dsm)


def other_meaning(scene: Scene) -> Scene:
    """Return the scene where clutter is impervious and trees below 5 m are low vegetation."""
    labels = scene.labels.copy()
    labels[labels == CLUTTER] = IMPERVIOUS
    height_m = gaussian_filter(scene.dsm - scene.dtm, 3)
    labels[(labels == TREE) & (height_m < SMALL_TREE_M)] = LOW_VEGETATION
    return replace(scene, labels=labels)


SHIFTS: dict[str, Callable[[Scene], Scene]] = {
    "season and light": dry_and_hazy,
    "sensor and blur": blurred_and_rebalanced,
    "another meaning": other_meaning,
}


def _with(scene: Scene, bands: np.ndarray) -> Scene:
    largest = np.iinfo(scene.image.dtype).max
    return replace(scene, image=(np.clip(bands, 0, 1) * largest).astype(scene.image.dtype))
