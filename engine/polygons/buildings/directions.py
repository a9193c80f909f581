# SPDX-License-Identifier: GPL-2.0-or-later
"""The dominant directions of a building: one pair of right angles, sometimes a second one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

GRID_DEG = np.arange(0, 90, 0.5)
SPREAD_DEG = 2.5  # standard deviation of the density over angles
REFINING_DEG = (8, 4, 3)  # successively narrower neighborhoods of the peak
SECOND_APART_DEG = 12  # smallest angle between the pairs
SECOND_NEAR_DEG = 6
SECOND_SHARE = 0.3  # smallest share of the length for a second pair


def dominant_directions(rings_m: Sequence[np.ndarray], shortest_m: float) -> tuple[float, ...]:
    """Return one or two angles from 0 to 90 degrees; each stands for a pair of directions.

    Args:
        rings_m: simplified outlines of one building, closed, each (k, 2) in meters.
        shortest_m: length of the shortest edge that counts; all count if none is as long.
    """
    moves = np.concatenate([np.diff(ring, axis=0) for ring in rings_m])
    lengths = np.hypot(moves[:, 0], moves[:, 1])
    if (is_long := lengths >= shortest_m).any():
        moves, lengths = moves[is_long], lengths[is_long]
    angles = np.degrees(np.arctan2(moves[:, 1], moves[:, 0])) % 90
    main = _peak(angles, lengths)
    is_far = np.abs(turn(angles, main)) > SECOND_APART_DEG
    least = SECOND_SHARE * lengths.sum()
    if lengths[is_far].sum() <= least:
        return (main,)
    second = _peak(angles[is_far], lengths[is_far])
    is_near = np.abs(turn(angles, second)) < SECOND_NEAR_DEG
    is_apart = abs(turn(second, main)) > SECOND_APART_DEG
    return (main, second) if is_apart and lengths[is_near].sum() > least else (main,)


def turn(angle: Any, origin: Any) -> Any:
    """Return the turn from `origin` to an angle, between right angles, from -45 to 45 degrees.

    >>> turn(88.0, 1.0)
    -3.0
    """
    return (angle - origin + 45) % 90 - 45


def _peak(angles: np.ndarray, lengths: np.ndarray) -> float:
    """Return the angle where most of the length is, refined by its neighborhood's mean."""
    apart = turn(angles, GRID_DEG[:, None])
    density = np.exp(-0.5 * (apart / SPREAD_DEG) ** 2) @ lengths**1.5
    angle = float(GRID_DEG[density.argmax()])
    for reach in REFINING_DEG:
        apart = turn(angles, angle)
        weight = np.where(np.abs(apart) < reach, lengths**2, 0)
        if weight.any():
            angle += float(apart @ weight / weight.sum())
    return angle % 90
