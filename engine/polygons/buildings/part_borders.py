# SPDX-License-Identifier: GPL-2.0-or-later
"""Parts of a building that are none.

Their border is no step, or they stand on the roof, or they are as high as their neighbor: the
teeth of a sawtooth roof.
"""

from __future__ import annotations

import numpy as np

STEP_SHARE = 0.75  # least share of a border along which the height steps
DIFFERENCE_M = 0.6  # least difference of the mean heights of two parts
ENCLOSED_SHARE = 0.7  # share of a part's border with one other part from which it is on its roof


def merge_parts(parts: np.ndarray, is_step: np.ndarray, heights_m: np.ndarray) -> np.ndarray:
    """Return parts merged across borders without a step, and with what stands on their roof.

    Args:
        parts: number of the part of each pixel from 1, (h, w) int32; 0 outside.
        is_step: whether the height steps at the pixel, (h, w) bool.
        heights_m: heights above ground, (h, w) float32, NaN where unknown.

    Returns:
        Numbers of the merged parts from 1 without gaps, (h, w) int32.
    """
    one, other, has_step = _borders(parts, is_step)
    number = np.arange(parts.max() + 1)
    is_known = np.isfinite(heights_m)
    pixels = np.bincount(parts[is_known], minlength=len(number))
    volume = np.bincount(parts[is_known], heights_m[is_known], minlength=len(number))
    while True:
        mean_m = np.bincount(number, volume) / np.maximum(np.bincount(number, pixels), 1)
        pair = _weakest(number[one], number[other], has_step, mean_m)
        if pair is None:
            break
        number[number == pair[1]] = pair[0]
    _, merged = np.unique(number[parts], return_inverse=True)
    return merged.reshape(parts.shape).astype(np.int32)


def _borders(parts: np.ndarray, is_step: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the parts beside each pixel edge between two of them, and whether it is a step."""
    beside: tuple[list[np.ndarray], ...] = ([], [], [])
    padded, steps = np.pad(parts, 1), np.pad(is_step, 1)
    for here, there in ((np.s_[1:], np.s_[:-1]), (np.s_[:, 1:], np.s_[:, :-1])):
        is_border = padded[here] != padded[there]
        beside[0].append(padded[here][is_border])
        beside[1].append(padded[there][is_border])
        beside[2].append((steps[here] | steps[there])[is_border])
    one, other, has_step = (np.concatenate(each) for each in beside)
    return np.minimum(one, other), np.maximum(one, other), has_step


def _weakest(
    one: np.ndarray, other: np.ndarray, has_step: np.ndarray, mean_m: np.ndarray
) -> tuple[int, int] | None:
    """Return the two parts with the weakest border between them; nothing if all are strong."""
    count = int(max(one.max(), other.max())) + 1
    low, high = np.minimum(one, other), np.maximum(one, other)
    is_between = (low > 0) & (low != high)
    pairs, which = np.unique(low[is_between] * count + high[is_between], return_inverse=True)
    if not len(pairs):
        return None
    lengths = np.bincount(which)
    stepped = np.bincount(which, has_step[is_between]) / lengths
    around = np.bincount(low[low != high], minlength=count) + np.bincount(
        high[low != high], minlength=count
    )
    first, second = pairs // count, pairs % count
    enclosed = lengths / np.minimum(around[first], around[second])
    strength = np.minimum(stepped / STEP_SHARE, ENCLOSED_SHARE / enclosed)
    strength = np.minimum(strength, np.abs(mean_m[first] - mean_m[second]) / DIFFERENCE_M)
    weakest = int(strength.argmin())
    return (int(first[weakest]), int(second[weakest])) if strength[weakest] < 1 else None
