# SPDX-License-Identifier: GPL-2.0-or-later
"""Detection of polygons whose edges cross each other so often that a repair would take minutes."""

from __future__ import annotations

import numpy as np
import shapely

FEW_VERTICES = 300  # any tangle of so few is repaired within a second
MOST_CROSSINGS = 20_000  # repaired in about a second
SAMPLED_EDGES = 25


def is_tangled(polygons: np.ndarray) -> np.ndarray:
    """Return a mask (n,) bool of the polygons whose edges cross too often to be repaired.

    Args:
        polygons: (n,) polygons, valid or not.
    """
    tangled = np.zeros(len(polygons), bool)
    large = np.flatnonzero(shapely.get_num_coordinates(polygons) > FEW_VERTICES)
    for index in large[~shapely.is_valid(polygons[large])]:
        tangled[index] = _crossings(polygons[index]) > MOST_CROSSINGS
    return tangled


def _crossings(polygon: shapely.Geometry) -> float:
    """Return the approximate number of crossings of a polygon's edges, from a sample of them."""
    points, ring = shapely.get_coordinates(shapely.get_rings(polygon), return_index=True)
    is_edge = ring[1:] == ring[:-1]
    edges = shapely.linestrings(np.stack([points[:-1], points[1:]], axis=1)[is_edge])
    sampled = np.random.default_rng(0).integers(0, len(edges), SAMPLED_EDGES)
    pairs = shapely.STRtree(edges).query(edges[sampled], predicate="intersects")
    # Each edge meets itself and its two neighbors.
    others = max(0.0, pairs.shape[1] / SAMPLED_EDGES - 3)
    return others * len(edges) / 2
