# SPDX-License-Identifier: GPL-2.0-or-later
"""What an existing file holds, so that a result does not replace what is not a result."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, Optional

from qgis.core import (
    QgsMapLayerType,
    QgsProviderRegistry,
    QgsProviderSublayerDetails,
    QgsVectorLayer,
)

OUR_FIELDS = ("class", "area_m2", "perimeter_m")
SHORTEST_FIELD = 10  # what a shapefile keeps of a name


def layers_of(file: str) -> Optional[Dict[str, bool]]:
    """Return the layers of a file, and whether each is one of our layers of polygons.

    Args:
        file: path; rasters in it count as layers too.

    Returns:
        None where there is no file, or where it is empty.
    """
    path = Path(file)
    if not path.is_file() or not path.stat().st_size:
        return None
    found = QgsProviderRegistry.instance().querySublayers(file)
    return {each.name(): _is_ours(each) for each in found}


def _is_ours(details: QgsProviderSublayerDetails) -> bool:
    if details.type() != QgsMapLayerType.VectorLayer:
        return False
    layer = QgsVectorLayer(details.uri(), "layer", details.providerKey())
    names = {field.name().lower()[:SHORTEST_FIELD] for field in layer.fields()}
    return layer.isValid() and all(field[:SHORTEST_FIELD] in names for field in OUR_FIELDS)
