# SPDX-License-Identifier: GPL-2.0-or-later
"""Outlines of buildings and cars, block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from .building_features import FittedBuildings, building_parts, fit_parts
from .car_features import Cars, fitted, unfitted
from .object_regions import pixels_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ..process.reporter import Reporter
    from ..protocol import PolygonOptions
    from .codes import GroundCodes
    from .object_regions import ObjectRegions
    from .pixels import PixelReader

Outliner: TypeAlias = "Callable[[ObjectWork, Reporter], Iterable[BlockOutlines]]"


class BlockOutlines(NamedTuple):
    """Objects of a block.

    Args:
        buildings: buildings; None without regions of buildings.
        cars: cars; None without regions of cars.
    """

    buildings: FittedBuildings | None
    cars: Cars | None


class ObjectWork(NamedTuple):
    """What outlines of objects are made from.

    Args:
        regions: regions of the objects.
        pixels: reader of the pixels around them.
        codes: codes of the ground.
        options: method and minimum areas.
        gsd_m: edge of a pixel in meters.
    """

    regions: ObjectRegions
    pixels: PixelReader
    codes: GroundCodes
    options: PolygonOptions
    gsd_m: float

    def outline(self, block: int) -> BlockOutlines:
        """Return the objects of a block."""
        return BlockOutlines(self.buildings(block), self.cars(block))

    def buildings(self, block: int) -> FittedBuildings | None:
        """Return the buildings of a block."""
        rows = self.regions.of_block(block, self.codes.building)
        if not len(rows) or not self.codes.building:
            return None
        parts, number = [], []
        for row in rows:
            pixels = pixels_of(row, self.pixels)
            found = building_parts(pixels, self.codes.tree, self.gsd_m)
            parts += found
            number += [int(row["number"])] * len(found)
        return fit_parts(parts, np.array(number))

    def cars(self, block: int) -> Cars | None:
        """Return the cars of a block."""
        rows = self.regions.of_block(block, self.codes.car)
        if not len(rows) or not self.codes.car:
            return None
        regions = ((int(row["number"]), pixels_of(row, self.pixels)) for row in rows)
        if self.options.outlines == "pixels":
            return unfitted(regions)
        return fitted(regions, self.gsd_m, self.options.minimum_car_m2)


def outline_here(work: ObjectWork, reporter: Reporter) -> Iterator[BlockOutlines]:
    """Outline all blocks in this process, first the cars.

    Raises:
        JobCanceled: if the job was canceled.
    """
    count = max(work.regions.blocks, 1)
    for block in range(work.regions.blocks):
        reporter.raise_if_canceled()
        reporter.progress(0.3 * block / count, "Fitting cars")
        yield BlockOutlines(None, work.cars(block))
    for block in range(work.regions.blocks):
        reporter.raise_if_canceled()
        reporter.progress(0.3 + 0.7 * block / count, "Fitting walls of buildings")
        yield BlockOutlines(work.buildings(block), None)
