# SPDX-License-Identifier: GPL-2.0-or-later
"""CRS and nodata value that the user set on a layer in QGIS, where they differ from its file."""

from __future__ import annotations

from pathlib import Path
from typing import FrozenSet, Optional

from qgis.core import QgsCoordinateReferenceSystem, QgsMapLayer, QgsRasterLayer, QgsRasterRange

from ..protocol import InputError, RasterPath
from .tiles import first_tile, mark_tiles

NO_VALUE = float("nan")  # in a `RasterPath`, stands for no nodata value at all
_OF_THIS_PROFILE = "USER:"


def layer_of_path(path: str) -> Optional[QgsRasterLayer]:
    """Return the layer of a path with suffixes, a raster table, or many files.

    One tile stands for all files of a folder, pattern or tile index. None for any other path.

    Raises:
        InputError: if a nodata value is not a number.
    """
    raster = RasterPath.parse(path)
    tile = first_tile(raster.source)
    if raster.file == path and tile is None:
        return None
    layer = QgsRasterLayer(tile or raster.source, Path(raster.file).stem)
    if not layer.isValid():
        return None
    if tile is not None:
        mark_tiles(layer, raster.source)
    if raster.crs:
        layer.setCrs(_crs_of(raster.crs))
    if raster.nodata is not None:
        _set_nodata(layer, raster.nodata)
    return layer


def has_crs_override(layer: QgsMapLayer) -> bool:
    """Return whether the layer has another CRS than its file."""
    return layer.crs().isValid() and layer.crs() != layer.dataProvider().crs()


def crs_override(layer: QgsMapLayer) -> str:
    """Return the CRS set on the layer, as a code or WKT; empty if it is that of the file."""
    if not has_crs_override(layer):
        return ""
    code = layer.crs().authid()
    if code and not code.startswith(_OF_THIS_PROFILE):
        return str(code)
    return str(layer.crs().toWkt(QgsCoordinateReferenceSystem.WktVariant.WKT_PREFERRED_GDAL))


def nodata_override(layer: QgsRasterLayer) -> Optional[float]:
    """Return the nodata value set by the user; NaN if there is none, None to use the file's value.

    Raises:
        InputError: if the settings cannot be expressed as a single value.
    """
    bands = range(1, layer.bandCount() + 1)
    wanted = {number: _effective_nodata(layer, number) for number in bands}
    if all(wanted[number] == _file_nodata(layer, number) for number in bands):
        return None
    sets = set(wanted.values())
    if len(sets) == 1 and len(next(iter(sets))) <= 1:
        return next(iter(next(iter(sets))), NO_VALUE)
    raise _several_values_error(layer)


def _crs_of(text: str) -> QgsCoordinateReferenceSystem:
    crs = QgsCoordinateReferenceSystem()
    crs.createFromUserInput(text)
    return crs


def _set_nodata(layer: QgsRasterLayer, value: float) -> None:
    ranges = [] if value != value else [QgsRasterRange(value, value)]  # noqa: PLR0124 (NaN)
    for number in range(1, layer.bandCount() + 1):
        layer.dataProvider().setUseSourceNoDataValue(number, False)
        layer.dataProvider().setUserNoDataValue(number, ranges)


def _effective_nodata(layer: QgsRasterLayer, number: int) -> FrozenSet[float]:
    """Return the values that QGIS treats as nodata."""
    provider = layer.dataProvider()
    ranges = provider.userNoDataValues(number)
    if any(each.min() != each.max() for each in ranges):
        raise _several_values_error(layer)
    own = frozenset(each.min() for each in ranges)
    return own | _file_nodata(layer, number) if provider.useSourceNoDataValue(number) else own


def _file_nodata(layer: QgsRasterLayer, number: int) -> FrozenSet[float]:
    """Return the nodata values declared by the file, without NaN, which is nodata in any case."""
    provider = layer.dataProvider()
    if not provider.sourceHasNoDataValue(number):
        return frozenset()
    value = provider.sourceNoDataValue(number)
    return frozenset() if value != value else frozenset({value})  # noqa: PLR0124 (NaN)


def _several_values_error(layer: QgsRasterLayer) -> InputError:
    return InputError(
        f"The layer '{layer.name()}' has several nodata values or a range of them, but only one is "
        "supported. Keep one in Layer Properties > Transparency, or export the layer "
        "(right-click, Export > Save As)."
    )
