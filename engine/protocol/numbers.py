# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks that numbers are valid in 32-bit floating point: finite, and large enough to divide by."""

from __future__ import annotations

from math import isfinite

LARGEST = 3.4e38  # in 32-bit floating point
SMALLEST_NORMAL = 1.1754944e-38  # smaller numbers lose digits, or are rounded to zero


def is_number(value: float) -> bool:
    """Return whether `value` is neither NaN nor infinite in 32 bits."""
    return isfinite(value) and abs(value) <= LARGEST


def is_divisor(value: float) -> bool:
    """Return whether `value` is above zero and large enough to divide by."""
    return is_number(value) and value >= SMALLEST_NORMAL


def is_range(low: float, high: float) -> bool:
    """Return whether two finite numbers are in ascending order."""
    return is_number(low) and is_number(high) and low < high
