# SPDX-License-Identifier: GPL-2.0-or-later
"""Light: the same place on another day, by gamma curves, saturation and hue.

T. Pohlen, A. Hermans, M. Mathias, B. Leibe, Full-Resolution Residual Networks for Semantic
Segmentation in Street Scenes, CVPR 2017, Section 4 and the released code.
"""

from __future__ import annotations

from math import log, sqrt

import numpy as np


def gamma_of(z: float) -> float:
    """Return the exponent of a gamma curve: 1 for 0, and the inverse for the negative.

    Drawn evenly around zero, curves above and below the diagonal are equally likely.

    Args:
        z: within -0.5..0.5.

    Example:
        >>> round(gamma_of(0.05), 6), round(gamma_of(-0.05), 6)
        (0.815185, 1.226716)
    """
    return log(0.5 + z / sqrt(2)) / log(0.5 - z / sqrt(2))


def change_gamma(light: np.ndarray, gamma: float) -> np.ndarray:
    """Return light to the power of gamma; below black it stays as it is.

    Args:
        light: any shape, float, black 0 and white 1; beyond white the curve just goes on.
        gamma: above zero.
    """
    return np.where(light > 0, np.abs(light) ** gamma, light).astype(light.dtype)


def change_saturation(light: np.ndarray, factor: float) -> np.ndarray:
    """Return light whose saturation is multiplied, as far as no band falls below black.

    Args:
        light: (3, H, W) float within 0..1.
        factor: 0 leaves the brightest band in all three.
    """
    value = light.max(axis=0)
    below = value - light  # value x saturation x a number of the hue
    spread = below.max(axis=0)
    limit = np.divide(value, spread, out=np.ones_like(value), where=spread > 0)
    return value - below * np.minimum(factor, limit)


def change_hue(light: np.ndarray, degrees: float) -> np.ndarray:
    """Return light whose hue is turned, value and saturation kept.

    Args:
        light: (3, H, W) float within 0..1.
        degrees: 120 makes the first band the second one.
    """
    value = light.max(axis=0)
    spread = value - light.min(axis=0)
    sextant = _hue(light, value, spread) + degrees / 60
    channels = []
    for offset in (5, 3, 1):
        k = (offset + sextant) % 6
        channels.append(value - spread * np.clip(np.minimum(k, 4 - k), 0, 1))
    return np.stack(channels).astype(light.dtype)


def _hue(light: np.ndarray, value: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Return the hue in sixths of the circle, (H, W)."""
    first, second, third = light
    by = np.where(spread > 0, spread, 1)
    return np.where(
        value == first,
        (second - third) / by,
        np.where(value == second, 2 + (third - first) / by, 4 + (first - second) / by),
    )
