# SPDX-License-Identifier: GPL-2.0-or-later
"""The building: size, roof and paint of one wing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .canvas import Presence

if TYPE_CHECKING:
    from .canvas import Place
    from .roofs import Roof
    from .spectra import Paint


@dataclass(frozen=True)
class Building:
    """One wing of a building.

    Args:
        place: center and direction; the ridge runs along.
        length_m: size along the ridge.
        width_m: size across the ridge.
        eaves_m: height of the walls.
        roof: shape of the roof.
        slope: slope of the roof, rise over run.
        paint: paint of the roof.
        presence: presence on the days of image and heights; drawn when it is built.
    """

    place: Place
    length_m: float
    width_m: float
    eaves_m: float
    roof: Roof
    slope: float
    paint: Paint
    presence: Presence = Presence.LASTING
