# SPDX-License-Identifier: GPL-2.0-or-later
"""Ragged arithmetic: sequences of different lengths, stored one after the other."""

from __future__ import annotations

import numpy as np


def offsets(lengths: np.ndarray) -> np.ndarray:
    """Return (n + 1,) int64: where each sequence starts, and where the last one ends.

    >>> offsets(np.array([2, 3])).tolist()
    [0, 2, 5]
    """
    return np.concatenate(([0], np.cumsum(lengths, dtype=np.int64)))


def gather(starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Return the indices of `lengths[i]` elements from `starts[i]` on, for every i.

    >>> gather(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    shift = starts - offsets(lengths)[:-1]
    return np.repeat(shift, lengths) + np.arange(int(np.sum(lengths)))
