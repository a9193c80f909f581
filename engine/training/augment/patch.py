# SPDX-License-Identifier: GPL-2.0-or-later
"""Random augmentation of a patch by the settings of a recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .light import change_gamma, change_hue, change_saturation, gamma_of
from .moves import rotate, shift
from .turns import draw_way, turn

if TYPE_CHECKING:
    from ...protocol import Normalization
    from ...protocol.catalog.recipes import Augmentation


def augment(
    rng: np.random.Generator,
    channels: np.ndarray,
    classes: np.ndarray,
    augmentation: Augmentation,
    normalization: Normalization,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the channels and classes of a randomly augmented patch.

    Args:
        rng: random generator.
        channels: normalized channels (C, H, W) float, the bands of the image first; invalid pixels
            are 0 in all channels and stay 0.
        classes: classes (H, W) uint8, `IGNORED` where unlabeled.
        augmentation: augmentation of a recipe.
        normalization: normalization of the channels, inverted for photometric augmentation.
    """
    channels, classes = _moved(rng, channels, classes, augmentation)
    if augmentation.gamma or augmentation.hue_deg or augmentation.saturation != (1.0, 1.0):
        channels = _relit(rng, channels, augmentation, normalization)
    if augmentation.stretch:
        channels = _stretched(rng, channels, augmentation.stretch, normalization)
    if augmentation.height_offset_m:
        offset_m = rng.uniform(-1, 1) * augmentation.height_offset_m
        channels = _raised(channels, offset_m, normalization)
    return np.ascontiguousarray(channels), np.ascontiguousarray(classes)


def _moved(
    rng: np.random.Generator, channels: np.ndarray, classes: np.ndarray, augmentation: Augmentation
) -> tuple[np.ndarray, np.ndarray]:
    if augmentation.shift_px:
        limit = augmentation.shift_px
        rows, cols = (int(by) for by in rng.integers(-limit, limit + 1, 2))
        channels, classes = shift(channels, classes, rows, cols)
    if augmentation.rotation_deg:
        angle_deg = rng.uniform(-augmentation.rotation_deg, augmentation.rotation_deg)
        channels, classes = rotate(channels, classes, angle_deg)
    if augmentation.mirror and rng.random() < 0.5:
        channels, classes = channels[..., ::-1], classes[..., ::-1]
    if augmentation.turns:
        way = draw_way(rng, *classes.shape)
        channels, classes = turn(channels, way), turn(classes, way)
    return channels, classes


def _relit(
    rng: np.random.Generator,
    channels: np.ndarray,
    augmentation: Augmentation,
    normalization: Normalization,
) -> np.ndarray:
    bands = len(normalization.band_mean)
    mean, std = (
        np.asarray(numbers, channels.dtype)[:, None, None]
        for numbers in (normalization.band_mean, normalization.band_std)
    )
    light = channels[:bands] * std + mean  # black is 0, white is 1
    if augmentation.gamma:
        light = change_gamma(light, gamma_of(rng.uniform(-augmentation.gamma, augmentation.gamma)))
    if bands == 3 and augmentation.saturation != (1.0, 1.0):
        light = change_saturation(light.clip(0, 1), rng.uniform(*augmentation.saturation))
    if bands == 3 and augmentation.hue_deg:
        degrees = rng.uniform(-augmentation.hue_deg, augmentation.hue_deg)
        light = change_hue(light.clip(0, 1), degrees)
    valid = channels.any(axis=0)  # (H, W)
    return np.concatenate([(light - mean) / std * valid, channels[bands:]])


def _stretched(
    rng: np.random.Generator, channels: np.ndarray, deviation: float, normalization: Normalization
) -> np.ndarray:
    """Return the channels with shifted black and white points, together or for each band."""
    bands = len(normalization.band_mean)
    together = normalization.stretch_together
    by = deviation * rng.standard_normal((1 if together else bands, 2, 1, 1)).astype(channels.dtype)
    mean, std = (
        np.asarray(numbers, channels.dtype)[:, None, None]
        for numbers in (normalization.band_mean, normalization.band_std)
    )
    light = channels[:bands] * std + mean  # black is 0, white is 1
    light = (light - by[:, 0]) / np.maximum(1 + by[:, 1] - by[:, 0], 0.5)
    valid = channels.any(axis=0)  # (H, W)
    scaled = (light.clip(*normalization.stretch_limits) - mean) / std * valid
    return np.concatenate([scaled, channels[bands:]])


def _raised(channels: np.ndarray, offset_m: float, normalization: Normalization) -> np.ndarray:
    """Return the channels with an offset of the heights, if there are any."""
    bands = len(normalization.band_mean)
    if len(channels) == bands:
        return channels
    heights = channels[bands] * normalization.height_std_m + normalization.height_mean_m + offset_m
    raised = [(heights - normalization.height_mean_m) / normalization.height_std_m]
    if normalization.bends_heights:
        raised.append(np.arcsinh(heights / normalization.height_knee_m))
    valid = channels.any(axis=0)  # (H, W)
    rest = channels[bands + len(raised) :]
    return np.concatenate([channels[:bands], np.stack(raised).astype(channels.dtype) * valid, rest])
