# SPDX-License-Identifier: GPL-2.0-or-later
"""The GeoPackage: polygons written in batches, so that they need not fit into memory.

A layer is created by its first batch, which lets GDAL build the spatial index in one go for most
rasters; later batches are appended. The file's date is given, not taken from the clock, so equal
polygons make equal files, byte for byte.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, GeometryError

from ..protocol import OutputError
from ..runtime.destination import destination_error
from .layers import FIELDS, LAYERS, Layer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .features import Features

GEOPACKAGE = {"driver": "GPKG", "dataset_options": {"VERSION": "1.2"}}  # QGIS 3.22 knows no later
BATCH_CORNERS = 1_000_000  # about 100 MB while they wait
STYLES = "layer_styles"  # QGIS keeps in it how the layers look
_TROUBLE = (DataSourceError, DataLayerError, FeatureError, GeometryError, OSError)


def refuse_foreign_layers(path: Path) -> None:
    """Refuse to replace a file that holds more than polygons of ours.

    Raises:
        OutputError: it has other layers, or is no GeoPackage at all.
    """
    if not path.is_file():
        return
    try:
        names = {str(name) for name in pyogrio.list_layers(path)[:, 0]}
    except _TROUBLE as error:
        raise OutputError(
            f"{path} is no GeoPackage, so it is not replaced: choose another name for the polygons."
        ) from error
    foreign = sorted(names - {layer.name for layer in LAYERS} - {STYLES})
    if foreign:
        raise OutputError(
            f"{path} holds other layers too ({', '.join(foreign[:3])}), which would be lost: "
            "choose another name for the polygons."
        )


@contextmanager
def writing_aside(dated_s: float) -> Iterator[None]:
    """Have GDAL take a moment for the current one, and not wait for the disk: nobody reads yet.

    Args:
        dated_s: the moment, in seconds since 1970.
    """
    moment = datetime.fromtimestamp(int(dated_s), UTC)
    date = moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    options = {"OGR_CURRENT_DATE": date, "OGR_SQLITE_SYNCHRONOUS": "OFF"}
    before = {name: pyogrio.get_gdal_config_option(name) for name in options}
    pyogrio.set_gdal_config_options(options)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


class LayerTotal(NamedTuple):
    """How many features a layer has, and their area in square metres."""

    features: int
    area_m2: float


class _Waiting:
    """The features of one layer: those that wait to be written, and the sum of all."""

    def __init__(self) -> None:
        self.batches: list[Features] = []
        self.corners = 0
        self.written = 0
        self.area_m2 = 0.0
        self.exists = False


class PolygonFile:
    """Writes the layers of `LAYERS`, empty ones too: `add` any number of times, then `finish`.

    Args:
        path: of a file that does not exist yet.
        crs_wkt: coordinate reference system.
        dated_s: what the file gives as its date, in seconds since 1970.

    Raises:
        OutputError: the file cannot be written.
    """

    def __init__(self, path: Path, crs_wkt: str, dated_s: float) -> None:
        """Remember the place; the first batch creates the file."""
        self._path, self._crs_wkt, self._dated_s = path, crs_wkt, dated_s
        self._layers = {layer: _Waiting() for layer in LAYERS}

    def add(self, layer: Layer, features: Features) -> None:
        """Take features in; write them once there are enough."""
        waiting = self._layers[layer]
        waiting.batches.append(features)
        waiting.corners += int(shapely.get_num_coordinates(features.polygons).sum())
        waiting.area_m2 += float(features.measures["area_m2"].sum())
        if waiting.corners >= BATCH_CORNERS:
            self._write(layer)

    def finish(self) -> dict[str, LayerTotal]:
        """Write what waits, create what is still missing, and return the totals by layer."""
        for layer, waiting in self._layers.items():
            if waiting.batches or not waiting.exists:
                self._write(layer)
        return {
            layer.name: LayerTotal(waiting.written, round(waiting.area_m2, 4))
            for layer, waiting in self._layers.items()
        }

    def _write(self, layer: Layer) -> None:
        waiting = self._layers[layer]
        polygons = np.concatenate([np.empty(0, object), *(b.polygons for b in waiting.batches)])
        columns = _columns(layer, waiting, len(polygons))
        try:
            with writing_aside(self._dated_s):
                pyogrio.raw.write(
                    self._path,
                    shapely.to_wkb(polygons),
                    columns,
                    list(FIELDS),
                    field_mask=[_mask(column) for column in columns],
                    layer=layer.name,
                    **GEOPACKAGE,
                    geometry_type="Polygon",
                    crs=self._crs_wkt,
                    encoding="UTF-8",
                    append=waiting.exists,
                )
        except _TROUBLE as error:
            raise destination_error(self._path, error) from error
        waiting.batches, waiting.corners, waiting.exists = [], 0, True
        waiting.written += len(polygons)


def _columns(layer: Layer, waiting: _Waiting, count: int) -> list[np.ndarray]:
    """Return the values of every field, in the order of `FIELDS`."""
    known = {
        "id": np.arange(waiting.written + 1, waiting.written + count + 1),
        "class": np.full(count, layer.class_name, object),
    }
    return [
        np.asarray(
            known[name]
            if name in known
            else np.concatenate([np.empty(0), *(b.measures[name] for b in waiting.batches)]),
            kind,
        )
        for name, kind in FIELDS.items()
    ]


def _mask(column: np.ndarray) -> np.ndarray | None:
    """Return where a column is NULL, or None for one that never is."""
    return np.isnan(column) if column.dtype.kind == "f" else None
