# SPDX-License-Identifier: GPL-2.0-or-later
"""Simplification of arcs that leaves each region with its rings, neighbors and place.

Nodes stay, so lines of the lattice are borders that nothing crosses: the corners kept in one cell
of the lattice depend on that cell alone, however the raster is cut into strips or tiles.
"""

from __future__ import annotations

import numpy as np

from .arcs import Arcs
from .crossings import crossing_arcs
from .douglas_peucker import corners_to_keep
from .embedding import displaced_arcs, find_islands, turned_arcs

_LEAST_PX = 0.3  # below this tolerance an arc keeps all its corners


def simplify_arcs(
    arcs: Arcs,
    regions: np.ndarray,
    tolerances_px: np.ndarray,
    is_line: np.ndarray,
    is_column: np.ndarray,
) -> Arcs:
    """Return the arcs with fewer corners.

    Where the result would cross itself or move a region, the tolerance of the arcs in question is
    halved until it does not.

    Args:
        arcs: arcs as traced.
        regions: region on the right and left of each arc, (a, 2) integers.
        tolerances_px: greatest distance of a dropped corner from its simplified arc, in pixels,
            (a,) float64.
        is_line: whether each line of corners is a line of the lattice, (h + 1,) bool.
        is_column: whether each column of corners is a line of the lattice, (w + 1,) bool.
    """
    tolerances_px = np.where(tolerances_px < _LEAST_PX, 0.0, tolerances_px)
    if not tolerances_px.any():
        return arcs
    islands = find_islands(arcs, regions, is_line, is_column)
    changed = np.ones(len(arcs.lengths), bool)
    kept = _corners_of(arcs, changed, tolerances_px)
    while True:
        simplified = arcs.thinned(kept)
        guilty = crossing_arcs(simplified, changed) | turned_arcs(simplified)
        guilty |= displaced_arcs(arcs, kept, islands, changed)
        changed = guilty & (tolerances_px > 0)
        if not changed.any():
            return simplified
        tolerances_px[changed] /= 2
        tolerances_px[tolerances_px < _LEAST_PX] = 0
        kept[np.repeat(changed, arcs.lengths)] = _corners_of(arcs, changed, tolerances_px)


def _corners_of(arcs: Arcs, chosen: np.ndarray, tolerances_px: np.ndarray) -> np.ndarray:
    """Return which corners of the arcs marked in `chosen` to keep, (m,) bool."""
    part = Arcs(
        arcs.corners[np.repeat(chosen, arcs.lengths)],
        *(each[chosen] for each in arcs[1:]),
    )
    kept = corners_to_keep(part, tolerances_px[chosen])
    return kept | np.repeat(tolerances_px[chosen] == 0, part.lengths)
