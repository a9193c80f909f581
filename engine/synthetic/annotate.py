# SPDX-License-Identifier: GPL-2.0-or-later
"""Annotations: the true labels of a scene as polygons, like a careful manual annotation.

Each object is one polygon. The ground is connected all over a scene, so in large scenes it is cut
along a grid: outlines, and with them memory, do not grow with the scene.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, GeometryError

from ..outputs.destination import destination_error
from ..polygons.features import place
from ..polygons.geopackage import GEOPACKAGE, writing_aside
from ..polygons.source import ClassSource
from ..polygons.tracer import Traced, Tracer
from ..protocol import ISPRS
from .codes import IMPERVIOUS, LOW_VEGETATION

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ..raster.grid import RasterGrid
    from ..tiling.window import Window

NAME = "annotations.gpkg"
GROUND_CODES = (IMPERVIOUS, LOW_VEGETATION)
CUT_PX = 2048
DATED_S = 0.0  # a constant date, so that a rerun makes the same file, byte for byte
BATCH_CORNERS = 1_000_000  # about 100 MB in memory
_OTHER = 128  # offset of the ground codes in alternate cells of the grid


def write_annotations(path: Path, labels: Path, on_progress: Callable[[float], None]) -> None:
    """Write the true classes as polygons with the field `code`, without gaps or overlaps.

    Args:
        path: path of the new GeoPackage; must not exist yet.
        labels: path of the class raster.
        on_progress: callback that receives the completed fraction; it may raise.

    Raises:
        InputError: if the class raster cannot be read.
        OutputError: if the file cannot be written.
    """
    with ClassSource(labels) as source:
        file = _AnnotationFile(path, source.grid)
        tracer = Tracer(source.grid.width, np.zeros(256))
        for window, codes, _ in source.strips(ISPRS):
            on_progress(window.row / source.grid.height)
            file.add(tracer.feed(cut_ground(codes, window)))
        file.add(tracer.finish())
        file.finish()


def cut_ground(codes: np.ndarray, window: Window) -> np.ndarray:
    """Return codes (h, w) uint8 in which the ground is not connected across grid cells.

    Args:
        codes: class codes of a window, (h, w) uint8.
        window: position of the window in the scene, whose origin is that of the grid.
    """
    rows, columns = (np.arange(part.start, part.stop) // CUT_PX % 2 == 1 for part in window.slices)
    is_other = rows[:, None] ^ columns[None, :]
    return np.where(is_other & np.isin(codes, GROUND_CODES), codes + np.uint8(_OTHER), codes)


class _AnnotationFile:
    """Batch writer of polygons, which need not fit into memory."""

    def __init__(self, path: Path, grid: RasterGrid) -> None:
        self._path, self._grid = path, grid
        self._waiting: list[Traced] = []
        self._corners = 0
        self._exists = False

    def add(self, traced: Traced) -> None:
        """Add polygons; write the batch when it is large enough."""
        self._waiting.append(traced)
        self._corners += int(shapely.get_num_coordinates(traced.polygons).sum())
        if self._corners >= BATCH_CORNERS:
            self._write()

    def finish(self) -> None:
        """Write the remaining polygons."""
        if self._corners:
            self._write()

    def _write(self) -> None:
        polygons = np.concatenate([traced.polygons for traced in self._waiting])
        codes = np.concatenate([traced.codes for traced in self._waiting]) % _OTHER
        try:
            with writing_aside(DATED_S):
                pyogrio.raw.write(
                    self._path,
                    shapely.to_wkb(place(polygons, self._grid)),
                    [codes.astype(np.int32)],
                    ["code"],
                    layer="annotations",
                    **GEOPACKAGE,
                    geometry_type="Polygon",
                    crs=self._grid.crs.to_wkt(),
                    encoding="UTF-8",
                    append=self._exists,
                )
        except (DataSourceError, DataLayerError, FeatureError, GeometryError, OSError) as error:
            raise destination_error(self._path, error) from error
        self._waiting, self._corners, self._exists = [], 0, True
