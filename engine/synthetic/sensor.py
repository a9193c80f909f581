# SPDX-License-Identifier: GPL-2.0-or-later
"""Camera model: conversion of radiance to an image of 8 or 16 bits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import gaussian_filter

from ..raster.jpeg import BLOCK_PX, through_jpeg

if TYPE_CHECKING:
    from ..tiling.window import Window
    from .conditions import Conditions
    from .noise import NoiseSource

WHITE_RADIANCE = 0.62  # radiance that is exposed to the brightest value
REACH_PX = 24  # largest distance at which pixels affect each other: a JPEG block, and blur
RAW_STEPS = 16  # gray levels of a 16-bit image per level of an 8-bit one: cameras have 12 bits


def expose(
    noise: NoiseSource, window: Window, radiance: np.ndarray, conditions: Conditions
) -> np.ndarray:
    """Return the image (3, h, w) uint8 or uint16 of a window's radiance (3, h, w) float32."""
    toned = np.empty(radiance.shape, np.float32)
    leak = np.float32(conditions.crosstalk)
    settings = zip(radiance, conditions.hazes, conditions.gains, strict=True)
    for band, (light, haze, gain) in enumerate(settings):
        mixed = light if band == 0 else (1 - leak) * light + leak * radiance[0]
        seen = gaussian_filter(mixed, conditions.blur_px)
        seen = (seen + np.float32(haze)) * np.float32(gain / WHITE_RADIANCE)
        toned[band] = 255 * np.power(np.clip(seen, 0, 1), np.float32(conditions.gamma))
        toned[band] += np.float32(conditions.noise_dn) * noise.child("band", band).white(window)
    if conditions.bit_depth == 16:
        return np.clip(np.rint(toned * RAW_STEPS), 0, 255 * RAW_STEPS).astype(np.uint16)
    image = np.clip(np.rint(toned), 0, 255).astype(np.uint8)
    return _compressed(image, window, round(conditions.jpeg_quality))


def _compressed(image: np.ndarray, window: Window, quality: int) -> np.ndarray:
    """Return an image (3, h, w) uint8 after JPEG compression on the block grid of the scene."""
    if quality >= 100:
        return image
    top, left = window.row % BLOCK_PX, window.col % BLOCK_PX
    padded = np.pad(image, ((0, 0), (top, 0), (left, 0)), mode="edge")
    return through_jpeg(padded, quality)[:, top:, left:]
