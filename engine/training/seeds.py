# SPDX-License-Identifier: GPL-2.0-or-later
"""Random seeds by position in a run, so each draw can be repeated independently."""

from __future__ import annotations

import numpy as np


def seed_at(seed: int, *position: int) -> int:
    """Return the seed of a position in a run, 0..2^63 - 1.

    Args:
        seed: random seed of the run.
        *position: numbers of stage, step, process and patch, as far as they apply.

    Example:
        >>> seed_at(1, 0, 5) == seed_at(1, 0, 5) != seed_at(1, 5, 0)
        True
    """
    return int(np.random.SeedSequence((seed, *position)).generate_state(1, np.uint64)[0] >> 1)
