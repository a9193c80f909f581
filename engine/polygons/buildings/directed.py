# SPDX-License-Identifier: GPL-2.0-or-later
"""The directions that the edges of one building may have, with their prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .dynamic_program import FIXED, SampleChain
from .moments import squared_distances

if TYPE_CHECKING:
    from .settings import OutlineSettings


def allowed_angles(directions: tuple[float, ...]) -> np.ndarray:
    """Return the main pair, the second pair (NaN without one) and the diagonals, (6,) degrees."""
    main, second = directions[0], directions[1] if len(directions) > 1 else np.nan
    return np.array([main, main + 90, second, second + 90, main + 45, main + 135])


def chain_of(
    moments: np.ndarray, angles: np.ndarray, price_m3: float, settings: OutlineSettings
) -> SampleChain:
    """Return a chain whose edges may have the given directions.

    Args:
        moments: prefix moments at the candidates, (m + 1, 7).
        angles: allowed angles in degrees, NaN where there is none, (6,).
        price_m3: price of an edge in a main direction.
        settings: prices of the other directions.
    """
    second, diagonal = settings.second_price, settings.diagonal_price
    factors = np.array([1, 1, second, second, diagonal, diagonal, settings.free_price])
    prices = price_m3 * factors
    prices[:FIXED][np.isnan(angles)] = np.inf
    return SampleChain(moments, squared_distances(np.nan_to_num(angles)), prices, price_m3)
