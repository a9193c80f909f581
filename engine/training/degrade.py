# SPDX-License-Identifier: GPL-2.0-or-later
"""Degrading: the flaws of real inputs, added to clean scenes so that a network learns to bear them.

Surface models are smeared, coarse and noisy; the ground under them is a little wrong; images are
soft and unevenly lit; and rasters have edges beyond which there is nothing.
"""

from __future__ import annotations

from math import pi

import numpy as np
from scipy.ndimage import gaussian_filter, grey_dilation

from ..raster.ground import ground_of, lowest_heights
from ..raster.resample import interpolate_axes
from ..scenes.noise import smooth_noise

GROUND_CELL_M = 1.0
GROUND_KINDS = ("true", "wrong", "estimated")
GROUND_SHARES = (0.35, 0.25, 0.40)


def degrade_image(rng: np.random.Generator, image: np.ndarray, gsd_m: float) -> np.ndarray:
    """Return an image (3, H, W) float32, softer, noisier and unevenly lit."""
    degraded = image.astype(np.float32)
    if rng.random() < 0.4:
        blur_px = rng.uniform(0.2, 0.9)
        degraded = np.stack([gaussian_filter(band, blur_px) for band in degraded])
    if rng.random() < 0.3:
        light = smooth_noise(rng, image.shape[1:], 40 / gsd_m)
        degraded *= 1 + np.float32(rng.uniform(0, 0.06)) * light
    degraded += np.float32(rng.uniform(0, 3)) * rng.standard_normal(image.shape, np.float32)
    return degraded


def degrade_surface(rng: np.random.Generator, dsm: np.ndarray, gsd_m: float) -> np.ndarray:
    """Return a DSM (H, W) float32 as matching or a coarse LiDAR survey would give it."""
    degraded = dsm
    kind = rng.random()
    if kind < 0.25:
        size_px = 2 * max(1, round(rng.uniform(0.05, 0.25) / gsd_m)) + 1
        degraded = gaussian_filter(grey_dilation(degraded, (size_px, size_px)), 0.7)
    elif kind < 0.5:
        degraded = _coarsened(degraded, rng.uniform(0.2, 0.6) / gsd_m)
    elif kind < 0.8:
        degraded = gaussian_filter(degraded, rng.uniform(0.2, 1.6))
    if rng.random() < 0.6:
        noise = rng.standard_normal(dsm.shape, np.float32)
        blobs = smooth_noise(rng, dsm.shape, rng.uniform(0.5, 2.0) / gsd_m)
        degraded = degraded + np.float32(rng.uniform(0, 0.08)) * noise
        degraded = degraded + np.float32(rng.uniform(0, 0.15)) * blobs
    return degraded


def find_ground(
    rng: np.random.Generator, dsm: np.ndarray, dtm: np.ndarray, gsd_m: float
) -> np.ndarray:
    """Return a ground (H, W) float32: the true one, a wrong one, or one estimated from the DSM."""
    kind = GROUND_KINDS[rng.choice(len(GROUND_KINDS), p=GROUND_SHARES)]
    if kind == "estimated":
        return estimate_ground_under(dsm, gsd_m)
    if kind == "true":
        return dtm
    waves = smooth_noise(rng, dtm.shape, rng.uniform(15, 60) / gsd_m)
    offset_m = np.float32(rng.normal(0, 0.25))
    return gaussian_filter(dtm, 2 / gsd_m) + offset_m + np.float32(rng.uniform(0, 0.4)) * waves


def estimate_ground_under(dsm: np.ndarray, gsd_m: float) -> np.ndarray:
    """Return the ground (H, W) float32 that labeling would estimate under a DSM (H, W)."""
    factor = max(1, round(GROUND_CELL_M / gsd_m))
    height, width = dsm.shape
    padding = ((0, -height % factor), (0, -width % factor))
    padded = np.pad(dsm, padding, constant_values=np.nan)
    ground = ground_of(lowest_heights(padded, factor), factor * gsd_m)
    rows, cols = ((np.arange(length) + 0.5) / factor - 0.5 for length in dsm.shape)
    return interpolate_axes(ground, rows, cols)


def cut_edge(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Return validity (H, W) bool: now and then a survey ends within the scene."""
    if rng.random() > 0.12:
        return np.ones(shape, bool)
    angle = rng.uniform(0, 2 * pi)
    rows, cols = np.ogrid[-0.5 : 0.5 : shape[0] * 1j, -0.5 : 0.5 : shape[1] * 1j]
    return rows * np.sin(angle) + cols * np.cos(angle) < rng.uniform(0.1, 0.4)


def _coarsened(dsm: np.ndarray, factor: float) -> np.ndarray:
    """Return the DSM sampled every `factor` pixels and interpolated back."""
    if factor <= 1:
        return dsm
    axes = [np.arange(0, length, factor).astype(int) for length in dsm.shape]
    coarse = dsm[np.ix_(*axes)]
    rows, cols = (
        np.interp(np.arange(length), axis, np.arange(len(axis)))
        for length, axis in zip(dsm.shape, axes, strict=True)
    )
    return interpolate_axes(coarse, rows, cols)
