# SPDX-License-Identifier: GPL-2.0-or-later
"""Rasters of many files: a tile stands for a folder, pattern or tile index in checks.

All files of a mosaic have the same bands, CRS and pixels, or the engine refuses them, so one tells
most of what is asked of a layer. Its extent is that of one file only.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Optional

from qgis.core import QgsFeatureRequest, QgsMapLayer, QgsVectorLayer

from ..protocol import INDEX_FIELD, INDEX_SUFFIXES, listed_tiles, tile_of_index

TILES_PROPERTY = "orthoscribe/tiles"  # the path of all files, of a layer that shows one or all


def first_tile(source: str) -> Optional[str]:
    """Return the first file of a folder, pattern or tile index; None for any other path."""
    files = listed_tiles(source)
    if files is not None:
        return files[0] if files else None
    return _first_of_index(source)


def tiles_of(layer: QgsMapLayer) -> str:
    """Return the folder, pattern or tile index that a layer stands for; empty for most."""
    return str(layer.customProperty(TILES_PROPERTY, ""))


def mark_tiles(layer: QgsMapLayer, source: str) -> None:
    """Let a layer stand for all files of a folder, pattern or tile index."""
    layer.setCustomProperty(TILES_PROPERTY, os.path.abspath(source))  # noqa: PTH100 (a pattern)


def _first_of_index(source: str) -> Optional[str]:
    file = source.split("|", maxsplit=1)[0]
    if Path(file).suffix.lower() not in INDEX_SUFFIXES or not os.path.isfile(file):  # noqa: PTH113
        return None
    index = QgsVectorLayer(source, "index", "ogr")
    if not index.isValid() or index.fields().lookupField(INDEX_FIELD) < 0:
        return None
    for feature in index.getFeatures(QgsFeatureRequest().setLimit(1)):
        return tile_of_index(file, str(feature[INDEX_FIELD]))
    return None
