# SPDX-License-Identifier: GPL-2.0-or-later
"""Legends: the land classes of the codes in a class raster, with names and colors.

Codes start at 1; code 0 is nodata.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Dict, Tuple

from .words import is_printable

NODATA = 0
LONGEST_TITLE = 200  # characters

Color = Tuple[int, int, int]  # red, green, blue, each 0..255

_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


@dataclass(frozen=True)
class LandClass:
    """One land class.

    Args:
        code: integer in the class raster, 1..255.
        name: identifier, lower case with underscores: `low_vegetation`.
        title: display name: `Low vegetation`.
        color: red, green, blue, each 0..255.

    Raises:
        ValueError: if the code, name, title or color is invalid.
    """

    code: int
    name: str
    title: str
    color: Color

    def __post_init__(self) -> None:
        """Check code, name and color."""
        if not 1 <= self.code <= 255:
            raise ValueError(
                f"Class code {self.code} is outside 1..255; {NODATA} is reserved for nodata."
            )
        if not _NAME.match(self.name):
            raise ValueError(
                f"Class name {self.name!r} must be lower case letters, digits and underscores."
            )
        if not is_printable(self.title) or len(self.title) > LONGEST_TITLE:
            raise ValueError(
                f"The title of class {self.name!r} has control characters or more than "
                f"{LONGEST_TITLE} letters."
            )
        if len(self.color) != 3 or any(not 0 <= level <= 255 for level in self.color):
            raise ValueError(
                f"Color {self.color} of class {self.name!r} must be three numbers 0..255."
            )


@dataclass(frozen=True)
class Legend:
    """The land classes of a model, sorted by code.

    Raises:
        ValueError: if the legend is empty, or two classes share a code or a name.
    """

    classes: Tuple[LandClass, ...]

    def __post_init__(self) -> None:
        """Sort the classes by code and check for duplicates."""
        if not self.classes:
            raise ValueError("A legend needs at least one land class.")
        for attribute in ("code", "name"):
            seen: Dict[object, str] = {}
            for land_class in self.classes:
                value = getattr(land_class, attribute)
                if value in seen:
                    raise ValueError(
                        f"Land classes {seen[value]!r} and {land_class.title!r} share the "
                        f"{attribute} {value!r}."
                    )
                seen[value] = land_class.title
        ordered = tuple(sorted(self.classes, key=lambda land_class: land_class.code))
        object.__setattr__(self, "classes", ordered)

    def __len__(self) -> int:
        """Return the number of land classes."""
        return len(self.classes)

    @property
    def codes(self) -> Tuple[int, ...]:
        """Codes in ascending order; output channel i of a network is the class `codes[i]`."""
        return tuple(land_class.code for land_class in self.classes)

    @property
    def coded_titles(self) -> str:
        """All codes with titles, for messages: "1 Impervious surface, 2 Building"."""
        return ", ".join(f"{one.code} {one.title}" for one in self.classes)

    def named(self, name: str) -> LandClass:
        """Return the class called `name`.

        Raises:
            KeyError: if the legend has no such class.
        """
        for land_class in self.classes:
            if land_class.name == name:
                return land_class
        raise KeyError(name)

    def has(self, name: str) -> bool:
        """Return whether the legend has a class called `name`."""
        return any(land_class.name == name for land_class in self.classes)


ISPRS = Legend(
    (
        LandClass(1, "impervious_surface", "Impervious surface", (255, 255, 255)),
        LandClass(2, "building", "Building", (0, 0, 255)),
        LandClass(3, "low_vegetation", "Low vegetation", (0, 255, 255)),
        LandClass(4, "tree", "Tree", (0, 255, 0)),
        LandClass(5, "car", "Car", (255, 255, 0)),
        LandClass(6, "clutter", "Clutter", (255, 0, 0)),
    )
)
