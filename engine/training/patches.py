# SPDX-License-Identifier: GPL-2.0-or-later
"""Patches: random windows of labeled scenes, augmented, for all kinds of training."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from .augment import augment

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from ..protocol import Normalization
    from ..protocol.catalog.recipes import Augmentation, Sampling
    from ..tiling.window import Window
    from .patch_sampler import PatchSampler


class Patch(NamedTuple):
    """Patch of a scene.

    Args:
        channels: normalized channels (C, H, W) float32.
        classes: classes (H, W) uint8, `IGNORED` where unlabeled.
    """

    channels: np.ndarray
    classes: np.ndarray


class PatchSource(Protocol):
    """Labeled scene that patches are cut from."""

    @property
    def classes(self) -> np.ndarray:
        """Classes (H, W) uint8 of the scene, `IGNORED` where unlabeled."""

    @property
    def sampler(self) -> PatchSampler:
        """Sampler of its windows."""

    def cut(self, window: Window) -> Patch:
        """Return the patch in a window of the scene."""


def draw_patch(
    rng: np.random.Generator,
    sources: Sequence[PatchSource],
    sampling: Sampling,
    augmentation: Augmentation,
    normalization: Normalization,
) -> Patch:
    """Return an augmented patch of a random scene.

    Args:
        rng: random generator.
        sources: scenes to draw from, with equal probability.
        sampling: size of the patch, or whole scenes, and share of balanced patches.
        augmentation: augmentation of the patch.
        normalization: normalization of the channels.
    """
    source = sources[int(rng.integers(len(sources)))]
    height, width = sampling.patch_px or source.classes.shape
    window = source.sampler.draw(rng, height, width, sampling.balanced_share)
    patch = source.cut(window)
    return Patch(*augment(rng, patch.channels, patch.classes, augmentation, normalization))
