# SPDX-License-Identifier: GPL-2.0-or-later
"""SVG charts: a curve and a confusion matrix."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

from .markup import ACCENT, FAINT, FONT, INK, RULE, Markup, element, percent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Scale = Callable[[float], float]

WIDTH_PX, HEIGHT_PX = 480, 280
LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 52, 16, 34, 44
TEXT_PX = 12
CELL_PX, NAME_PX = 64, 130
GRID_STEP = 0.1


def curve(
    places: Sequence[float],
    values: Sequence[float | None],
    names: Sequence[str],
    x_title: str,
    y_title: str,
    reference: float | None = None,
) -> Markup:
    """Return a chart of one curve of fractions.

    Args:
        places: x values of the points, ascending.
        values: fractions; None for missing points.
        names: tick labels of the places; empty for no tick.
        x_title: title of the x axis, below the chart.
        y_title: title of the y axis, above the chart.
        reference: fraction of a dashed line to compare with; None: no line.
    """
    known = [value for value in (*values, reference) if value is not None]
    lowest = max(0.0, floor(min(*known, 1 - GRID_STEP) / GRID_STEP) * GRID_STEP)
    highest = min(1.0, max(ceil(max(known) / GRID_STEP) * GRID_STEP, lowest + GRID_STEP))
    span = (places[-1] - places[0]) or 1

    def x_of(place: float) -> float:
        return LEFT_PX + (WIDTH_PX - LEFT_PX - RIGHT_PX) * (place - places[0]) / span

    def y_of(value: float) -> float:
        share = (value - lowest) / (highest - lowest)
        return HEIGHT_PX - BOTTOM_PX - share * (HEIGHT_PX - TOP_PX - BOTTOM_PX)

    points = [
        (round(x_of(place), 1), round(y_of(value), 1))
        for place, value in zip(places, values, strict=True)
        if value is not None
    ]
    return _svg(
        WIDTH_PX,
        HEIGHT_PX,
        *_lines(lowest, highest, y_of),
        *_ticks(places, names, x_of),
        *([] if reference is None else [_dashed(round(y_of(reference), 1))]),
        element(
            "polyline",
            points=" ".join(f"{x},{y}" for x, y in points),
            fill="none",
            stroke=ACCENT,
            stroke_width=2,
        ),
        *(element("circle", cx=x, cy=y, r=2.5, fill=ACCENT) for x, y in points if len(points) < 20),
        _text(x_title, WIDTH_PX / 2, HEIGHT_PX - 6, "middle", FAINT),
        _text(y_title, LEFT_PX, TEXT_PX, "start", FAINT),
    )


def confusion_matrix(titles: Sequence[str], shares: Sequence[Sequence[float | None]]) -> Markup:
    """Return a confusion matrix with cells shaded by their share of the true class.

    Args:
        titles: titles of the classes.
        shares: rows of true classes, with the fraction that was labeled as each class; None for
            classes without pixels. An optional last column is for pixels without a label.
    """
    columns = [*titles, "no class"][: len(shares[0])]
    parts = []
    for col, title in enumerate(columns):
        x = NAME_PX + (col + 0.5) * CELL_PX
        for line, word in enumerate(_two_lines(title)):
            parts.append(_text(word, x, 16 + 14 * line, "middle", FAINT))
    for row, (title, cells) in enumerate(zip(titles, shares, strict=True)):
        y = 40 + row * CELL_PX / 2
        parts.append(_text(title, NAME_PX - 8, y + CELL_PX / 4 + 4, "end", INK))
        parts += [part for col, share in enumerate(cells) for part in _cell(col, y, share)]
    return _svg(NAME_PX + len(columns) * CELL_PX + 4, 44 + len(titles) * CELL_PX // 2, *parts)


def _cell(col: int, y: float, share: float | None) -> tuple[Markup, ...]:
    x = NAME_PX + col * CELL_PX
    depth = share or 0.0
    return (
        element(
            "rect",
            x=x + 1,
            y=y + 1,
            width=CELL_PX - 2,
            height=CELL_PX / 2 - 2,
            fill=_shade(depth),
        ),
        _text(
            percent(share),
            x + CELL_PX / 2,
            y + CELL_PX / 4 + 4,
            "middle",
            "#ffffff" if depth > 0.55 else INK,
        ),
    )


def _shade(depth: float) -> str:
    """Return a blue from nearly white at 0 to dark at 1, with more contrast for small shares."""
    pale, deep = (244, 247, 250), (28, 84, 146)
    share = depth**0.6
    return "#" + "".join(
        f"{round(a + (b - a) * share):02x}" for a, b in zip(pale, deep, strict=True)
    )


def _lines(lowest: float, highest: float, y_of: Scale) -> list[Markup]:
    """Return a grid line and a tick label at each step of the y axis."""
    parts = []
    for step in range(round((highest - lowest) / GRID_STEP) + 1):
        value = lowest + step * GRID_STEP
        y = round(y_of(value), 1)
        parts.append(element("line", x1=LEFT_PX, y1=y, x2=WIDTH_PX - RIGHT_PX, y2=y, stroke=RULE))
        parts.append(_text(f"{100 * value:.0f}", LEFT_PX - 8, y + 4, "end", FAINT))
    return parts


def _dashed(y: float) -> Markup:
    return element(
        "line", x1=LEFT_PX, y1=y, x2=WIDTH_PX - RIGHT_PX, y2=y, stroke=FAINT, stroke_dasharray="6 4"
    )


def _ticks(places: Sequence[float], names: Sequence[str], x_of: Scale) -> list[Markup]:
    return [
        _text(name, round(x_of(place), 1), HEIGHT_PX - BOTTOM_PX + 18, "middle", FAINT)
        for place, name in zip(places, names, strict=True)
        if name
    ]


def _two_lines(title: str) -> tuple[str, str]:
    first, _, second = title.partition(" ")
    return first, second


def _text(words: str, x: float, y: float, anchor: str, color: str) -> Markup:
    return element(
        "text",
        words,
        x=x,
        y=y,
        text_anchor=anchor,
        fill=color,
        font_size=TEXT_PX,
        font_family=FONT,
    )


def _svg(width: float, height: float, *parts: Markup) -> Markup:
    return element(
        "svg",
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        role="img",
    )
