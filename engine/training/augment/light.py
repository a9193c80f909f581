# SPDX-License-Identifier: GPL-2.0-or-later
"""Photometric augmentation: gamma, saturation and hue.

T. Pohlen, A. Hermans, M. Mathias, B. Leibe, Full-Resolution Residual Networks for Semantic
Segmentation in Street Scenes, CVPR 2017, Section 4 and the released code.
"""

from __future__ import annotations

from math import log, sqrt

import numpy as np


def gamma_of(z: float) -> float:
    """Return the exponent of a gamma curve: 1 at 0, and reciprocal values at z and -z.

    If z is uniform around 0, brighter and darker curves are equally likely.

    Args:
        z: parameter of the curve, -0.5..0.5.

    Example:
        >>> round(gamma_of(0.05), 6), round(gamma_of(-0.05), 6)
        (0.815185, 1.226716)
    """
    return log(0.5 + z / sqrt(2)) / log(0.5 - z / sqrt(2))


def change_gamma(light: np.ndarray, gamma: float) -> np.ndarray:
    """Return intensities to the power of gamma; values below black are unchanged.

    Args:
        light: intensities of any shape, float; black is 0, white is 1, larger values are allowed.
        gamma: positive exponent.
    """
    return np.where(light > 0, np.abs(light) ** gamma, light).astype(light.dtype)


def change_saturation(light: np.ndarray, factor: float) -> np.ndarray:
    """Return intensities with multiplied saturation, limited so that no band falls below black.

    Args:
        light: intensities (3, H, W) float, 0..1.
        factor: factor of the saturation; at 0, all bands become equal to the brightest one.
    """
    value = light.max(axis=0)
    below = value - light  # value x saturation x a factor that depends on the hue
    spread = below.max(axis=0)
    limit = np.divide(value, spread, out=np.ones_like(value), where=spread > 0)
    return value - below * np.minimum(factor, limit)


def change_hue(light: np.ndarray, degrees: float) -> np.ndarray:
    """Return intensities with rotated hue and the same value and saturation.

    Args:
        light: intensities (3, H, W) float, 0..1.
        degrees: rotation of the hue; at 120, the first band becomes the second one.
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
    """Return the hue (H, W) in sixths of the color circle."""
    first, second, third = light
    by = np.where(spread > 0, spread, 1)
    return np.where(
        value == first,
        (second - third) / by,
        np.where(value == second, 2 + (third - first) / by, 4 + (first - second) / by),
    )
