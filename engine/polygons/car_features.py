# SPDX-License-Identifier: GPL-2.0-or-later
"""Cars of a raster: regions of the class car to one rectangle for each vehicle."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .cars.fit import fit_cars
from .cars.patch import CarPatch
from .cars.settings import CarSettings
from .pixels import joined_values, measures

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .pixels import ObjectPixels


class Cars(NamedTuple):
    """Cars of a block, or of a raster.

    Args:
        region: number of the region of each car, (n,) int64.
        rectangles: rectangles in pixel space, (n,); empty if the cars follow their pixels.
        values: values by field name, (n,) each.
        too_high: number of regions and vehicles that were left out as too high.
        wrong_size: number of regions and vehicles that were left out for their size.
    """

    region: np.ndarray
    rectangles: np.ndarray
    values: dict[str, np.ndarray]
    too_high: int
    wrong_size: int


def fitted(regions: Iterable[tuple[int, ObjectPixels]], gsd_m: float, least_area_m2: float) -> Cars:
    """Return the vehicles of regions of cars.

    Args:
        regions: number and pixels of each region.
        gsd_m: edge of a pixel in meters.
        least_area_m2: area of the smallest region.
    """
    settings = CarSettings(least_area_m2=max(least_area_m2, 1e-9))
    cars, rows, numbers, too_high, wrong_size = [], [], [], 0, 0
    for number, pixels in regions:
        patch = CarPatch(pixels.mask, gsd_m, pixels.row, pixels.column, pixels.heights_m)
        found = fit_cars(patch, settings)
        too_high, wrong_size = too_high + found.too_high, wrong_size + found.wrong_size
        cars += found.cars
        rows += [_shared(pixels)] * len(found.cars)
        numbers += [number] * len(found.cars)
    values = _columns(rows)
    for name, digits in (("length_m", 2), ("width_m", 2), ("heading_deg", 1), ("iou_raw", 4)):
        values[name] = np.array([round(float(getattr(car, name)), digits) for car in cars], float)
    values["kind"] = np.array([car.kind for car in cars], object)
    values["status"] = np.full(len(cars), "rectangle", object)
    polygons = np.array([car.polygon for car in cars], object)
    return Cars(np.array(numbers, np.int64), polygons, values, too_high, wrong_size)


def unfitted(regions: Iterable[tuple[int, ObjectPixels]]) -> Cars:
    """Return the regions of cars as they are, several cars in one where they touch.

    Args:
        regions: number and pixels of each region.
    """
    numbers, rows = [], []
    for number, pixels in regions:
        numbers.append(number)
        rows.append(_shared(pixels))
    values = _columns(rows)
    values["status"] = np.full(len(rows), "raw", object)
    return Cars(np.array(numbers, np.int64), np.empty(0, object), values, 0, 0)


def all_cars(blocks: Sequence[Cars]) -> Cars:
    """Return the cars of all blocks in the order of their regions."""
    some = [each for each in blocks if len(each.region)] or [fitted((), 1.0, 1.0)]
    region = np.concatenate([each.region for each in some])
    order = np.argsort(region, kind="stable")
    rectangles = np.concatenate([each.rectangles for each in some])
    return Cars(
        region[order],
        rectangles[order] if len(rectangles) else rectangles,
        joined_values([each.values for each in some], order),
        sum(each.too_high for each in blocks),
        sum(each.wrong_size for each in blocks),
    )


def _shared(pixels: ObjectPixels) -> dict[str, float | bool]:
    """Return the values that all vehicles of a region share."""
    return {
        **measures(pixels, pixels.mask),
        "touches_edge": pixels.touches_edge,
        "touches_nodata": pixels.touches_nodata,
    }


def _columns(rows: list[dict[str, float | bool]]) -> dict[str, np.ndarray]:
    names = ("confidence", "height_mean_m", "height_p95_m", "touches_edge", "touches_nodata")
    return {name: np.array([row[name] for row in rows]) for name in names}
