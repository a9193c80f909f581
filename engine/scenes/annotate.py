# SPDX-License-Identifier: GPL-2.0-or-later
"""Annotations: the true labels as polygons, as a diligent person would have drawn them.

Whatever stands on the ground is one polygon. The ground itself hangs together all over a scene, so
in large scenes it is cut along a grid: no outline grows with the scene, and neither does memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, GeometryError

from ..protocol import ISPRS
from ..runtime.destination import destination_error
from ..vectorize.features import place
from ..vectorize.geopackage import GEOPACKAGE, writing_aside
from ..vectorize.source import ClassSource
from ..vectorize.tracer import Traced, Tracer
from .codes import IMPERVIOUS, LOW_VEGETATION

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ..raster.grid import RasterGrid
    from ..tiling.window import Window

NAME = "annotations.gpkg"
GROUND_CODES = (IMPERVIOUS, LOW_VEGETATION)
CUT_PX = 2048
DATED_S = 0.0  # a scene is of no day, so that a rerun makes the same file, byte for byte
BATCH_CORNERS = 1_000_000  # about 100 MB while they wait
_OTHER = 128  # added to the codes of the ground in every other cell, like a chessboard's


def write_annotations(path: Path, labels: Path, on_progress: Callable[[float], None]) -> None:
    """Write the true classes as polygons with the field `code`, without gaps or overlaps.

    Args:
        path: GeoPackage to write; it does not exist yet.
        labels: class raster.
        on_progress: called with the share done; it may raise.

    Raises:
        InputError: the class raster cannot be read.
        OutputError: the file cannot be written.
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
    """Return codes (h, w) uint8 in which the ground does not go on from cell to cell.

    Args:
        codes: (h, w) uint8 of a window.
        window: of the scene; the grid of cells is that of the scene.
    """
    rows, columns = (np.arange(part.start, part.stop) // CUT_PX % 2 == 1 for part in window.slices)
    is_other = rows[:, None] ^ columns[None, :]
    return np.where(is_other & np.isin(codes, GROUND_CODES), codes + np.uint8(_OTHER), codes)


class _AnnotationFile:
    """Writes polygons in batches, so that they need not fit into memory."""

    def __init__(self, path: Path, grid: RasterGrid) -> None:
        self._path, self._grid = path, grid
        self._waiting: list[Traced] = []
        self._corners = 0
        self._exists = False

    def add(self, traced: Traced) -> None:
        """Take polygons in; write them once there are enough."""
        self._waiting.append(traced)
        self._corners += int(shapely.get_num_coordinates(traced.polygons).sum())
        if self._corners >= BATCH_CORNERS:
            self._write()

    def finish(self) -> None:
        """Write what waits."""
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
