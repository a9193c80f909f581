# SPDX-License-Identifier: GPL-2.0-or-later
"""Layers of an existing file, so that only earlier results are replaced."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, Optional

from qgis.core import (
    QgsMapLayerType,
    QgsProviderRegistry,
    QgsProviderSublayerDetails,
    QgsVectorLayer,
)

from .results import POLYGON_ROLES

# Fields of areas, and of road centerlines and cars; older results have no others.
OUR_FIELDS = (("class", "area_m2", "perimeter_m"), ("class", "length_m", "width_m"))
SHAPEFILE_NAME_LENGTH = 10  # characters of a field name that a shapefile keeps


def sublayers_of(file: str) -> Optional[Dict[str, bool]]:
    """Return the layers of a file, and whether each is a vector result of Orthoscribe.

    Args:
        file: path of the file; its rasters count as layers too.

    Returns:
        Whether a layer is ours, by layer name; None if the file is missing or empty. A copy of
        a result under another name is not ours, since it may have been corrected.
    """
    path = Path(file)
    if not path.is_file() or not path.stat().st_size:
        return None
    found = QgsProviderRegistry.instance().querySublayers(file)
    names = {name.lower() for name in (*POLYGON_ROLES, path.stem)}
    return {each.name(): each.name().lower() in names and _is_ours(each) for each in found}


def _is_ours(details: QgsProviderSublayerDetails) -> bool:
    if details.type() != QgsMapLayerType.VectorLayer:
        return False
    layer = QgsVectorLayer(details.uri(), "layer", details.providerKey())
    names = {field.name().lower()[:SHAPEFILE_NAME_LENGTH] for field in layer.fields()}
    return layer.isValid() and any(
        all(field[:SHAPEFILE_NAME_LENGTH] in names for field in fields) for fields in OUR_FIELDS
    )
