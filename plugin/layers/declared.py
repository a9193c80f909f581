# SPDX-License-Identifier: GPL-2.0-or-later
"""What the user set on a layer in QGIS, where it differs from what the layer's file says."""

from __future__ import annotations

from pathlib import Path
from typing import FrozenSet, Optional

from qgis.core import QgsCoordinateReferenceSystem, QgsMapLayer, QgsRasterLayer, QgsRasterRange

from ..protocol import InputError, RasterPath

NO_VALUE = float("nan")  # of `RasterPath`: no value is nodata
_OF_THIS_PROFILE = "USER:"


def layer_of_path(path: str) -> Optional[QgsRasterLayer]:
    """Return the layer of a path with suffixes or of a raster table; None for any other path.

    Raises:
        InputError: a nodata value is no number.
    """
    raster = RasterPath.parse(path)
    if raster.file == path:
        return None
    layer = QgsRasterLayer(raster.source, Path(raster.file).stem)
    if not layer.isValid():
        return None
    if raster.crs:
        layer.setCrs(_crs_of(raster.crs))
    if raster.nodata is not None:
        _set_nodata(layer, raster.nodata)
    return layer


def has_other_crs(layer: QgsMapLayer) -> bool:
    """Return whether the layer was given another CRS than its file has."""
    return layer.crs().isValid() and layer.crs() != layer.dataProvider().crs()


def declared_crs(layer: QgsMapLayer) -> str:
    """Return the CRS that the layer was given, as a code or WKT; empty where it is the file's."""
    if not has_other_crs(layer):
        return ""
    code = layer.crs().authid()
    if code and not code.startswith(_OF_THIS_PROFILE):
        return str(code)
    return str(layer.crs().toWkt(QgsCoordinateReferenceSystem.WktVariant.WKT_PREFERRED_GDAL))


def declared_nodata(layer: QgsRasterLayer) -> Optional[float]:
    """Return the nodata value that the user set, NaN for none, None where the file's counts.

    Raises:
        InputError: the settings cannot be expressed as one value.
    """
    bands = range(1, layer.bandCount() + 1)
    wanted = {number: _wanted(layer, number) for number in bands}
    if all(wanted[number] == _stated(layer, number) for number in bands):
        return None
    sets = set(wanted.values())
    if len(sets) == 1 and len(next(iter(sets))) <= 1:
        return next(iter(next(iter(sets))), NO_VALUE)
    raise _several(layer)


def _crs_of(text: str) -> QgsCoordinateReferenceSystem:
    crs = QgsCoordinateReferenceSystem()
    crs.createFromUserInput(text)
    return crs


def _set_nodata(layer: QgsRasterLayer, value: float) -> None:
    ranges = [] if value != value else [QgsRasterRange(value, value)]  # noqa: PLR0124 (NaN)
    for number in range(1, layer.bandCount() + 1):
        layer.dataProvider().setUseSourceNoDataValue(number, False)
        layer.dataProvider().setUserNoDataValue(number, ranges)


def _wanted(layer: QgsRasterLayer, number: int) -> FrozenSet[float]:
    """Return the values that QGIS shows as nodata."""
    provider = layer.dataProvider()
    ranges = provider.userNoDataValues(number)
    if any(each.min() != each.max() for each in ranges):
        raise _several(layer)
    own = frozenset(each.min() for each in ranges)
    return own | _stated(layer, number) if provider.useSourceNoDataValue(number) else own


def _stated(layer: QgsRasterLayer, number: int) -> FrozenSet[float]:
    """Return the values that the file declares as nodata; NaN always is, so it does not count."""
    provider = layer.dataProvider()
    if not provider.sourceHasNoDataValue(number):
        return frozenset()
    value = provider.sourceNoDataValue(number)
    return frozenset() if value != value else frozenset({value})  # noqa: PLR0124 (NaN)


def _several(layer: QgsRasterLayer) -> InputError:
    return InputError(
        f"The layer '{layer.name()}' has several nodata values or a range of them, and only one "
        "can be handed over: leave one in Layer Properties > Transparency, or export the layer "
        "(right-click, Export > Save As)."
    )
