# SPDX-License-Identifier: GPL-2.0-or-later
"""A fitted outline of buildings that touch, divided by their walls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from .faces import faces_between, joined_faces
from .outline import RegularizedOutline
from .plain_shapes import SIMPLIFIED_M, iou
from .shared_walls import fit_walls
from .tracing import pixel_outlines
from .wall_chains import bent_wall, wall_chains, without_small_holes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .neighborhood import Group
    from .outline import Status
    from .patch import BuildingPatch
    from .settings import OutlineSettings

LEAST_SHARE = 0.8  # of its pixels that each part covers; else the pixels divide the group


def divide_group(
    group: Group,
    patches: Sequence[BuildingPatch],
    whole: RegularizedOutline,
    settings: OutlineSettings,
) -> list[RegularizedOutline]:
    """Return the outline of each member, which share their walls exactly.

    Args:
        group: buildings that touch.
        patches: patches of the members.
        whole: fitted outline of the group.
        settings: prices of edges.
    """
    row, column = group.whole.origin
    smallest_px = settings.smallest_courtyard_m2 / group.whole.gsd_m**2
    labels = without_small_holes(group.labels, smallest_px)
    chains = [chain + np.array((column, row)) for chain in wall_chains(labels)]
    pixels = pixel_outlines(patches)
    walls = fit_walls(chains, whole.polygon, group.whole.gsd_m, settings)
    parts = _parts(whole.polygon, [shapely.LineString(wall) for wall in walls], pixels)
    if outlines := _outlines(parts, pixels, whole.status, LEAST_SHARE):
        return outlines
    tolerance_px = max(SIMPLIFIED_M / group.whole.gsd_m, 1)
    # A straight wall can miss a small part. The outer walls stay where a bent one finds it.
    reach_px = settings.largest_distance_m / group.whole.gsd_m
    bent = [bent_wall(chain, tolerance_px, reach_px) for chain in chains]
    parts = _parts(whole.polygon, bent, pixels)
    if outlines := _outlines(parts, pixels, whole.status, LEAST_SHARE):
        return outlines
    # Walls are shared only where both sides have all their corners.
    unit_edges = shapely.transform(shapely.segmentize(pixels, 1), np.round)
    simplified = list(shapely.coverage_simplify(unit_edges, tolerance_px))
    if outlines := _outlines(simplified, pixels, "simplified", LEAST_SHARE):
        return outlines
    # Without tolerance it only drops corners on straight walls.
    return _outlines(list(shapely.coverage_simplify(unit_edges, 0)), pixels, "raw", 0)


def _parts(
    outline: shapely.Polygon, walls: Sequence[shapely.LineString], pixels: np.ndarray
) -> list[shapely.Polygon | None]:
    """Return the faces of an outline between walls, joined by the pixels they cover most."""
    faces = faces_between([outline.boundary, *walls])
    is_inside = shapely.contains_xy(
        outline, shapely.get_coordinates(shapely.point_on_surface(faces))
    )
    faces = faces[is_inside]
    covered = shapely.area(shapely.intersection(faces[:, None], pixels[None]))
    return joined_faces(faces, covered.argmax(axis=1), len(pixels))


def _outlines(
    parts: Sequence[shapely.Polygon | None], pixels: np.ndarray, status: Status, least_share: float
) -> list[RegularizedOutline]:
    """Return the outlines of all parts; none if any part is missing, broken or off its pixels."""
    outlines = []
    for part, raw in zip(parts, pixels, strict=True):
        if part is None or part.geom_type != "Polygon" or not part.is_valid:
            return []
        if part.intersection(raw).area < least_share * raw.area:
            return []
        outlines.append(RegularizedOutline(part, status, min(iou(part, raw), 1.0)))
    return outlines
