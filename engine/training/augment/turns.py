# SPDX-License-Identifier: GPL-2.0-or-later
"""Dihedral augmentation: aerial imagery has no preferred orientation, so all eight are used."""

from __future__ import annotations

import numpy as np

WAYS = 8
WAYS_THAT_KEEP_SHAPE = (0, 2, 4, 6)  # half turn and reflections, for patches that are not square


def turn(patch: np.ndarray, way: int) -> np.ndarray:
    """Return a patch (..., H, W) after `way % 4` quarter turns, mirrored if `way` is 4 or more."""
    turned = np.rot90(patch, way % 4, axes=(-2, -1))
    return turned[..., ::-1] if way >= 4 else turned


def draw_way(rng: np.random.Generator, height: int, width: int) -> int:
    """Return a random orientation, uniform over those that keep the height and width of a patch."""
    way = int(rng.integers(WAYS))
    return way if height == width else WAYS_THAT_KEEP_SHAPE[way // 2]
