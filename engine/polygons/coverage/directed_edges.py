# SPDX-License-Identifier: GPL-2.0-or-later
"""Directed edges of polygons, with the polygon on their left, on the grid of the cut.

The edges of two polygons together are those of their union, once the opposite edges of shared
borders have cancelled each other. An edge consists of the codes of its ends, which are exact.
"""

from __future__ import annotations

import numpy as np
import shapely

from .paths import follow_paths

GRID_PX = 1 / 1024  # coordinates of the result are multiples of this, and so are whole numbers
_BITS = 32
_ORIGIN = 1 << 24  # outlines may reach beyond the raster's edge, and codes are positive


def codes_of(xy: np.ndarray) -> np.ndarray:
    """Return the codes of coordinates in pixels, (n, 2) float64, as (n,) int64."""
    x, y = np.rint(xy / GRID_PX).astype(np.int64).T + _ORIGIN
    return x << _BITS | y


def coordinates_of(codes: np.ndarray) -> np.ndarray:
    """Return the coordinates of codes in pixels, (..., 2) float64."""
    x, y = codes >> _BITS, codes & ((1 << _BITS) - 1)
    return (np.stack((x, y), axis=-1) - _ORIGIN) * GRID_PX


def edges_of_rings(rings: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the edges of rings or lines as stored, (m, 2) int64, and the number of the ring."""
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    codes = codes_of(xy)
    edges = np.column_stack((codes[:-1], codes[1:]))
    is_edge = (ring[1:] == ring[:-1]) & (edges[:, 0] != edges[:, 1])
    return edges[is_edge], ring[:-1][is_edge]


def directed_edges(polygons: np.ndarray) -> np.ndarray:
    """Return the edges of polygons, which are on their left, (m, 2) int64."""
    return edges_of_rings(shapely.get_rings(shapely.orient_polygons(polygons)))[0]


def undirected(edges: np.ndarray) -> np.ndarray:
    """Return edges from the lower to the higher code, (m, 2) int64."""
    return np.sort(edges, axis=1)


def uncancelled(edges: np.ndarray) -> np.ndarray:
    """Return the edges without pairs of opposite ones, (k, 2) int64."""
    ends, place = np.unique(undirected(edges), axis=0, return_inverse=True)
    sign = np.where(edges[:, 0] < edges[:, 1], 1, -1)
    total = np.bincount(place.ravel(), sign, len(ends))
    forward, backward = ends[total > 0], ends[total < 0]
    return np.concatenate((forward, backward[:, ::-1]))


def polygons_of_edges(edges: np.ndarray) -> shapely.Polygon | shapely.MultiPolygon:
    """Return the polygon, or polygons, on the left of all of its edges."""
    faces = shapely.orient_polygons(shapely.get_parts(shapely.polygonize(_lines(edges))))
    xy, face = shapely.get_coordinates(shapely.get_exterior_ring(faces), return_index=True)
    first = np.searchsorted(face, np.arange(len(faces)))
    codes = codes_of(xy)
    sides = np.column_stack((codes[first], codes[first + 1]))
    known = set(map(tuple, edges[np.isin(edges[:, 0], sides[:, 0])].tolist()))
    found = faces[np.array([tuple(side) in known for side in sides.tolist()], bool)]
    return found[0] if len(found) == 1 else shapely.multipolygons(found)


def _lines(edges: np.ndarray) -> np.ndarray:
    """Return edges as few lines, which end where borders meet, (n,)."""
    starts, ends = edges.T
    order = np.argsort(starts, kind="stable")
    first, beyond = (np.searchsorted(starts, ends, side, order) for side in ("left", "right"))
    onward = np.where(beyond - first == 1, order[np.minimum(first, len(order) - 1)], -1)
    _, place, count = np.unique(starts, return_inverse=True, return_counts=True)
    branching = np.flatnonzero(count[place] > 1)
    visited, lengths, _ = follow_paths(
        onward[:, np.newaxis], np.concatenate((branching, np.arange(len(edges))))
    )
    stops = np.cumsum(lengths)
    codes = np.insert(starts[visited], stops, ends[visited[stops - 1]])
    line = np.repeat(np.arange(len(lengths)), lengths + 1)
    return shapely.linestrings(coordinates_of(codes), indices=line)
