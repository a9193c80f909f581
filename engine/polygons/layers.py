# SPDX-License-Identifier: GPL-2.0-or-later
"""Output layers: the land class of each layer and the fields of its polygons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..protocol import POLYGON_LAYERS, PolygonLayer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..protocol import LabelJob, Legend, VectorizeJob


Layer = PolygonLayer
LAYERS = POLYGON_LAYERS

FIELDS = {
    "id": np.dtype(np.int32),  # from 1 in each layer, ordered by lowest row
    "class": np.dtype(object),  # name of the land class
    "area_m2": np.dtype(np.float64),
    "perimeter_m": np.dtype(np.float64),  # including the outlines of holes
    "confidence": np.dtype(np.float64),  # mean, 0-100; NULL without confidence
    "height_mean_m": np.dtype(np.float64),  # above ground; NULL without heights
    "height_p95_m": np.dtype(np.float64),  # nearest rank, to 0.05 m
}

_NEGLIGIBLE = 1e-9  # tolerance for rounding, so that polygons of exactly the minimum are kept


def minimum_areas_m2(job: LabelJob | VectorizeJob) -> dict[str, float]:
    """Return the minimum area of each layer, by name."""
    return {layer.name: getattr(job, layer.minimum) for layer in LAYERS}


def drawn_codes(legend: Legend) -> dict[int, Layer]:
    """Return the layers by the codes of `legend` that are vectorized."""
    return {
        legend.named(layer.class_name).code: layer
        for layer in LAYERS
        if legend.has(layer.class_name)
    }


def minimum_px(
    legend: Legend, minimum_areas: Mapping[str, float], pixel_area_m2: float
) -> np.ndarray:
    """Return the least number of pixels of a polygon of each code, (256,) float64."""
    least = np.zeros(256)
    for code, layer in drawn_codes(legend).items():
        least[code] = minimum_areas[layer.name] / pixel_area_m2 * (1 - _NEGLIGIBLE)
    return least
