# SPDX-License-Identifier: GPL-2.0-or-later
"""Numbers that a network can compute with: finite, and large enough to divide by, in 32 bits."""

from __future__ import annotations

from math import isfinite

LARGEST = 3.4e38  # of 32-bit floating point
SMALLEST_NORMAL = 1.1754944e-38  # what is smaller loses digits, or is rounded to zero


def is_number(value: float) -> bool:
    """Return whether `value` is neither NaN nor infinite, also in 32 bits."""
    return isfinite(value) and abs(value) <= LARGEST


def is_divisor(value: float) -> bool:
    """Return whether `value` is above zero, and dividing by it means something."""
    return is_number(value) and value >= SMALLEST_NORMAL


def is_range(low: float, high: float) -> bool:
    """Return whether two numbers rise."""
    return is_number(low) and is_number(high) and low < high
