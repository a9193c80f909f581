# SPDX-License-Identifier: GPL-2.0-or-later
"""Faces between lines: buildings made of faces share their walls exactly and never overlap.

All lines are noded on one lattice, so that a wall has the same corners seen from both sides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

LATTICE_PX = 2.0**-10  # spacing of corners; a tenth of a millimeter at 0.1 m


def faces_between(lines: Sequence[shapely.Geometry]) -> np.ndarray:
    """Return the faces that lines enclose, (f,) polygons; loose ends enclose nothing."""
    noded = shapely.union_all(np.array(lines, object), grid_size=LATTICE_PX)
    return shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))


def joined_faces(faces: np.ndarray, owners: np.ndarray, count: int) -> list[shapely.Polygon | None]:
    """Return the polygon of each owner; nothing for one without faces.

    A piece of an owner that is apart from its largest piece goes to the neighbor with the
    longest border, or to no building.

    Args:
        faces: faces, (f,).
        owners: owner of each face from 0, (f,) int64; -1 outside all buildings.
        count: number of owners.
    """
    main: dict[int, shapely.Geometry] = {}
    loose: list[shapely.Geometry] = []
    for owner in range(count):
        whole = shapely.coverage_union_all(faces[owners == owner])
        largest_first = sorted(shapely.get_parts(whole), key=lambda piece: -piece.area)
        if largest_first:
            main[owner] = largest_first[0]
        loose += largest_first[1:]
    for piece in loose:
        borders = {owner: shared_length(piece, kept) for owner, kept in main.items()}
        nearest = max(borders, key=lambda owner: borders[owner])
        if borders[nearest] > 0:
            together = shapely.coverage_union(main[nearest], piece)
            if together.geom_type == "Polygon":
                main[nearest] = together
    return [main.get(owner) for owner in range(count)]


def shared_length(one: shapely.Geometry, other: shapely.Geometry) -> float:
    """Return the length of the common border of two polygons."""
    return float(shapely.intersection(one.boundary, other.boundary).length)
