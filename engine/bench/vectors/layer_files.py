# SPDX-License-Identifier: GPL-2.0-or-later
"""Layers of GeoPackages as arrays: true objects and delivered features."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import shapely

from .building_scores import Delivered
from .car_scores import FoundCars, TrueCars
from .road_scores import Roads

if TYPE_CHECKING:
    from pathlib import Path

LEAST_BUILDING_M2 = 8.0  # minimum area of the product
FALLBACKS = ("simplified", "raw")


def read_layer(path: Path, layer: str, *fields: str) -> tuple[np.ndarray, ...]:
    """Return the geometries of a layer and the values of some fields, (n,) each."""
    meta, _, wkb, values = pyogrio.raw.read(path, layer=layer, columns=list(fields))
    columns = dict(zip(meta["fields"], values, strict=True))
    return (shapely.from_wkb(np.asarray(wkb, object)), *(columns[name] for name in fields))


def read_true_buildings(path: Path) -> np.ndarray:
    """Return the true buildings that are large enough to be delivered, (n,)."""
    outlines = read_layer(path, "buildings")[0]
    return outlines[shapely.area(outlines) >= LEAST_BUILDING_M2]


def read_true_roads(path: Path) -> Roads:
    """Return the true axes of the streets, with the width of roadway and sidewalks."""
    lines, width_m = read_layer(path, "streets", "width_m")
    return Roads(lines, width_m)


def read_true_cars(path: Path) -> TrueCars:
    """Return the true cars."""
    outlines, heading_deg, visible, is_on_lot = read_layer(
        path, "cars", "heading_deg", "visible", "on_lot"
    )
    return TrueCars(outlines, heading_deg, visible, is_on_lot.astype(bool))


def read_buildings(path: Path, seconds: float) -> Delivered:
    """Return the delivered buildings.

    Args:
        path: path of the GeoPackage.
        seconds: processor time for the outlines.
    """
    outlines, status = read_layer(path, "buildings", "status")
    return Delivered(outlines, seconds, int(np.isin(status, FALLBACKS).sum()))


def read_roads(path: Path) -> Roads:
    """Return the delivered center lines."""
    return Roads(*read_layer(path, "road_centerlines", "width_m"))


def read_cars(path: Path) -> FoundCars:
    """Return the delivered cars."""
    return FoundCars(*read_layer(path, "cars", "heading_deg"))


def is_coverage(path: Path) -> bool:
    """Return whether buildings, roads and other paved ground form a valid coverage."""
    layers = [read_layer(path, name)[0] for name in ("buildings", "roads", "paved")]
    return bool(shapely.coverage_is_valid(np.concatenate(layers)))
