# SPDX-License-Identifier: GPL-2.0-or-later
"""Rectangles of common cars in a region that holds several, one by one, the best first.

The score of a position and a direction is the share of the rectangle that is car and not taken yet,
less half of the share of car in a ring around it. The ring uses the whole region, so a position
between two cars scores less than one on either.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil, hypot, pi
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import signal

from .rectangle import Rectangle

if TYPE_CHECKING:
    from .settings import CarSettings

STEP_DEG, COARSE_STEP_DEG = 7.5, 15.0
LARGE_M2 = 60.0  # area of a region from which directions are tried in coarse steps
RING_WEIGHT = 0.5
CLEAR_LENGTH_M, CLEAR_WIDTH_M = 0.25, 0.2  # margin of a taken rectangle, on each side


class _Kernel(NamedTuple):
    """Weights of one direction, (k, k) float32 each, with an odd edge."""

    angle: float
    inside: np.ndarray
    ring: np.ndarray


def pack_cars(
    mask: np.ndarray, gsd_m: float, main_angle: float, settings: CarSettings
) -> list[Rectangle]:
    """Return rectangles of common cars in a region, in meters from the mask's corner.

    Args:
        mask: pixels of the region, (h, w) bool.
        gsd_m: edge of a pixel in meters.
        main_angle: direction that is tried beside the regular ones, with its normal, in radians.
        settings: sizes and limits.
    """
    area_m2 = float(mask.sum()) * gsd_m**2
    step = COARSE_STEP_DEG if area_m2 > LARGE_M2 else STEP_DEG
    angles = (main_angle, main_angle + pi / 2, *np.radians(np.arange(0, 180, step)))
    kernels = [_kernel(float(angle), gsd_m, settings) for angle in angles]
    margin = ceil((settings.width_m / 2 + settings.ring_m) / gsd_m) + 1
    whole = np.pad(mask, margin).astype(np.float32)
    packing = _Packing(whole, kernels, gsd_m, settings)
    most = int(area_m2 / settings.area_m2 * 1.6) + 2
    offset_m = margin * gsd_m
    found: list[Rectangle] = []
    while len(found) < most:
        taken = packing.take_best()
        if taken is None:
            break
        found.append(taken._replace(x=taken.x - offset_m, y=taken.y - offset_m))
    return found


class _Packing:
    """Scores of all positions and directions, updated where a rectangle was taken."""

    def __init__(
        self, whole: np.ndarray, kernels: list[_Kernel], gsd_m: float, settings: CarSettings
    ) -> None:
        self._free = whole.copy()
        self._kernels, self._gsd_m, self._settings = kernels, gsd_m, settings
        self._rings = np.stack([_correlate(whole, kernel.ring) for kernel in kernels])
        inside = np.stack([_correlate(whole, kernel.inside) for kernel in kernels])
        self._inside = inside
        self._is_allowed = np.ones(whole.shape, bool)
        height, width = whole.shape
        rows, cols = np.mgrid[:height, :width]
        self._xy = np.stack(((cols + 0.5) * gsd_m, (rows + 0.5) * gsd_m), axis=-1)

    def take_best(self) -> Rectangle | None:
        """Take the rectangle with the best score and return it; None if none is good enough."""
        settings = self._settings
        while True:
            scores = (self._inside - self._rings) * self._is_allowed
            kernel, row, col = np.unravel_index(int(scores.argmax()), scores.shape)
            if scores[kernel, row, col] < settings.least_score:
                return None
            if self._inside[kernel, row, col] < settings.least_inside:
                self._is_allowed[max(0, row - 1) : row + 2, max(0, col - 1) : col + 2] = False
                continue
            x, y = self._xy[row, col]
            rectangle = Rectangle(
                float(x), float(y), self._kernels[kernel].angle, settings.length_m, settings.width_m
            )
            self._clear(rectangle, int(row), int(col))
            return rectangle

    def _clear(self, rectangle: Rectangle, row: int, col: int) -> None:
        """Mark the pixels of a rectangle as taken, and update the scores that they change."""
        along, across = rectangle.frame(self._xy)
        is_taken = np.abs(along) <= rectangle.length_m / 2 + CLEAR_LENGTH_M
        is_taken &= np.abs(across) <= rectangle.width_m / 2 + CLEAR_WIDTH_M
        self._free[is_taken] = 0
        reach = len(self._kernels[0].inside) // 2
        changed = reach + ceil((hypot(rectangle.length_m, rectangle.width_m) / 2 + 1) / self._gsd_m)
        top, left = max(0, row - changed), max(0, col - changed)
        window = np.s_[top : row + changed + 1, left : col + changed + 1]
        around = np.s_[
            max(0, top - reach) : row + changed + 1 + reach,
            max(0, left - reach) : col + changed + 1 + reach,
        ]
        free = self._free[around]
        inner = np.s_[top - max(0, top - reach) :, left - max(0, left - reach) :]
        for number, kernel in enumerate(self._kernels):
            shares = _correlate(free, kernel.inside)[inner]
            target = self._inside[number][window]
            target[:] = shares[: target.shape[0], : target.shape[1]]


def _correlate(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the correlation with a symmetric kernel, with zeros outside, in the same shape."""
    return signal.fftconvolve(values, weights, mode="same")


@lru_cache(maxsize=256)
def _kernel(angle: float, gsd_m: float, settings: CarSettings) -> _Kernel:
    length_m, width_m, ring_m = settings.length_m, settings.width_m, settings.ring_m
    reach = ceil((hypot(length_m, width_m) / 2 + ring_m) / gsd_m) + 1
    rows, cols = np.mgrid[-reach : reach + 1, -reach : reach + 1] * gsd_m
    rectangle = Rectangle(0, 0, angle, length_m, width_m)
    along, across = (np.abs(each) for each in rectangle.frame(np.stack((cols, rows), axis=-1)))
    inside = (along <= length_m / 2) & (across <= width_m / 2)
    ring = (along <= length_m / 2 + ring_m) & (across <= width_m / 2 + ring_m) & ~inside
    return _Kernel(
        angle,
        (inside / inside.sum()).astype(np.float32),
        # Where a pixel is larger than a car, no pixel is in the ring.
        (RING_WEIGHT * ring / max(1, ring.sum())).astype(np.float32),
    )
