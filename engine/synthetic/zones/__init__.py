# SPDX-License-Identifier: GPL-2.0-or-later
"""Land use zones of blocks; each zone is a function that fills one block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..visibility import visible_blocks
from .blocks_of_flats import furnish_perimeter, furnish_towers
from .farms import furnish_farm
from .fields import furnish_field
from .houses import furnish_houses, furnish_terraces
from .industry import furnish_works
from .open_land import furnish_park, furnish_site, furnish_wood
from .pastures import furnish_pasture
from .squares import furnish_square

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..canvas import Canvas
    from ..noise import NoiseSource
    from ..streets import StreetBlock, StreetPlan

    Furnish = Callable[[np.random.Generator, Canvas, StreetPlan, StreetBlock], None]

ZONES: tuple[Furnish, ...] = (
    furnish_houses,
    furnish_terraces,
    furnish_perimeter,
    furnish_towers,
    furnish_works,
    furnish_park,
    furnish_field,
    furnish_wood,
    furnish_site,
    furnish_farm,
    furnish_pasture,
    furnish_square,
)

# Probability of each zone in each kind of district, by land. Districts of a town: the edge of a
# village, a village, a suburb, a center, a housing estate and an industrial estate; districts of
# the country: open fields, and fields with woods.
CHARACTERS = {
    "town": (
        (0.14, 0.02, 0.01, 0.00, 0.04, 0.05, 0.34, 0.21, 0.04, 0.06, 0.07, 0.02),
        (0.37, 0.13, 0.06, 0.00, 0.07, 0.13, 0.10, 0.06, 0.03, 0.02, 0.00, 0.03),
        (0.41, 0.16, 0.08, 0.02, 0.06, 0.17, 0.01, 0.03, 0.02, 0.00, 0.00, 0.04),
        (0.07, 0.11, 0.38, 0.04, 0.08, 0.17, 0.01, 0.01, 0.02, 0.00, 0.00, 0.11),
        (0.10, 0.13, 0.10, 0.31, 0.07, 0.17, 0.01, 0.02, 0.02, 0.00, 0.00, 0.07),
        (0.07, 0.06, 0.06, 0.04, 0.48, 0.05, 0.05, 0.03, 0.06, 0.00, 0.00, 0.10),
    ),
    "country": (
        (0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.60, 0.12, 0.01, 0.14, 0.13, 0.00),
        (0.02, 0.00, 0.00, 0.00, 0.02, 0.02, 0.40, 0.22, 0.02, 0.20, 0.10, 0.00),
    ),
}
DISTRICT_M = 600.0  # edge of a district
BUILT_ZONES = 5  # number of zones with buildings, which come first
MIDDLE_M = 60.0  # blocks closer to the center of the scene count as its middle


def furnish_blocks(source: NoiseSource, canvas: Canvas, plan: StreetPlan) -> None:
    """Draw a zone for each visible block and fill it, with a generator of its own."""
    for block, part in visible_blocks(plan, canvas):
        rng = source.child(block.row, block.column).generator()
        weights = _zone_weights(source, plan, block)
        zone = ZONES[rng.choice(len(weights), p=weights / weights.sum())]
        zone(rng, part, plan, block)


def _zone_weights(source: NoiseSource, plan: StreetPlan, block: StreetBlock) -> np.ndarray:
    """Return the weight of each zone by the block's district; only built zones in some middles."""
    districts = (round(middle_m / DISTRICT_M) for middle_m in block.center)
    rng = source.child("district", *districts).generator()
    characters = CHARACTERS[plan.layout.land]
    weights = np.array(characters[rng.integers(len(characters))])
    is_middle = max(abs(middle_m) for middle_m in block.center) < MIDDLE_M
    is_built = source.child("middle").generator().random() < plan.layout.built_middle_share
    return weights[:BUILT_ZONES] if is_middle and is_built else weights
