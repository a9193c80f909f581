# SPDX-License-Identifier: GPL-2.0-or-later
"""Absorption: small regions take the code of the neighbor with the longest shared border.

Regions are absorbed in order of size, the smallest first; of equals, the one that begins first in
reading order. Each absorption changes the size of the absorbing region and may connect it to
others of its code, so many small regions can grow into one that stays. Regions that are smaller
than all neighbors that must go too cannot influence each other, so they are absorbed at once.

A *hole* is a region with a single neighbor that does not touch the edge of the raster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .adjacency import RegionGraph


def absorb_small(
    graph: RegionGraph, minimum_px: np.ndarray, minimum_hole_px: np.ndarray
) -> np.ndarray:
    """Return the code of each region after absorption, (n,) uint8.

    Nodata is not absorbed. It absorbs only regions that have no other neighbor.

    Args:
        graph: regions and their borders; nodata is the last region.
        minimum_px: number of pixels from which a region stays, by its code, (256,) float64.
        minimum_hole_px: number of pixels from which a hole stays, by the code of the region
            around it, (256,) float64.
    """
    limits_px = np.maximum(minimum_px, minimum_hole_px.max())
    limits_px[0] = 0
    group = np.arange(len(graph.code))
    graph = _without_settled(graph, limits_px)
    while True:
        going, target = _next_absorptions(graph, minimum_px, minimum_hole_px)
        if not len(going):
            return graph.code[group]
        graph, number = _absorbed(graph, going, target)
        group = number[group]
        graph = _without_settled(graph, limits_px)


def _without_settled(graph: RegionGraph, limits_px: np.ndarray) -> RegionGraph:
    """Return the graph without borders between regions that both stay."""
    may_go = graph.pixels < limits_px[graph.code]
    kept = may_go[graph.pairs].any(axis=1)
    return graph._replace(pairs=graph.pairs[kept], border_px=graph.border_px[kept])


def _next_absorptions(
    graph: RegionGraph, minimum_px: np.ndarray, minimum_hole_px: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the regions to absorb now, and the neighbor that absorbs each one."""
    source = np.concatenate((graph.pairs[:, 0], graph.pairs[:, 1]))
    other = np.concatenate((graph.pairs[:, 1], graph.pairs[:, 0]))
    border_px = np.concatenate((graph.border_px, graph.border_px))
    must_go = _must_go(graph, source, other, minimum_px, minimum_hole_px)
    asked = np.flatnonzero(must_go[source])
    source, other, border_px = source[asked], other[asked], border_px[asked]
    if not len(source):
        return source, other
    nodata = len(graph.code) - 1
    keys = (-graph.first[other], graph.pixels[other], border_px, other != nodata, source)
    order = np.lexsort(keys)  # the best neighbor of each source is the last one
    source, other = source[order], other[order]
    begins = np.flatnonzero(np.diff(source, prepend=-1))
    best = np.append(begins[1:], len(source)) - 1
    rank = np.full(len(graph.code), len(graph.code))
    chosen = source[begins]
    rank[chosen[np.lexsort((graph.first[chosen], graph.pixels[chosen]))]] = np.arange(len(chosen))
    least = np.minimum.reduceat(rank[other], begins)
    is_next = rank[chosen] < least
    return chosen[is_next], other[best[is_next]]


def _must_go(
    graph: RegionGraph,
    source: np.ndarray,
    other: np.ndarray,
    minimum_px: np.ndarray,
    minimum_hole_px: np.ndarray,
) -> np.ndarray:
    """Return which regions are too small, (n,) bool; `source` and `other` are the borders."""
    must_go = graph.pixels < minimum_px[graph.code]
    neighbors = np.bincount(source, minlength=len(graph.code))
    around = np.zeros(len(graph.code), np.int64)
    around[source] = other
    code_around = graph.code[around]
    is_hole = (neighbors == 1) & ~graph.at_edge & (code_around != 0)
    must_go |= is_hole & (graph.pixels < minimum_hole_px[code_around])
    must_go[graph.code == 0] = False
    return must_go


def _absorbed(
    graph: RegionGraph, going: np.ndarray, target: np.ndarray
) -> tuple[RegionGraph, np.ndarray]:
    """Return the graph after absorption, and the new number of each region."""
    code = graph.code.copy()
    code[going] = graph.code[target]
    # A region that changes its code also joins other neighbors of that code.
    low, high = graph.pairs.T
    joins = code[low] == code[high]
    return graph._replace(code=code).merged(low[joins], high[joins])
