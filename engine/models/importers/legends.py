# SPDX-License-Identifier: GPL-2.0-or-later
"""Default legends for weight files, which contain the number of classes but not their names."""

from __future__ import annotations

import colorsys

from ...protocol import ISPRS, Legend
from ...protocol.legend import LandClass

GOLDEN = 0.618034  # fraction of the golden ratio: each hue is distant from all previous ones


def legend_of(classes: int) -> Legend:
    """Return the first classes of the ISPRS, or numbered classes if there are more of them.

    Released networks for the ISPRS benchmark have its order of classes.

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
