# SPDX-License-Identifier: GPL-2.0-or-later
"""Outlines: drawn polygons in pixels of a grid, one for each feature, whatever its parts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from affine import Affine

    from ...datasets.polygons import ClassPolygons
    from ...raster.grid import RasterGrid


@dataclass(frozen=True, eq=False)
class Outline:
    """Outline of a feature.

    Args:
        fid: feature ID.
        class_index: index of its class in the legend.
        shape: polygon or multipolygon, x and y in columns and rows of the grid.
    """

    fid: int
    class_index: int
    shape: shapely.Geometry


def outlines_of(found: ClassPolygons, grid: RasterGrid) -> list[Outline]:
    """Return the outlines of all features with a polygon around a grid, in the order of the file.

    Args:
        found: polygons in the CRS of the grid.
        grid: grid of the pixels.
    """
    shapes = shapely.transform(found.shapes, partial(moved, by=~grid.transform))
    order = np.argsort(found.owners, kind="stable")
    owners, firsts = np.unique(found.owners[order], return_index=True)
    return [
        Outline(int(found.fids[owner]), int(found.classes[owner]), shapely.union_all(parts))
        for owner, parts in zip(owners, np.split(shapes[order], firsts[1:]), strict=False)
    ]


def moved(points: np.ndarray, by: Affine) -> np.ndarray:
    """Return points (n, 2), x and y, moved by an affine transform."""
    linear = np.array([[by.a, by.d], [by.b, by.e]])
    result: np.ndarray = points @ linear + (by.c, by.f)
    return result
