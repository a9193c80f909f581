# SPDX-License-Identifier: GPL-2.0-or-later
"""Avenues: rows of trees along some streets, on their sidewalks if there are any."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .trees import grow_tree
from .visibility import visible_segments

if TYPE_CHECKING:
    from .canvas import Canvas
    from .noise import NoiseSource
    from .streets import StreetPlan

AVENUE_SHARE = 0.35
CLEAR_OF_CROSSING_M = 8.0  # distance of the first tree from the roadway that crosses
CLEAR_M = 1.0  # least distance from the roadway to a trunk


def plant_street_trees(source: NoiseSource, canvas: Canvas, plan: StreetPlan) -> None:
    """Add trees at the outer edge of the sidewalks of some streets, never on a roadway."""
    for segment, part in visible_segments(plan, canvas, is_side=False):
        line_rng = source.child(segment.line).generator()
        if line_rng.random() > AVENUE_SHARE:
            continue
        gap_m, radius_m = line_rng.uniform(8, 14), line_rng.uniform(1.5, 4.5)
        rng = source.child(segment.line, segment.number).generator()
        edge_m = plan.streets.half_widths[segment.line] + max(plan.sidewalk_m - 0.5, CLEAR_M)
        for u in np.arange(*segment.between(plan.side_streets, CLEAR_OF_CROSSING_M), gap_m):
            for side in (-1, 1):
                if rng.random() < 0.85:
                    v = plan.streets.positions[segment.line] + side * edge_m
                    size_m = radius_m * rng.uniform(0.8, 1.2)
                    grow_tree(rng, part, plan.place(u, v), size_m)
