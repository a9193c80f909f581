# SPDX-License-Identifier: GPL-2.0-or-later
"""Regularized outlines of buildings, each apart from its neighbors.

A building goes down a ladder until an outline is close to its pixels: circle, straight walls
with three prices, rectangle, simplified outline, pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from .directions import dominant_directions
from .fitting import Task, fit_tasks, refined
from .guard import is_close, limits_of
from .moments import Moments
from .outline import RegularizedOutline
from .plain_shapes import circle_of, plain_outline
from .polygon_of_fit import polygon_of
from .ring import prepare_ring
from .settings import DEFAULT_SETTINGS
from .tracing import trace_patches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .fitting import Fit
    from .guard import Limits
    from .outline import Status
    from .patch import BuildingPatch
    from .ring import Ring
    from .settings import OutlineSettings


class Step(NamedTuple):
    """A step of the ladder with straight walls.

    Args:
        status: name of the step.
        price_factor: price of an edge as a factor of that of the first step.
        follows_trees: whether the outline along trees counts in full: where a roof does not go
            on straight under the crown, the pixels are all there is.
    """

    status: Status
    price_factor: float
    follows_trees: bool


LADDER = (
    Step("fit", 1, follows_trees=False),
    Step("fit_fine", 1 / 4, follows_trees=False),
    Step("fit_finest", 1 / 16, follows_trees=False),
    Step("fit_finest", 1 / 4, follows_trees=True),
    Step("fit_finest", 1 / 16, follows_trees=True),
)
SHORTEST_M, SHORTEST_PX = 1.0, 3  # shortest edge that shows the directions


def regularize_apart(
    patches: Sequence[BuildingPatch], settings: OutlineSettings = DEFAULT_SETTINGS
) -> list[RegularizedOutline]:
    """Return the outline of each building as if it stood alone, in pixel space of its raster.

    Neighbors may overlap.
    """
    pixels = trace_patches(patches)
    works = [_Work.of(*each, settings) for each in zip(patches, pixels, strict=True)]
    _fit_all([work for work in works if work.polygon_m is None], settings)
    for work in works:
        if work.polygon_m is None:
            outline_m = _scaled(work.pixels, work.patch.gsd_m)
            work.settle(*plain_outline(work.task.rings, outline_m, work.patch.gsd_m, work.limits))
    return _outlines(works)


def _fit_all(works: Sequence[_Work], settings: OutlineSettings) -> None:
    """Fit straight walls, first at the usual price, then cheaper ones where they are not close."""
    firsts = fit_tasks([work.task for work in works], settings)
    for work, first in zip(works, firsts, strict=True):
        work.limits = limits_of(work.task.rings, first, work.patch.gsd_m, settings)
        work.task = refined(work.task, first, settings)
    left = list(works)
    for step in LADDER:
        fits = fit_tasks([work.task_of(step) for work in left], settings)
        for work, fit in zip(left, fits, strict=True):
            work.accept(fit, step.status)
        left = [work for work in left if work.polygon_m is None]


@dataclass
class _Work:
    """A building on its way down the ladder.

    Args:
        patch: pixels of the building.
        pixels: pixel outline in the patch's pixel space, without small holes.
        task: rings, and what their edges may be.
        polygon_m: outline found, in meters from the patch's upper left corner.
        status: step of the ladder that gave it.
    """

    patch: BuildingPatch
    pixels: shapely.Polygon
    task: Task
    polygon_m: shapely.Polygon | None = None
    status: Status = "raw"
    limits: Limits = field(init=False)

    @classmethod
    def of(cls, patch: BuildingPatch, pixels: shapely.Polygon, settings: OutlineSettings) -> _Work:
        """Return the start of a building; a round one is done at once."""
        smallest_px = settings.smallest_courtyard_m2 / patch.gsd_m**2
        courtyards = [
            hole for hole in pixels.interiors if shapely.Polygon(hole).area >= smallest_px
        ]
        if len(courtyards) < len(pixels.interiors):
            pixels = shapely.Polygon(pixels.exterior, courtyards)
        rings = tuple(
            prepare_ring(shapely.get_coordinates(line), patch, settings.tree_weight)
            for line in (pixels.exterior, *courtyards)
        )
        work = cls(patch, pixels, _first_task(rings, patch.gsd_m, settings))
        if circle := circle_of(rings, _scaled(pixels, patch.gsd_m)):
            work.settle(circle, "circle")
        return work

    def task_of(self, step: Step) -> Task:
        """Return the task of a step of the ladder."""
        rings = self.task.rings
        if step.follows_trees:
            rings = tuple(
                ring._replace(moments=Moments.of(ring.samples, tree_weight=1.0)) for ring in rings
            )
        return self.task._replace(rings=rings, price_m3=self.task.price_m3 * step.price_factor)

    def accept(self, fit: Fit, status: Status) -> None:
        """Keep a fit if it is one valid polygon, close to the pixels."""
        if fit and (polygon := polygon_of(fit)) and is_close(self.task.rings, fit, self.limits):
            self.settle(polygon, status)

    def settle(self, polygon_m: shapely.Polygon, status: Status) -> None:
        """Keep a polygon."""
        self.polygon_m, self.status = polygon_m, status


def _first_task(rings: tuple[Ring, ...], gsd_m: float, settings: OutlineSettings) -> Task:
    shortest_m = max(SHORTEST_M, SHORTEST_PX * gsd_m)
    directions = dominant_directions([ring.coarse_m for ring in rings], shortest_m)
    starts = tuple(ring.farthest for ring in rings)
    return Task(rings, directions, settings.edge_price_m3, starts)


def _outlines(works: Sequence[_Work]) -> list[RegularizedOutline]:
    """Return the outlines of finished buildings."""
    in_pixels = np.array([_scaled(work.polygon_m, 1 / work.patch.gsd_m) for work in works], object)
    raw = np.array([work.pixels for work in works], object)
    common = shapely.area(shapely.intersection(in_pixels, raw))
    ious = common / (shapely.area(in_pixels) + shapely.area(raw) - common)
    return [
        RegularizedOutline(_moved(polygon, work.patch), work.status, float(min(score, 1)))
        for polygon, work, score in zip(in_pixels, works, ious, strict=True)
    ]


def _moved(polygon: shapely.Polygon, patch: BuildingPatch) -> shapely.Polygon:
    """Return a polygon of the patch's pixel space in that of the raster."""
    return shapely.transform(polygon, lambda xy: xy + patch.origin[::-1])


def _scaled(polygon: shapely.Polygon | None, factor: float) -> shapely.Polygon:
    """Return a polygon scaled about the origin."""
    return shapely.transform(polygon, lambda xy: xy * factor)
