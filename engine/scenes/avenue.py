# SPDX-License-Identifier: GPL-2.0-or-later
"""Avenues: rows of trees on the sidewalks of some streets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .sight import segments_in_sight
from .trees import grow_tree

if TYPE_CHECKING:
    from .canvas import Canvas
    from .noise import NoiseSource
    from .streets import StreetPlan

AVENUE_SHARE = 0.35


def line_with_trees(source: NoiseSource, canvas: Canvas, plan: StreetPlan) -> None:
    """Grow trees at the outer edge of the sidewalks of some streets."""
    for segment, part in segments_in_sight(plan, canvas, is_side=False):
        line_rng = source.child(segment.line).generator()
        if line_rng.random() > AVENUE_SHARE:
            continue
        gap_m, radius_m = line_rng.uniform(8, 14), line_rng.uniform(1.5, 3.2)
        rng = source.child(segment.line, segment.number).generator()
        edge_m = plan.streets.half_widths[segment.line] + plan.sidewalk_m - 0.5
        for u in np.arange(segment.first + 12, segment.last - 12, gap_m):
            for side in (-1, 1):
                if rng.random() < 0.85:
                    v = plan.streets.positions[segment.line] + side * edge_m
                    size_m = radius_m * rng.uniform(0.8, 1.2)
                    grow_tree(rng, part, plan.place(u, v), size_m)
