# SPDX-License-Identifier: GPL-2.0-or-later
"""Roof shapes: height of a roof above its eaves, in the building's own coordinates."""

from __future__ import annotations

from enum import Enum

import numpy as np

SAW_M = 7.0  # period of a sawtooth roof
MANSARD_BREAK_M = 1.2  # distance from the eaves to the break of a mansard roof
CROSS_M = 5.0  # width of the gables across a cross-gabled roof


class Roof(Enum):
    """Roof shapes; the ridge runs along the building."""

    FLAT = "flat"
    GABLE = "gable"
    HIP = "hip"
    SHED = "shed"
    HALF_HIP = "half hip"
    MANSARD = "mansard"
    CROSS_GABLE = "cross gable"
    SAWTOOTH = "sawtooth"

    def rise(
        self, along: np.ndarray, across: np.ndarray, length_m: float, width_m: float, slope: float
    ) -> np.ndarray:
        """Return the height above the eaves, (h, w), in meters.

        Args:
            along: distance from the center along the building, (h, w), in meters.
            across: distance from the center across the building, (h, w), in meters.
            length_m: length of the building in meters.
            width_m: width of the building in meters.
            slope: slope of the roof, rise over run.
        """
        return _RISES[self](along, across, length_m, width_m, np.float32(slope))


def _flat(
    along: np.ndarray, _across: np.ndarray, _length: float, _width: float, _slope: np.float32
) -> np.ndarray:
    return np.zeros_like(along)


def _gable(
    _along: np.ndarray, across: np.ndarray, _length: float, width: float, slope: np.float32
) -> np.ndarray:
    return slope * np.maximum(width / 2 - np.abs(across), 0)


def _hip(
    along: np.ndarray, across: np.ndarray, length: float, width: float, slope: np.float32
) -> np.ndarray:
    run = np.minimum(width / 2 - np.abs(across), length / 2 - np.abs(along))
    return slope * np.maximum(run, 0)


def _shed(
    _along: np.ndarray, across: np.ndarray, _length: float, width: float, slope: np.float32
) -> np.ndarray:
    return slope * np.float32(0.35) * (across + width / 2)


def _half_hip(
    along: np.ndarray, across: np.ndarray, length: float, width: float, slope: np.float32
) -> np.ndarray:
    end = width / 4 + length / 2 - np.abs(along)  # the hip starts at half the gable's height
    return slope * np.maximum(np.minimum(width / 2 - np.abs(across), end), 0)


def _mansard(
    along: np.ndarray, across: np.ndarray, length: float, width: float, slope: np.float32
) -> np.ndarray:
    run = np.maximum(np.minimum(width / 2 - np.abs(across), length / 2 - np.abs(along)), 0)
    steep = np.minimum(run, MANSARD_BREAK_M) * np.float32(2.2)
    return steep + np.float32(0.35) * slope * np.maximum(run - MANSARD_BREAK_M, 0)


def _cross_gable(
    along: np.ndarray, across: np.ndarray, length: float, width: float, slope: np.float32
) -> np.ndarray:
    main = width / 2 - np.abs(across)
    crossing = CROSS_M / 2 - np.abs(np.abs(along) - length / 5)
    return slope * np.maximum(np.maximum(main, crossing), 0)


def _sawtooth(
    along: np.ndarray, _across: np.ndarray, _length: float, _width: float, slope: np.float32
) -> np.ndarray:
    return slope * np.float32(0.8) * np.mod(along, SAW_M)


_RISES = {
    Roof.FLAT: _flat,
    Roof.GABLE: _gable,
    Roof.HIP: _hip,
    Roof.SHED: _shed,
    Roof.HALF_HIP: _half_hip,
    Roof.MANSARD: _mansard,
    Roof.CROSS_GABLE: _cross_gable,
    Roof.SAWTOOTH: _sawtooth,
}
