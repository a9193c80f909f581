# SPDX-License-Identifier: GPL-2.0-or-later
"""Files of layers in a form that the engine can open: it receives paths, not layers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterable, Tuple

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsDataProvider,
    QgsFeature,
    QgsFields,
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingUtils,
    QgsProviderRegistry,
    QgsRasterLayer,
    QgsVectorFileWriter,
    QgsVectorLayer,
)

from ..protocol import InputError, RasterPath
from .overrides import crs_override, has_crs_override, nodata_override
from .tiles import tiles_of

AREA_FORMATS = ("gpkg", "shp", "geojson", "fgb")
_ADDED_BY_QGIS = re.compile(r"\|(option:|credential:|authcfg=)")


def raster_source(layer: QgsRasterLayer) -> str:
    """Return the path of `layer` for the engine, with the CRS and nodata value set in QGIS.

    Raises:
        InputError: if the layer has no file, only QGIS can open it, or its nodata values cannot
            be expressed in a path.
    """
    if not layer.isValid():
        raise InputError(
            f"The layer '{layer.name()}' cannot be opened as a raster because its file is missing "
            "or damaged. Check the path, or repair its data source."
        )
    if layer.providerType() != "gdal":
        raise InputError(
            f"The layer '{layer.name()}' comes from a service, not from a file, so its raw values "
            "cannot be read. Export it first (right-click, Export > Save As, Raw Data, GeoTIFF)."
        )
    source = layer.source()
    if source.startswith("/vsimem/") or _ADDED_BY_QGIS.search(source):
        raise InputError(
            f"The layer '{layer.name()}' is in memory, needs a password or has special options, "
            "so only QGIS can open it. Export it first (right-click, Export > Save As)."
        )
    declared = RasterPath(
        tiles_of(layer) or _absolute(source), crs_override(layer), nodata_override(layer)
    )
    return str(declared)


def area_source(
    layer: QgsVectorLayer, context: QgsProcessingContext, *, selected_only: bool = False
) -> str:
    """Return a vector file with exactly the polygons of `layer`.

    This is the layer's own file where possible. A memory layer, a filtered or selected subset,
    one of several layers in a file, or a layer with another CRS than its file is written to a
    temporary GeoPackage. Main thread only.

    Raises:
        InputError: if the layer cannot be read.
    """
    if not layer.isValid():
        raise InputError(
            f"The layer '{layer.name()}' cannot be opened because its file is missing or damaged."
        )
    if has_crs_override(layer):
        features = layer.getSelectedFeatures() if selected_only else layer.getFeatures()
        return write_copy(layer.fields(), layer.wkbType(), layer.crs(), features, context)
    feedback = QgsProcessingFeedback()  # QGIS 3.22 crashes without one
    path = QgsProcessingUtils.convertToCompatibleFormat(
        layer, selected_only, "area", list(AREA_FORMATS), "gpkg", context, feedback
    )
    return _absolute(path)


def write_copy(
    fields: QgsFields,
    geometry_type: int,
    crs: QgsCoordinateReferenceSystem,
    features: Iterable[QgsFeature],
    context: QgsProcessingContext,
) -> str:
    """Write `features` to a temporary GeoPackage and return its path.

    Raises:
        InputError: if the file cannot be written.
    """
    path = QgsProcessingUtils.generateTempFilename("area.gpkg")
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "GPKG"
    writer = QgsVectorFileWriter.create(
        path, fields, geometry_type, crs, context.transformContext(), options
    )
    is_written = all(writer.addFeature(feature) for feature in features)
    problem = writer.errorMessage()
    del writer  # closes the file
    if not is_written or problem:
        raise InputError(f"The polygons cannot be written to {path} ({problem}).")
    return str(path)


def vector_path(layer: QgsVectorLayer) -> str:
    """Return the file of a vector layer, without the name of the layer in it."""
    parts = QgsProviderRegistry.instance().decodeUri(layer.providerType(), layer.source())
    return str(parts.get("path") or "")


def file_and_layer(layer: QgsMapLayer) -> Tuple[str, str]:
    """Return the file of a layer and the layer's name in it; empty if there is none."""
    parts = QgsProviderRegistry.instance().decodeUri(layer.providerType(), layer.source())
    path, name = str(parts.get("path") or ""), str(parts.get("layerName") or "")
    if path and not name and isinstance(layer, QgsVectorLayer) and layer.isValid():
        listed = layer.dataProvider().subLayers()
        names = [each.split(QgsDataProvider.sublayerSeparator())[1] for each in listed]
        name = names[0] if len(names) == 1 else ""
    return path, name


def _absolute(source: str) -> str:
    """Return `source` as an absolute path if it is a plain path."""
    return str(Path(source).absolute()) if Path(source).exists() else source
