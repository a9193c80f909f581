# SPDX-License-Identifier: GPL-2.0-or-later
"""Roofs: the height of a roof above its eaves, in a building's own coordinates."""

from __future__ import annotations

from enum import Enum

import numpy as np


class Roof(Enum):
    """Shapes of roofs; the ridge runs along the building."""

    FLAT = "flat"
    GABLE = "gable"
    HIP = "hip"
    SHED = "shed"

    def rise(
        self, along: np.ndarray, across: np.ndarray, length_m: float, width_m: float, slope: float
    ) -> np.ndarray:
        """Return metres above the eaves.

        Args:
            along: (h, w) metres from the center, in direction of the length.
            across: (h, w) metres from the center, in direction of the width.
            length_m: of the building.
            width_m: of the building.
            slope: rise over run.
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


_RISES = {Roof.FLAT: _flat, Roof.GABLE: _gable, Roof.HIP: _hip, Roof.SHED: _shed}
