# SPDX-License-Identifier: GPL-2.0-or-later
"""Locations: file and layer of a destination or an input.

Processing has several forms of vector destinations: a path, `ogr:dbname='file' table="t"`, a table
of a database, and memory.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from qgis.core import QgsDataSourceUri, QgsVectorFileWriter

from .destinations import TEMPORARY

GEOPACKAGE = ".gpkg"
GEOMETRY_COLUMN = "geom"
_PROVIDER = re.compile(r"(?P<provider>[a-z_]{3,}):(?![\\/])(?P<uri>.*)", re.DOTALL)


@dataclass(frozen=True)
class DataLocation:
    """A file and a layer in it.

    Args:
        file: absolute path; empty if the location is not a file.
        layer: name of the layer in the file; empty for the whole file.
        text: original value of the parameter.
    """

    file: str
    layer: str = ""
    text: str = ""

    @property
    def is_file(self) -> bool:
        """Whether the location is a file, not a database table or memory."""
        return bool(self.file)

    @property
    def is_geopackage(self) -> bool:
        """Whether the file is a GeoPackage, which can hold several layers."""
        return self.file.lower().endswith(GEOPACKAGE)

    def is_same_file(self, other: DataLocation) -> bool:
        """Return whether both are the same file, after normalization of the paths."""
        if not self.is_file or not other.is_file:
            return False
        return _canonical(self.file) == _canonical(other.file)

    def conflicts_with(self, other: DataLocation) -> bool:
        """Return whether writing one would replace the other."""
        if not self.is_file and not other.is_file:
            return bool(self.text) and self.text == other.text
        is_apart = bool(self.layer and other.layer and self.layer.lower() != other.layer.lower())
        return self.is_same_file(other) and not is_apart


def sink_location(text: str) -> DataLocation:
    """Return the location of the destination of a vector layer."""
    if text in ("", TEMPORARY) or text.startswith("memory:"):
        return DataLocation("")
    match = _PROVIDER.fullmatch(text)
    if match is None:
        has_driver = QgsVectorFileWriter.driverForExtension(Path(text).suffix.lstrip("."))
        return DataLocation(_absolute(text if has_driver else text + GEOPACKAGE), text=text)
    if match["provider"] != "ogr":
        return DataLocation("", text=text)
    uri = QgsDataSourceUri(match["uri"])
    return DataLocation(_absolute(uri.database() or match["uri"]), uri.table(), text)


def file_location(text: str) -> DataLocation:
    """Return the location of the destination of a raster or a plain file."""
    return DataLocation("") if text in ("", TEMPORARY) else DataLocation(_absolute(text), text=text)


def layer_destination(file: str, layer: str) -> str:
    """Return a Processing destination that writes one layer of a file and keeps the others."""
    uri = QgsDataSourceUri()
    uri.setDatabase(file)
    uri.setDataSource("", layer, GEOMETRY_COLUMN)
    return f"ogr:{uri.uri(False)}"


def _absolute(path: str) -> str:
    return str(Path(path).absolute())


def _canonical(path: str) -> str:
    return os.path.normcase(os.path.realpath(path))
