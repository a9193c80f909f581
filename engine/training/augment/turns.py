# SPDX-License-Identifier: GPL-2.0-or-later
"""Turns: from above there is no up, so each patch is turned and mirrored in eight ways."""

from __future__ import annotations

import numpy as np

WAYS = 8


def turn(patch: np.ndarray, way: int) -> np.ndarray:
    """Return the patch (..., H, W), quarter-turned `way % 4` times, mirrored from way 4 on."""
    turned = np.rot90(patch, way % 4, axes=(-2, -1))
    return turned[..., ::-1] if way >= 4 else turned
