# SPDX-License-Identifier: GPL-2.0-or-later
"""New land classes of a fine-tuned model, given as `water` or `water=#0064ff`."""

from __future__ import annotations

import re
from typing import Iterable, Tuple

from .legend import Color, LandClass, Legend

NEW_CLASSES_FORM = "NAME[=#RRGGBB],..."
# Colors of new classes without one: distinct from each other and from those of the ISPRS.
SPARE_COLORS: Tuple[Color, ...] = (
    (0, 100, 255),
    (255, 140, 0),
    (148, 0, 211),
    (139, 90, 43),
    (255, 105, 180),
    (0, 128, 128),
    (128, 128, 0),
    (105, 105, 105),
)
_HEX = re.compile(r"#?([0-9a-fA-F]{6})\Z")


def new_land_classes(legend: Legend, given: Iterable[str]) -> Tuple[LandClass, ...]:
    """Return the land classes to add to a legend, with the next free codes.

    Args:
        legend: legend of the model to start from.
        given: names, each optionally followed by `=` and a hexadecimal color. A name is also the
            title, so it may have capitals and blanks: `Solar panel` has the name `solar_panel`.

    Raises:
        ValueError: if a name or a color is invalid, or a class of that name exists.
    """
    names = {each.name for each in legend.classes}
    used = {each.color for each in legend.classes}
    next_code = max(each.code for each in legend.classes) + 1
    added = []
    for code, text in enumerate(given, next_code):
        title, _, color_text = (part.strip() for part in text.partition("="))
        name = re.sub(r"[\s-]+", "_", title.lower())
        if name in names:
            raise ValueError(f"The class '{title}' exists: leave it out of the new classes.")
        color = _color(color_text) if color_text else _spare_color(used)
        added.append(LandClass(code, name, _as_title(title), color))
        names.add(name)
        used.add(color)
    return tuple(added)


def _as_title(text: str) -> str:
    spaced = text.replace("_", " ")
    return spaced[:1].upper() + spaced[1:]


def _color(text: str) -> Color:
    found = _HEX.match(text)
    if not found:
        raise ValueError(f"The color {text!r} must be written #RRGGBB, such as #0064ff.")
    digits = found[1]
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def _spare_color(used: Iterable[Color]) -> Color:
    taken = set(used)
    return next((color for color in SPARE_COLORS if color not in taken), SPARE_COLORS[0])
