# SPDX-License-Identifier: GPL-2.0-or-later
"""Groups of neighboring polygons.

A network sees the surroundings of a pixel, so a polygon near those it learned from is no proof.
Polygons closer than `APART_PX` pixels of the network therefore form a group, by single linkage, and
a group is never divided between learning and proof. In a small area that would leave one group
only: then the distance is halved until there are enough groups, and neighbors share some context.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ...raster.polygons_file import reprojected
from .outline import moved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...raster.grid import RasterGrid
    from .label_polygon import LabelPolygon

APART_PX = 160  # twice the context of a network
LEAST_APART_PX = 5
MOST_WANTED = 6  # groups; from here on the proof is an interval
MOST_POINTS = 400  # of an outline


@dataclass(frozen=True, eq=False)
class Grouping:
    """Groups of polygons.

    Args:
        groups: (n,) group of each polygon, from 0.
        distance_m: distance between polygons of different groups, at least.
        wanted_m: distance without context in common.
    """

    groups: np.ndarray
    distance_m: float
    wanted_m: float

    @property
    def count(self) -> int:
        """Number of groups."""
        return int(self.groups.max(initial=-1)) + 1

    @property
    def remark(self) -> str:
        """Sentence about a reduced distance; empty if it was not reduced."""
        if self.distance_m >= self.wanted_m:
            return ""
        return (
            f"The polygons lie close together, so those more than {self.distance_m:.1f} m apart "
            f"count as different places, instead of {self.wanted_m:.1f} m, and the verdict may be "
            "a little too kind: draw some farther apart for a stricter one."
        )


def groups_of(polygons: Sequence[LabelPolygon], grids: Sequence[RasterGrid]) -> Grouping:
    """Return the groups of polygons.

    There should be one group for two polygons, but not more than `MOST_WANTED`, and two for each
    class of several polygons.

    Args:
        polygons: polygons of all scenes.
        grids: grid of the network's pixels of each scene.
    """
    points = [_outline(one, grids[one.scene], grids[0]) for one in polygons]
    shapes = np.array([shapely.multipoints(each) for each in points], object)
    classes = np.array([one.class_index for one in polygons], int)
    wanted_m = APART_PX * max(grid.gsd_m for grid in grids)
    distance_m, least_m = wanted_m, LEAST_APART_PX * min(grid.gsd_m for grid in grids)
    groups = linked(shapes, distance_m)
    while not _are_enough(groups, classes) and distance_m / 2 >= least_m:
        distance_m /= 2
        groups = linked(shapes, distance_m)
    return Grouping(groups, distance_m, wanted_m)


def linked(shapes: np.ndarray, distance: float) -> np.ndarray:
    """Return the group (n,) of each shape; shapes within a distance are in the same group."""
    tree = shapely.STRtree(shapes)
    first, second = tree.query(shapes, predicate="dwithin", distance=distance)
    links = coo_array((np.ones(len(first), bool), (first, second)), (len(shapes), len(shapes)))
    groups: np.ndarray = connected_components(links, directed=False)[1]
    return groups


def _are_enough(groups: np.ndarray, classes: np.ndarray) -> bool:
    if groups.max(initial=-1) + 1 < min(MOST_WANTED, len(groups) // 2):
        return False
    return all(
        len(np.unique(groups[classes == one])) > 1
        for one in np.unique(classes)
        if (classes == one).sum() > 1
    )


def _outline(polygon: LabelPolygon, grid: RasterGrid, shared: RasterGrid) -> np.ndarray:
    """Return points (n, 2) on the border of a polygon, in meters from the origin of a grid."""
    padded = np.pad(polygon.mask, 1)
    inner = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    border = np.argwhere(polygon.mask & ~inner)[:, ::-1]
    pixels = border[:: max(1, len(border) // MOST_POINTS)] + 0.5
    pixels += (polygon.window.col, polygon.window.row)
    places = reprojected(moved(pixels, grid.transform), grid.crs, shared.crs)
    return moved(places, ~shared.transform) * shared.gsd_m
