# SPDX-License-Identifier: GPL-2.0-or-later
"""Output layers: their land classes and the fields of their features."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..protocol import AREA_LAYERS, POLYGON_LAYERS, PolygonLayer

if TYPE_CHECKING:
    from ..protocol import PolygonOptions

Layer = PolygonLayer
LAYERS = {layer.name: layer for layer in POLYGON_LAYERS}
ALWAYS = tuple(layer for layer in POLYGON_LAYERS if not layer.switch)

_INT, _REAL = np.dtype(np.int32), np.dtype(np.float64)
_TEXT, _FLAG = np.dtype(object), np.dtype(bool)

_START = {"id": _INT, "class": _TEXT}  # id from 1 in each layer; class is the name of the class
_AREA = {
    "area_m2": _REAL,
    "perimeter_m": _REAL,  # including the outlines of holes
    "confidence": _REAL,  # mean, 0-100; NULL without confidence
    "height_mean_m": _REAL,  # above ground; NULL without heights
    "height_p95_m": _REAL,  # nearest rank
}
_BORDERS = {"touches_edge": _FLAG, "touches_nodata": _FLAG}
_ORIGIN = {"model": _TEXT, "run_id": _TEXT, "source": _TEXT}
_EDIT = {"status": _TEXT}  # NULL until a person edits or reviews the feature
_FIT = {"status": _TEXT, "iou_raw": _REAL}  # how the outline was made; overlap with the pixels
_VEHICLE = {"kind": _TEXT, "length_m": _REAL, "width_m": _REAL, "heading_deg": _REAL}

FIELDS: dict[str, dict[str, np.dtype]] = {
    "buildings": {
        **_START, **_AREA, "roof_slope_deg": _REAL, **_FIT, **_BORDERS, **_ORIGIN,
    },
    "roads": {**_START, **_AREA, **_EDIT, **_BORDERS, **_ORIGIN},
    "paved": {**_START, **_AREA, **_EDIT, **_BORDERS, **_ORIGIN},
    "cars": {**_START, **_AREA, **_VEHICLE, **_FIT, **_BORDERS, **_ORIGIN},
    "road_centerlines": {**_START, "length_m": _REAL, "width_m": _REAL, **_ORIGIN},
    "car_points": {**_START, "confidence": _REAL, **_VEHICLE, **_ORIGIN},
    "land_cover": {**_START, **_AREA, **_EDIT, **_BORDERS, **_ORIGIN},
}  # fmt: skip

_NEGLIGIBLE = 1e-9  # tolerance for rounding, so that polygons of exactly the minimum are kept


class Origin(NamedTuple):
    """What features were made from.

    Args:
        model: name of the model that labeled the image; empty if unknown.
        run_id: short identifier of the job, the same for the same job; empty if unknown.
        source: name of the image, or of the class raster.
    """

    model: str = ""
    run_id: str = ""
    source: str = ""


def requested_layers(options: PolygonOptions) -> list[Layer]:
    """Return the layers to write, in the order of `POLYGON_LAYERS`."""
    return [layer for layer in POLYGON_LAYERS if not layer.switch or getattr(options, layer.switch)]


def minimum_pixels(options: PolygonOptions, pixel_area_m2: float) -> dict[str, float]:
    """Return the minimum number of pixels of a feature, by layer name."""
    return {
        layer.name: getattr(options, layer.minimum) / pixel_area_m2 * (1 - _NEGLIGIBLE)
        for layer in AREA_LAYERS
    }
