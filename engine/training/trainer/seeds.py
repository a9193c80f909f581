# SPDX-License-Identifier: GPL-2.0-or-later
"""Seeds: one for each place in a run, so that every draw can be repeated by itself."""

from __future__ import annotations

import numpy as np


def seed_at(seed: int, *position: int) -> int:
    """Return the seed of a place in a run, 0..2^63 - 1.

    Args:
        seed: of the run.
        *position: numbers that say where: stage, step, process, patch.

    Example:
        >>> seed_at(1, 0, 5) == seed_at(1, 0, 5) != seed_at(1, 5, 0)
        True
    """
    return int(np.random.SeedSequence((seed, *position)).generate_state(1, np.uint64)[0] >> 1)
