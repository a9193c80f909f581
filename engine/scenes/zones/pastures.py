# SPDX-License-Identifier: GPL-2.0-or-later
"""Pastures: fields with a few barns in their middle."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING

from .barns import build_lone_barns
from .fields import furnish_field

if TYPE_CHECKING:
    import numpy as np

    from ..canvas import Canvas
    from ..streets import Block, StreetPlan


def furnish_pasture(
    rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: Block
) -> None:
    """Furnish a block as fields with lone barns near its middle."""
    furnish_field(rng, canvas, plan, block)
    middle, reach_m = plan.place(*block.center), block.depth_m / 6
    spot = middle.moved(*rng.uniform(-reach_m, reach_m, 2)).turned(rng.uniform(0, pi))
    build_lone_barns(rng, canvas, spot)
