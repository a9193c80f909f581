# SPDX-License-Identifier: GPL-2.0-or-later
"""Noise: smooth random fields, the variation inside every material and the shape of terrain."""

from __future__ import annotations

from math import ceil

import numpy as np

_RMS = 0.479  # of a cubic B-spline through unit noise, along one axis, averaged over phases


def smooth_noise(rng: np.random.Generator, shape: tuple[int, int], cell_px: float) -> np.ndarray:
    """Return noise (H, W) float32 of mean 0 and deviation 1 whose blobs are `cell_px` wide.

    Cells near a pixel give white noise.
    """
    if cell_px < 1.2:
        return rng.standard_normal(shape, np.float32)
    lattice = [ceil(length / cell_px) + 4 for length in shape]
    knots = rng.standard_normal(lattice, np.float32)
    offsets = rng.random(2)
    rows = _interpolate(knots, shape[0], cell_px, offsets[0])  # (H, knots)
    columns = _interpolate(np.ascontiguousarray(rows.T), shape[1], cell_px, offsets[1])
    return np.ascontiguousarray(columns.T) / np.float32(_RMS)  # (H, W)


def fractal_noise(
    rng: np.random.Generator, shape: tuple[int, int], cell_px: float, octaves: int
) -> np.ndarray:
    """Return noise (H, W) float32, deviation 1: each octave half as wide and half as strong."""
    total = np.zeros(shape, np.float32)
    power = 0.0
    for octave in range(octaves):
        strength = 0.5**octave
        total += np.float32(strength) * smooth_noise(rng, shape, cell_px * strength)
        power += strength**2
    return total / np.float32(power**0.5)


def _interpolate(knots: np.ndarray, length: int, cell_px: float, offset: float) -> np.ndarray:
    """Return the cubic B-spline through rows of `knots` at `length` places."""
    position = np.arange(length) / cell_px + offset
    first = position.astype(int)
    t = (position - first).astype(np.float32)[:, None]
    weights = (
        (1 - t) ** 3 / 6,
        (3 * t**3 - 6 * t**2 + 4) / 6,
        (-3 * t**3 + 3 * t**2 + 3 * t + 1) / 6,
        t**3 / 6,
    )
    return sum(weight * knots[first + tap] for tap, weight in enumerate(weights))
