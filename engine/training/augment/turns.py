# SPDX-License-Identifier: GPL-2.0-or-later
"""Turns: from above there is no up, so each patch is turned and mirrored in eight ways."""

from __future__ import annotations

import numpy as np

WAYS = 8
WAYS_THAT_KEEP_SHAPE = (0, 2, 4, 6)  # half a turn and mirror images, of a patch that is not square


def turn(patch: np.ndarray, way: int) -> np.ndarray:
    """Return the patch (..., H, W), quarter-turned `way % 4` times, mirrored from way 4 on."""
    turned = np.rot90(patch, way % 4, axes=(-2, -1))
    return turned[..., ::-1] if way >= 4 else turned


def draw_way(rng: np.random.Generator, height: int, width: int) -> int:
    """Return a way drawn evenly from those after which a patch still has its height and width."""
    way = int(rng.integers(WAYS))
    return way if height == width else WAYS_THAT_KEEP_SHAPE[way // 2]
