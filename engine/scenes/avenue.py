# SPDX-License-Identifier: GPL-2.0-or-later
"""Avenues: rows of trees on the sidewalks of some streets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .trees import grow_tree

if TYPE_CHECKING:
    from .canvas import Canvas
    from .streets import StreetPlan

AVENUE_SHARE = 0.35


def line_with_trees(rng: np.random.Generator, canvas: Canvas, plan: StreetPlan) -> None:
    """Grow trees at the outer edge of the sidewalks of some streets."""
    streets, crossings = plan.streets, plan.side_streets.positions
    for line, (v, half_m) in enumerate(zip(streets.positions, streets.half_widths, strict=True)):
        if rng.random() > AVENUE_SHARE:
            continue
        gap_m, radius_m = rng.uniform(8, 14), rng.uniform(1.5, 3.2)
        for segment in np.flatnonzero(streets.is_open[line, 1:-1]) + 1:
            for u in np.arange(crossings[segment - 1] + 12, crossings[segment] - 12, gap_m):
                for side in (-1, 1):
                    if rng.random() < 0.85:
                        edge_v = v + side * (half_m + plan.sidewalk_m - 0.5)
                        size_m = radius_m * rng.uniform(0.8, 1.2)
                        grow_tree(rng, canvas, plan.place(u, edge_v), size_m)
