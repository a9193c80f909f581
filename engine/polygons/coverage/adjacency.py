# SPDX-License-Identifier: GPL-2.0-or-later
"""Graph of the regions of a raster, and of the borders that they share.

Strips are added from top to bottom. A region has one node in each strip that it reaches, and
links between these nodes; so memory grows with the number of regions, not with that of pixels.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..runs import connected_components
from ..strip import Strip, empty_seam, join, part


class RegionGraph(NamedTuple):
    """Regions and the lengths of the borders between them.

    Args:
        code: class code of each region, (n,) uint8. The last region is all nodata, code 0.
        pixels: number of pixels of each region, (n,) int64.
        first: place of each region's first pixel in reading order, (n,) int64.
        at_edge: whether each region touches the edge of the raster, (n,) bool.
        pairs: regions on both sides of each border, the lower number first, (m, 2) int64, unique.
        border_px: length of each border in pixels, (m,) int64.
    """

    code: np.ndarray
    pixels: np.ndarray
    first: np.ndarray
    at_edge: np.ndarray
    pairs: np.ndarray
    border_px: np.ndarray

    def merged(self, left: np.ndarray, right: np.ndarray) -> tuple[RegionGraph, np.ndarray]:
        """Return the graph with regions merged, and the new number of each region, (n,) int64.

        Args:
            left: regions to merge, (k,) int64.
            right: regions to merge them with, of the same code, (k,) int64.
        """
        number = connected_components(len(self.code), left, right)
        nodata = number[-1]
        count = int(number.max()) + 1
        # The region of nodata stays last.
        number = np.where(number == nodata, count - 1, number - (number > nodata))
        code = np.empty(count, np.uint8)
        code[number] = self.code
        pixels = np.zeros(count, np.int64)
        np.add.at(pixels, number, self.pixels)
        first = np.full(count, np.iinfo(np.int64).max)
        np.minimum.at(first, number, self.first)
        at_edge = np.zeros(count, bool)
        at_edge[number[self.at_edge]] = True
        pairs, border_px = summed_pairs(number[self.pairs], self.border_px, count)
        return RegionGraph(code, pixels, first, at_edge, pairs, border_px), number


def summed_pairs(
    pairs: np.ndarray, border_px: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the unique pairs of different regions, lower number first, with summed lengths.

    Args:
        pairs: regions, from 0, (m, 2) int64.
        border_px: length of the border of each pair, (m,) int64.
        count: number of regions.
    """
    low, high = pairs.min(axis=1), pairs.max(axis=1)
    differ = low != high
    keys, place = np.unique(low[differ] * count + high[differ], return_inverse=True)
    total = np.bincount(place, border_px[differ], len(keys)).astype(np.int64)
    return np.column_stack(np.divmod(keys, count)), total


class Surveyor:
    """Accumulator of the region graph of strips.

    Args:
        width: width of the raster in pixels.
    """

    def __init__(self, width: int) -> None:
        """Start above the raster's first row."""
        self._seam = empty_seam(width)
        self._seam_nodes = np.empty(0, np.int64)
        self._parts: list[RegionGraph] = []
        self._links = [np.empty((0, 2), np.int64)]
        self._rows = 0
        self.first_nodes = [0]  # of each strip

    def feed(self, codes: np.ndarray) -> None:
        """Add the next rows, class codes (h, w) uint8, 0 for nodata."""
        strip = join(self._seam, codes)
        base = self.first_nodes[-1]
        self._parts.append(_strip_graph(strip, self._rows, base))
        self._links.append(np.column_stack((self._seam_nodes, base + strip.continues)))
        self._seam, number = part(strip)
        self._seam_nodes = base + np.flatnonzero(number >= 0)
        self._rows += len(codes)
        self.first_nodes.append(base + strip.components)

    def graph(self) -> tuple[RegionGraph, np.ndarray]:
        """Return the graph of the rows fed so far, and the region of each node, (n,) int64."""
        count = self.first_nodes[-1]
        parts = [*self._parts, _nodata()]
        code, pixels, first, at_edge, pairs, border_px = (
            np.concatenate(column) for column in zip(*parts, strict=True)
        )
        at_edge[self._seam_nodes] = True
        pairs[pairs < 0] = count
        graph = RegionGraph(code, pixels, first, at_edge, pairs, border_px)
        return graph.merged(*np.concatenate(self._links).T)


def _nodata() -> RegionGraph:
    """Return a graph whose only region is nodata."""
    none = np.empty(0, np.int64)
    last = np.array([np.iinfo(np.int64).max])
    code, pixels, at_edge = np.zeros(1, np.uint8), np.zeros(1, np.int64), np.zeros(1, bool)
    return RegionGraph(code, pixels, last, at_edge, none.reshape(0, 2), none)


def _strip_graph(strip: Strip, rows_above: int, base: int) -> RegionGraph:
    """Return the graph of a strip, its nodes numbered from `base` in `pairs`, -1 for nodata."""
    width = strip.codes.shape[1] - 2
    is_new = strip.runs.first >= width + 2
    owner, length = strip.component[is_new], strip.runs.length[is_new]
    pixels = np.bincount(owner, length, strip.components).astype(np.int64)
    row, column = np.divmod(strip.runs.first[is_new], width + 2)
    place = (rows_above + row - 1) * width + column - 1
    first = np.full(strip.components, np.iinfo(np.int64).max)
    np.minimum.at(first, owner, place)
    at_edge = np.zeros(strip.components, bool)
    at_edge[owner[(column == 1) | (column + length == width + 1)]] = True
    if rows_above == 0:
        at_edge[owner[row == 1]] = True
    # Nodata above the first run has the number -1.
    region = np.append(strip.component.astype(np.int32), np.int32(-1))[strip.runs.number[:, 1:-1]]
    region[strip.codes[:, 1:-1] == 0] = -1
    pairs, border_px = _shared_borders(strip.codes[:, 1:-1], region, is_first=rows_above == 0)
    pairs[pairs >= 0] += base
    return RegionGraph(strip.code_of_component, pixels, first, at_edge, pairs, border_px)


def _shared_borders(
    codes: np.ndarray, region: np.ndarray, *, is_first: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of regions that share a border, and its length.

    Args:
        codes: class codes of the row above a strip and of the strip, (h + 1, w) uint8.
        region: region of each pixel, -1 for nodata, (h + 1, w) int32.
        is_first: whether the row above is beyond the raster's edge.
    """
    count = int(region.max(initial=-1)) + 2
    keys = []
    top = 1 if is_first else 0
    for before, after in (
        ((slice(1, None), slice(None, -1)), (slice(1, None), slice(1, None))),
        ((slice(top, -1), slice(None)), (slice(top + 1, None), slice(None))),
    ):
        differ = codes[before] != codes[after]
        left = region[before][differ].astype(np.int64) + 1
        right = region[after][differ].astype(np.int64) + 1
        keys.append(np.minimum(left, right) * count + np.maximum(left, right))
    unique, border_px = np.unique(np.concatenate(keys), return_counts=True)
    return np.column_stack(np.divmod(unique, count)) - 1, border_px
