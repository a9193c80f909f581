# SPDX-License-Identifier: GPL-2.0-or-later
"""Pastures: fields with a few barns near the center."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING

from .barns import build_lone_barns
from .fields import furnish_field

if TYPE_CHECKING:
    import numpy as np

    from ..canvas import Canvas
    from ..streets import StreetBlock, StreetPlan

CLEAR_M = 26.0  # distance of the row's center from the edge of the block; most rows fit


def furnish_pasture(
    rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: StreetBlock
) -> None:
    """Fill a block with fields and lone barns near its center."""
    furnish_field(rng, canvas, plan, block)
    edge_m = min(block.length_m, block.depth_m)
    middle, reach_m = plan.place(*block.center), max(0.0, edge_m / 2 - CLEAR_M)
    spot = middle.moved(*rng.uniform(-reach_m, reach_m, 2)).turned(rng.uniform(0, pi))
    build_lone_barns(rng, canvas, spot, edge_m - CLEAR_M)
