# SPDX-License-Identifier: GPL-2.0-or-later
"""Annotations: the true labels as polygons, as a diligent person would have drawn them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from rasterio import features

if TYPE_CHECKING:
    from affine import Affine


class Annotations(NamedTuple):
    """Labeled polygons.

    Args:
        polygons: (n,) of shapely polygons.
        codes: (n,) int32, the class of each.
    """

    polygons: np.ndarray
    codes: np.ndarray


def trace_labels(labels: np.ndarray, transform: Affine) -> Annotations:
    """Return the polygons of labels (H, W) uint8, along pixel edges, without gaps or overlaps.

    Args:
        labels: codes of a legend; 0 is not traced.
        transform: from (column, row) in pixels to the polygons' coordinates.
    """
    traced = list(features.shapes(labels, mask=labels != 0, transform=transform))
    polygons = [
        shapely.Polygon(shape["coordinates"][0], shape["coordinates"][1:]) for shape, _ in traced
    ]
    codes = np.array([code for _, code in traced], np.int32)
    return Annotations(np.array(polygons, object), codes)
