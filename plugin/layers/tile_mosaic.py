# SPDX-License-Identifier: GPL-2.0-or-later
"""A folder of tiles as one layer of the project: a virtual raster (VRT) that QGIS draws.

The job gets the folder itself, so the engine checks all files and reads them by its own rules.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Callable, List, Optional, Tuple

from qgis.core import Qgis, QgsProject, QgsRasterLayer

from ..protocol import (
    InputError,
    OutputError,
    VirtualBand,
    VirtualGrid,
    VirtualTile,
    listed_tiles,
    own_folder,
    vrt_text,
)
from .bands import band_traits
from .tiles import mark_tiles

DTYPES = {
    Qgis.DataType.Byte: "uint8",
    Qgis.DataType.UInt16: "uint16",
    Qgis.DataType.Int16: "int16",
    Qgis.DataType.UInt32: "uint32",
    Qgis.DataType.Int32: "int32",
    Qgis.DataType.Float32: "float32",
    Qgis.DataType.Float64: "float64",
}
FOLDER = "mosaics"  # in the user's folder for Orthoscribe


def write_mosaic(folder: str, is_canceled: Callable[[], bool]) -> Optional[Path]:
    """Write the virtual raster of all tiles in a folder, and return its path (any thread).

    None is returned if it was canceled.

    Args:
        folder: folder of the tiles.
        is_canceled: function that tells whether to stop.

    Raises:
        InputError: if the folder has no rasters, or one cannot be opened or does not fit.
        OutputError: if the virtual raster cannot be written.
    """
    files = listed_tiles(folder) or ()
    if not files:
        raise InputError(f"The folder {folder} has no rasters: choose the folder with the tiles.")
    layers = []
    for file in files:
        if is_canceled():
            return None
        layers.append(_opened(file))
    text = _text_of(layers)
    digest = hashlib.sha256(folder.encode()).hexdigest()[:8]
    target = own_folder() / FOLDER / f"{Path(folder).name}-{digest}.vrt"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"The file {target} cannot be written ({error.strerror}).") from error
    return target


def add_mosaic(vrt: Path, folder: str, project: QgsProject) -> QgsRasterLayer:
    """Add a virtual raster to the bottom of the project, and return its layer (main thread).

    Raises:
        InputError: if QGIS cannot open it.
    """
    layer = QgsRasterLayer(str(vrt), Path(folder).name)
    if not layer.isValid():
        raise InputError(f"The tiles of the folder {folder} cannot be opened as one raster.")
    mark_tiles(layer, folder)
    project.addMapLayer(layer, False)
    project.layerTreeRoot().addLayer(layer)
    return layer


def _opened(file: str) -> QgsRasterLayer:
    layer = QgsRasterLayer(file, Path(file).name)
    if not layer.isValid():
        raise InputError(f"The tile {file} cannot be opened as a raster: is it damaged?")
    return layer


def _text_of(layers: List[QgsRasterLayer]) -> str:
    """Return the content of the virtual raster.

    Raises:
        InputError: if a raster differs from the first one in what all must have in common.
    """
    first = layers[0]
    for layer in layers[1:]:
        if _kind_of(layer) != _kind_of(first):
            raise InputError(
                f"The tiles {first.source()} and {layer.source()} differ in CRS, pixel size, "
                "number of bands or data type: choose a folder with tiles of one survey."
            )
    left = min(layer.extent().xMinimum() for layer in layers)
    top = max(layer.extent().yMaximum() for layer in layers)
    tiles = [_tile_of(layer, left, top) for layer in layers]
    size = first.rasterUnitsPerPixelX(), -first.rasterUnitsPerPixelY()
    grid = VirtualGrid(
        str(first.crs().toWkt()),
        (left, size[0], 0.0, top, 0.0, size[1]),
        max(tile.row + tile.height for tile in tiles),
        max(tile.col + tile.width for tile in tiles),
    )
    bands = [VirtualBand(traits, _dtype(first, traits.number)) for traits in band_traits(first)]
    # QGIS shows a mask as a band of its own, so there is one only where it is needed.
    has_gaps = sum(tile.height * tile.width for tile in tiles) < grid.height * grid.width
    return vrt_text(grid, bands, tiles, with_mask=has_gaps)


def _dtype(layer: QgsRasterLayer, band: int) -> str:
    found = DTYPES.get(layer.dataProvider().dataType(band))
    if found is None:
        raise InputError(
            f"The values of {layer.source()} are of a type that a mosaic cannot have: convert the "
            "tiles to whole numbers of 8, 16 or 32 bits, or to real numbers."
        )
    return found


def _kind_of(layer: QgsRasterLayer) -> Tuple[object, ...]:
    sizes = (round(layer.rasterUnitsPerPixelX(), 6), round(layer.rasterUnitsPerPixelY(), 6))
    dtypes = [layer.dataProvider().dataType(band + 1) for band in range(layer.bandCount())]
    return (layer.crs().toWkt(), sizes, dtypes)


def _tile_of(layer: QgsRasterLayer, left: float, top: float) -> VirtualTile:
    provider, extent = layer.dataProvider(), layer.extent()
    bands = range(1, layer.bandCount() + 1)
    return VirtualTile(
        layer.source(),
        round((top - extent.yMaximum()) / layer.rasterUnitsPerPixelY()),
        round((extent.xMinimum() - left) / layer.rasterUnitsPerPixelX()),
        layer.height(),
        layer.width(),
        tuple(
            provider.sourceNoDataValue(band) if provider.sourceHasNoDataValue(band) else None
            for band in bands
        ),
        (provider.yBlockSize(), provider.xBlockSize()),
    )
