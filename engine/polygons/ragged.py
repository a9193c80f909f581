# SPDX-License-Identifier: GPL-2.0-or-later
"""Ragged arrays: sequences of different lengths, stored in one flat array."""

from __future__ import annotations

import numpy as np


def offsets(lengths: np.ndarray) -> np.ndarray:
    """Return the start of each sequence and the end of the last one, (n + 1,) int64.

    >>> offsets(np.array([2, 3])).tolist()
    [0, 2, 5]
    """
    return np.concatenate(([0], np.cumsum(lengths, dtype=np.int64)))


def gather(starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Return the flat indices of `lengths[i]` elements from `starts[i]` on, for every i.

    >>> gather(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    shift = starts - offsets(lengths)[:-1]
    return np.repeat(shift, lengths) + np.arange(int(np.sum(lengths)))
