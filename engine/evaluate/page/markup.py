# SPDX-License-Identifier: GPL-2.0-or-later
"""Markup: elements of SVG as strings, text escaped once, numbers as text, colors and font."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

INK, FAINT, RULE, ACCENT = "#1f2933", "#67737f", "#d9dee3", "#2b6cb0"
FONT = "Helvetica, Arial, sans-serif"
ABSENT = "-"


class Markup(str):
    """A string that is markup already, which templates do not escape."""

    __slots__ = ()

    def __html__(self) -> Markup:
        """Return the string for templates."""
        return self


def element(name: str, *children: str, **attributes: object) -> Markup:
    """Return an element; `class_` is the attribute class, `_` in names is `-`.

    >>> element("td", "a < b", class_="number")
    '<td class="number">a &lt; b</td>'
    >>> element("line", x1=0, stroke_width=2)
    '<line x1="0" stroke-width="2"></line>'
    """
    spelled = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
    )
    return Markup(f"<{name}{spelled}>{joined(children)}</{name}>")


def joined(parts: Iterable[str]) -> Markup:
    """Return parts one after another; what is no markup yet is escaped."""
    return Markup("".join(part if isinstance(part, Markup) else escape(part) for part in parts))


def percent(value: float | None) -> str:
    """Return a fraction as percent with one digit, a dash where there is none."""
    return ABSENT if value is None else f"{100 * value:.1f}"


def decimal(value: float | None, digits: int) -> str:
    """Return a number with a fixed number of decimals, a dash where there is none."""
    return ABSENT if value is None else f"{value:.{digits}f}"


def color_of(levels: Iterable[int]) -> str:
    """Return a color for CSS and SVG.

    >>> color_of((255, 0, 16))
    '#ff0010'
    """
    return "#" + "".join(f"{level:02x}" for level in levels)
