# SPDX-License-Identifier: GPL-2.0-or-later
"""GeoPackage output: polygons are written in batches, so they need not fit into memory.

A layer is created by its first batch, so GDAL builds the spatial index at once for most rasters;
later batches are appended. The date in the file is passed in instead of read from the clock, so
equal polygons make equal files, byte for byte.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, GeometryError

from ..outputs.destination import destination_error
from ..protocol import OutputError
from .layer_styles import TABLE as STYLES
from .layer_styles import write_styles
from .layers import ALWAYS, FIELDS, LAYERS, Layer, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ..protocol import Legend
    from .features import Features

GEOPACKAGE = {"driver": "GPKG", "dataset_options": {"VERSION": "1.2"}}  # latest of QGIS 3.22
_SIZES = {"Polygon": "area_m2", "LineString": "length_m"}  # summed field, by type of geometries
BATCH_CORNERS = 1_000_000  # about 100 MB in memory
WRITE_ERRORS = (DataSourceError, DataLayerError, FeatureError, GeometryError, OSError)


def refuse_foreign_layers(path: Path) -> None:
    """Check that a file to be replaced contains no other layers.

    Raises:
        OutputError: if the file has other layers or is not a GeoPackage.
    """
    if not path.is_file():
        return
    try:
        names = {str(name) for name in pyogrio.list_layers(path)[:, 0]}
    except WRITE_ERRORS as error:
        raise OutputError(
            f"{path} is not a GeoPackage and will not be replaced: choose another name for the "
            "polygons."
        ) from error
    foreign = sorted(names - set(LAYERS) - {STYLES})
    if foreign:
        raise OutputError(
            f"{path} contains other layers ({', '.join(foreign[:3])}) that would be lost: "
            "choose another name for the polygons."
        )


@contextmanager
def writing_aside(dated_s: float) -> Iterator[None]:
    """Set the date that GDAL writes, and disable pending for the disk, as the file is temporary.

    Args:
        dated_s: date in seconds since 1970.
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


def modified_s(path: Path) -> float:
    """Return the modification time in seconds since 1970; 0 for paths that only GDAL can open."""
    return path.stat().st_mtime if path.exists() else 0.0


class LayerTotal(NamedTuple):
    """Number of features of a layer, and the sums of their sizes.

    Args:
        features: number of features.
        sizes: sum of the sizes, by field: `area_m2` of polygons or `length_m` of lines.
    """

    features: int
    sizes: dict[str, float]

    def record(self) -> dict[str, float]:
        """Return all numbers by name, for a report."""
        return {"features": self.features, **self.sizes}


class _Pending:
    """Features of one layer: batches to be written, and totals."""

    def __init__(self, geometry: str) -> None:
        self.batches: list[tuple[Features, Origin]] = []
        self.corners = 0
        self.written = 0
        self.sizes = {_SIZES[geometry]: 0.0} if geometry in _SIZES else {}
        self.exists = False


class PolygonFile:
    """Writer of vector layers, including empty ones: call `add` repeatedly, then `finish`.

    Args:
        path: path of the new file; must not exist yet.
        crs_wkt: coordinate reference system as WKT.
        dated_s: date written to the file, in seconds since 1970.
        layers: layers of the file; by default those that are always written.
        legend: legend with the colors of the default styles; None writes no styles.

    Raises:
        OutputError: if the file cannot be written.
    """

    def __init__(
        self,
        path: Path,
        crs_wkt: str,
        dated_s: float,
        layers: Sequence[Layer] = ALWAYS,
        legend: Legend | None = None,
    ) -> None:
        """Store the path; the first batch creates the file."""
        self._path, self._crs_wkt, self._dated_s = path, crs_wkt, dated_s
        self._legend = legend
        self._layers = {layer: _Pending(layer.geometry) for layer in layers}

    def add(self, layer: Layer, features: Features, origin: Origin = Origin()) -> None:  # noqa: B008
        """Add features; write the batch when it is large enough."""
        pending = self._layers[layer]
        pending.batches.append((features, origin))
        pending.corners += int(shapely.get_num_coordinates(features.geometries).sum())
        if len(features.geometries):  # no features may have no values
            for field in pending.sizes:
                pending.sizes[field] += float(features.values[field].sum())
        if pending.corners >= BATCH_CORNERS:
            self._write(layer)

    def finish(self) -> dict[str, LayerTotal]:
        """Write the pending features, empty layers and styles, and return the totals by layer."""
        for layer, pending in self._layers.items():
            if pending.batches or not pending.exists:
                self._write(layer)
        if self._legend is not None:
            write_styles(self._path, list(self._layers), self._legend, self._dated_s)
        return {
            layer.name: LayerTotal(
                pending.written, {field: round(size, 4) for field, size in pending.sizes.items()}
            )
            for layer, pending in self._layers.items()
        }

    def _write(self, layer: Layer) -> None:
        pending = self._layers[layer]
        none = np.empty(0, object)
        geometries = np.concatenate([none, *(each.geometries for each, _ in pending.batches)])
        columns = _columns(layer, pending, len(geometries))
        try:
            with writing_aside(self._dated_s):
                pyogrio.raw.write(
                    self._path,
                    shapely.to_wkb(geometries),
                    columns,
                    list(FIELDS[layer.name]),
                    field_mask=[null_mask(column) for column in columns],
                    layer=layer.name,
                    **GEOPACKAGE,
                    geometry_type=layer.geometry,
                    crs=self._crs_wkt,
                    encoding="UTF-8",
                    append=pending.exists,
                )
        except WRITE_ERRORS as error:
            raise destination_error(self._path, error) from error
        pending.batches, pending.corners, pending.exists = [], 0, True
        pending.written += len(geometries)


def _columns(layer: Layer, pending: _Pending, count: int) -> list[np.ndarray]:
    """Return the values of all fields, in the order of `FIELDS`."""
    first = pending.written + 1
    columns = []
    for name, kind in FIELDS[layer.name].items():
        if name == "id":
            columns.append(np.arange(first, first + count).astype(kind))
            continue
        parts = [_values(name, kind, *batch) for batch in pending.batches]
        columns.append(np.concatenate([np.empty(0, kind), *parts]).astype(kind))
    return columns


def _values(name: str, kind: np.dtype, features: Features, origin: Origin) -> np.ndarray:
    """Return the values of one field of a batch, NaN or None where unknown."""
    count = len(features.geometries)
    if name in features.values:
        return features.values[name]
    if name in origin._fields:
        return np.full(count, getattr(origin, name) or None, object)
    return np.full(count, np.nan if kind.kind == "f" else None)


def null_mask(column: np.ndarray) -> np.ndarray | None:
    """Return the mask of NULL values of a column, or None if its type has none."""
    return np.isnan(column) if column.dtype.kind == "f" else None
