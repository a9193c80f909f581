# SPDX-License-Identifier: GPL-2.0-or-later
"""Durations as text."""

from __future__ import annotations

from math import ceil


def duration_text(seconds: float) -> str:
    """Return a duration as text, rounded up.

    It is rounded to ten seconds below 100 s, to minutes below 100 minutes, then to hours.

    >>> duration_text(41), duration_text(110), duration_text(355), duration_text(32_000)
    ('50 seconds', '2 minutes', '6 minutes', '9 hours')
    """
    if seconds < 100:
        return f"{max(10, 10 * ceil(seconds / 10))} seconds"
    minutes = ceil(seconds / 60)
    return f"{minutes} minutes" if minutes < 100 else f"{ceil(minutes / 60)} hours"
