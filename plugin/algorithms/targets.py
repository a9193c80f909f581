# SPDX-License-Identifier: GPL-2.0-or-later
"""Targets: the file, and the layer in it, that a destination or an input stands for.

Processing names a vector destination in several ways: as a path, as `ogr:dbname='file' table="t"`,
as a table of a database, as memory.
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
class Target:
    """A file and a layer in it.

    Args:
        file: absolute path; empty where no file is meant.
        layer: name of the layer in the file; empty: the whole file.
        text: what was given.
    """

    file: str
    layer: str = ""
    text: str = ""

    @property
    def is_file(self) -> bool:
        """Return whether a file is meant, not a table of a database and not memory."""
        return bool(self.file)

    @property
    def is_geopackage(self) -> bool:
        """Return whether the file can hold several layers."""
        return self.file.lower().endswith(GEOPACKAGE)

    def is_same_file(self, other: Target) -> bool:
        """Return whether both mean one file, however its path is spelled."""
        if not self.is_file or not other.is_file:
            return False
        return _canonical(self.file) == _canonical(other.file)

    def clashes_with(self, other: Target) -> bool:
        """Return whether writing one would replace the other."""
        if not self.is_file and not other.is_file:
            return bool(self.text) and self.text == other.text
        is_apart = bool(self.layer and other.layer and self.layer.lower() != other.layer.lower())
        return self.is_same_file(other) and not is_apart


def sink_target(text: str) -> Target:
    """Return what the destination of a vector layer means."""
    if text in ("", TEMPORARY) or text.startswith("memory:"):
        return Target("")
    match = _PROVIDER.fullmatch(text)
    if match is None:
        has_driver = QgsVectorFileWriter.driverForExtension(Path(text).suffix.lstrip("."))
        return Target(_absolute(text if has_driver else text + GEOPACKAGE), text=text)
    if match["provider"] != "ogr":
        return Target("", text=text)
    uri = QgsDataSourceUri(match["uri"])
    return Target(_absolute(uri.database() or match["uri"]), uri.table(), text)


def file_target(text: str) -> Target:
    """Return what the destination of a raster or of a plain file means."""
    return Target("") if text in ("", TEMPORARY) else Target(_absolute(text), text=text)


def layer_address(file: str, layer: str) -> str:
    """Return how Processing is told to write one layer of a file and to keep the others."""
    uri = QgsDataSourceUri()
    uri.setDatabase(file)
    uri.setDataSource("", layer, GEOMETRY_COLUMN)
    return f"ogr:{uri.uri(False)}"


def _absolute(path: str) -> str:
    return str(Path(path).absolute())


def _canonical(path: str) -> str:
    return os.path.normcase(os.path.realpath(path))
