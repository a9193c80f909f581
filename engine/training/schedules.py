# SPDX-License-Identifier: GPL-2.0-or-later
"""Schedules: how the learning rate goes up once and then down."""

from __future__ import annotations

from math import cos, pi


def warm_cosine(step: int, steps: int, warm_steps: int) -> float:
    """Return the share 0..1 of the highest rate at a step: a ramp, then half a cosine to zero.

    Example:
        >>> [round(warm_cosine(step, 100, 10), 2) for step in (0, 9, 55, 100)]
        [0.1, 1.0, 0.5, 0.0]
    """
    if step < warm_steps:
        return (step + 1) / warm_steps
    done = (step - warm_steps) / max(1, steps - warm_steps)
    return 0.5 * (1 + cos(pi * min(1.0, done)))
