# SPDX-License-Identifier: GPL-2.0-or-later
"""Greenness: the NDVI on the scale of the scene, as an input channel of networks."""

from __future__ import annotations

import numpy as np

MIDDLE = 0.13  # NDVI of the border between plants and the rest, once near infrared is balanced
UNIT = 0.2
DARK = 0.02  # of the white points; keeps the ratio of nearly black pixels from being noise


def greenness(
    nir: np.ndarray,
    red: np.ndarray,
    nir_range: tuple[float, float],
    red_range: tuple[float, float],
) -> np.ndarray:
    """Return the NDVI of balanced bands, less 0.13 and divided by 0.2, (h, w) float32.

    Args:
        nir: raw values of near infrared, (h, w) float32.
        red: raw values of red, (h, w) float32.
        nir_range: black and white point of near infrared, divided by the gain that balances it.
        red_range: black and white point of red.
    """
    white = red_range[1] if red_range[1] > 0 else 1.0
    gain = white / nir_range[1] if nir_range[1] > 0 else 1.0
    with np.errstate(over="ignore", invalid="ignore"):  # invalid pixels may hold anything
        balanced = np.maximum(nir * np.float32(gain), 0)
        red = np.maximum(red, 0)
        ndvi = (balanced - red) / (balanced + red + np.float32(DARK * white))
    return (ndvi - np.float32(MIDDLE)) / np.float32(UNIT)
