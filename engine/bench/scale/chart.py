# SPDX-License-Identifier: GPL-2.0-or-later
"""Chart of the modeled efficiency by number of workers, as SVG."""

from __future__ import annotations

from math import log2
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 640, 360, 60, 20, 150, 50
COLORS = ("#1b6ca8", "#d1495b", "#3a7d44")


def efficiency_chart(lines: Mapping[str, Sequence[tuple[int, float]]]) -> str:
    """Return an SVG with a line for each size.

    Args:
        lines: pairs of a number of workers, a power of two, and an efficiency 0..1, by title.
    """
    most = max(log2(workers) for points in lines.values() for workers, _ in points)

    def place(workers: int, efficiency: float) -> tuple[float, float]:
        x = LEFT + log2(workers) / most * (WIDTH - LEFT - RIGHT)
        return x, HEIGHT - BOTTOM - efficiency * (HEIGHT - TOP - BOTTOM)

    shapes = []
    for percent in range(0, 101, 25):
        (x, y), (end, _) = place(1, percent / 100), place(2 ** round(most), percent / 100)
        shapes.append(f'<line x1="{x}" y1="{y}" x2="{end}" y2="{y}" stroke="#ddd"/>')
        shapes.append(f'<text x="{x - 8}" y="{y + 4}" text-anchor="end">{percent} %</text>')
    for power in range(0, round(most) + 1, 2):
        x, y = place(2**power, 0)
        shapes.append(f'<text x="{x}" y="{y + 18}" text-anchor="middle">{2**power}</text>')
    for color, (title, points) in zip(COLORS, lines.items(), strict=False):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in points))
        shapes.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        x, y = place(*points[-1])
        shapes.append(f'<text x="{x + 8}" y="{y + 4}" fill="{color}">{title}</text>')
    middle = LEFT + (WIDTH - LEFT - RIGHT) / 2
    shapes.append(f'<text x="{middle}" y="{HEIGHT - 10}" text-anchor="middle">workers</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="sans-serif" font-size="12">{"".join(shapes)}</svg>\n'
    )
