# SPDX-License-Identifier: GPL-2.0-or-later
"""Legends for files that say how many classes they score, but not which."""

from __future__ import annotations

import colorsys

from ...protocol import ISPRS, Legend
from ...protocol.legend import LandClass

GOLDEN = 0.618034  # the golden ratio's fraction: each next hue is far from all before


def legend_of(classes: int) -> Legend:
    """Return the first classes of the ISPRS, in whose order its networks score, or plain numbers.

    >>> [each.name for each in legend_of(2).classes], legend_of(7).classes[6].title
    (['impervious_surface', 'building'], 'Class 7')
    """
    if classes <= len(ISPRS):
        return Legend(ISPRS.classes[:classes])
    return Legend(
        tuple(
            LandClass(code, f"class_{code}", f"Class {code}", _color(code))
            for code in range(1, classes + 1)
        )
    )


def _color(code: int) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(code * GOLDEN % 1, 0.6, 0.9)
    return round(255 * red), round(255 * green), round(255 * blue)
