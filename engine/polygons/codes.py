# SPDX-License-Identifier: GPL-2.0-or-later
"""Codes of the ground: the class codes of a raster, with roads and nodata as codes of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..protocol import NODATA, InputError

if TYPE_CHECKING:
    from ..protocol import Legend, PolygonOptions

IMPERVIOUS, BUILDING, CAR, TREE = "impervious_surface", "building", "car", "tree"
LEAST_UNIT_M2 = 1.0  # smaller regions of the other classes go to their neighbors
LEAST_HOLE_M2 = 6.0  # smaller holes in buildings and in sealed ground are filled
ABSORBED = 1e18  # more pixels than any region has


class GroundCodes(NamedTuple):
    """Codes of the classes that have layers, 0 for those that a legend does not have.

    Args:
        legend: legend of the class raster.
        building: code of buildings.
        paved: code of sealed ground, off the roads.
        road: code of roads, which the legend does not use.
        car: code of cars.
        tree: code of trees.
        nodata: code of pixels without a class, which the legend does not use.
    """

    legend: Legend
    building: int
    paved: int
    road: int
    car: int
    tree: int
    nodata: int

    @classmethod
    def of_legend(cls, legend: Legend) -> GroundCodes:
        """Return the codes for a legend.

        Raises:
            InputError: if the legend uses all codes from 1 to 255.
        """
        free = [code for code in range(255, 0, -1) if code not in legend.codes]
        if len(free) < 2:
            raise InputError(
                "The legend has more than 253 classes, but two codes are needed for roads and "
                "nodata: vectorize with a legend of fewer classes."
            )
        named = {
            name: legend.named(name).code if legend.has(name) else NODATA
            for name in (BUILDING, IMPERVIOUS, CAR, TREE)
        }
        return cls(
            legend,
            building=named[BUILDING],
            paved=named[IMPERVIOUS],
            road=free[0],
            car=named[CAR],
            tree=named[TREE],
            nodata=free[1],
        )

    def class_name(self, code: int) -> str:
        """Return the name of the land class of a code."""
        wanted = self.paved if code == self.road else code
        return next(one.name for one in self.legend.classes if one.code == wanted)

    def with_roads(self, codes: np.ndarray, is_road: np.ndarray) -> np.ndarray:
        """Return codes (h, w) uint8 in which sealed ground on roads has the code of roads."""
        return np.where(is_road & (codes == self.paved), np.uint8(self.road), codes)

    def with_nodata(self, codes: np.ndarray) -> np.ndarray:
        """Return codes (h, w) uint8 in which pixels without a class have a code."""
        return np.where(codes == NODATA, np.uint8(self.nodata), codes)


def minimum_region_px(
    codes: GroundCodes, options: PolygonOptions, pixel_area_m2: float, *, with_cars: bool
) -> np.ndarray:
    """Return the number of pixels from which a region stays, by code, (256,) float64.

    Args:
        codes: codes of the ground.
        options: minimum areas.
        pixel_area_m2: area of a pixel.
        with_cars: whether cars stay; else they go to the ground on which they stand.
    """
    least_m2 = np.full(256, LEAST_UNIT_M2)
    least_m2[codes.building] = options.minimum_building_m2
    least_m2[codes.road] = options.minimum_road_m2
    least_m2[codes.paved] = options.minimum_paved_m2
    least_px = least_m2 / pixel_area_m2 * (1 - 1e-9)
    if codes.car:
        least_px[codes.car] = options.minimum_car_m2 / pixel_area_m2 if with_cars else ABSORBED
    return least_px


def minimum_hole_px(codes: GroundCodes, pixel_area_m2: float) -> np.ndarray:
    """Return the number of pixels from which a hole in a region stays, by code, (256,) float64."""
    least_m2 = np.full(256, LEAST_UNIT_M2)
    least_m2[[codes.building, codes.road, codes.paved]] = LEAST_HOLE_M2
    return least_m2 / pixel_area_m2
