# SPDX-License-Identifier: GPL-2.0-or-later
"""Polygons of a vector file in the CRS of a raster's grid, for areas and labels.

- All layers that may contain polygons are read, or the one in the path.
- Polygons, multipolygons, curved polygons and those in geometry collections are used.
- Self-intersecting polygons are repaired: each loop becomes a polygon, so a bow tie keeps both.
- Points, lines, and features with NaN or infinite coordinates are left out, counted and reported.
- Polygons are clipped to the surroundings of the grid before they are reprojected. So straight
  edges can be densified finely, and no point lies outside the domain of the CRS.
"""

from __future__ import annotations

import warnings
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyogrio
import rasterio.warp
import shapely
from rasterio.crs import CRS
from rasterio.errors import CRSError

from ..protocol import InputError
from .source_files import check_source
from .tangles import is_tangled
from .vector_source import vector_source

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .grid import RasterGrid
    from .vector_source import VectorSource

    FieldChooser = Callable[[str, Sequence[str]], str]

NOT_AREAL = ("Point", "LineString", "CompoundCurve", "CircularString", "MultiCurve")
MARGIN = 0.05  # fraction of the grid's extent, so that clipped edges lie outside the grid
SEGMENTS = 64  # along the grid's extent, because reprojected edges are curved
POLYGON, COLLECTION = 3, 7  # shapely's geometry types
DROPPED = {
    "empty": "without a geometry",
    "unreadable": "of a type that is not supported",
    "not finite": "with NaN or infinite coordinates",
    "not areal": "that are points or lines",
    "degenerate": "whose area is zero",
    "tangled": "whose edges cross each other too often",
}


class Polygons(NamedTuple):
    """Polygons read from a vector file.

    Args:
        shapes: (n,) polygons in the grid's CRS, without those far from the grid.
        owners: (n,) index of the feature of each polygon; a feature may have several.
        everywhere: (m,) values of the class field of all features that have an area, also far from
            the grid; None if no field was read.
        fids: (m,) feature IDs of these features.
        remarks: sentences about features that were left out.
    """

    shapes: np.ndarray
    owners: np.ndarray
    everywhere: list[Any]
    fids: np.ndarray
    remarks: tuple[str, ...]

    @property
    def values(self) -> list[Any]:
        """Value of the class field of each polygon, (n,)."""
        return [self.everywhere[owner] for owner in self.owners]


def read_polygons(
    path: str, what: str, grid: RasterGrid, field_of: FieldChooser | None = None
) -> Polygons:
    """Return the polygons of a vector file around a grid.

    Args:
        path: path of the file, optionally with a layer and a filter; see `VectorSource`.
        what: name of the file's role in messages, as in "The area town.gpkg has ...".
        grid: grid around which polygons are read.
        field_of: function that chooses the field to read from a layer's name and fields; may raise.

    Raises:
        InputError: if the file cannot be read, has no CRS or no layer of polygons.
    """
    source = vector_source(path)
    check_source(source.file, what, may_be_folder=True)
    dropped: Counter[str] = Counter()
    try:
        layers = _layers(source, what)
        read = [_read_layer(source, layer, what, grid, field_of, dropped) for layer in layers]
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
        raise InputError(
            f"The {what} {source.file} cannot be read as a vector file: {error}."
        ) from error
    left_out = ", ".join(
        f"{dropped[kind]} {text}" for kind, text in DROPPED.items() if dropped[kind]
    )
    firsts = np.cumsum([0, *(len(each.everywhere) for each in read)])
    return Polygons(
        np.concatenate([each.shapes for each in read]),
        np.concatenate([each.owners + first for each, first in zip(read, firsts, strict=False)]),
        [value for each in read for value in each.everywhere],
        np.concatenate([each.fids for each in read]),
        (f"Features of the {what} {source.file} were left out: {left_out}.",) if left_out else (),
    )


def _layers(source: VectorSource, what: str) -> list[str]:
    """Return the layers to read; saved styles are a layer without geometry.

    Raises:
        InputError: if no layer may contain polygons.
    """
    kinds = {str(name): kind for name, kind in pyogrio.list_layers(source.file)}
    requested = source.layer
    if isinstance(requested, int) and requested < len(kinds):
        requested = list(kinds)[requested]
    layers = [name for name in kinds if requested is None or _is_called(name, requested)]
    if not layers and requested is not None:
        raise InputError(
            f"The {what} {source.file} cannot be read: it has no layer '{requested}', but "
            f"{', '.join(kinds) or 'none'}."
        )
    areal = [name for name in layers if _may_be_areal(kinds[name])]
    if not areal:
        which = f"layer '{requested}' of the {what}" if requested else what
        reason = "is no layer of polygons" if requested else "has no layer of polygons"
        raise InputError(
            f"There is no polygon in the {which} {source.file}: it {reason}. Choose another file "
            "or layer."
        )
    return areal


def _is_called(name: str, requested: str | int) -> bool:
    """Return whether a layer has the requested name; SQL does not distinguish case either."""
    return name.lower() == str(requested).lower()


def _may_be_areal(kind: str | None) -> bool:
    return bool(kind) and not any(word in str(kind) for word in NOT_AREAL)


class _Layer(NamedTuple):
    """Polygons of a layer near the grid, their features, and values and IDs of all features."""

    shapes: np.ndarray
    owners: np.ndarray
    everywhere: list[Any]
    fids: np.ndarray


def _read_layer(
    source: VectorSource,
    layer: str,
    what: str,
    grid: RasterGrid,
    field_of: FieldChooser | None,
    dropped: Counter[str],
) -> _Layer:
    columns = []
    if field_of is not None:
        columns = [field_of(layer, list(pyogrio.read_info(source.file, layer=layer)["fields"]))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # GDAL's, about rings and layers; `dropped` counts them
        meta, fids, stored, fields = pyogrio.raw.read(
            source.file,
            layer=layer,
            columns=columns,
            where=source.where or None,
            force_2d=True,
            return_fids=True,
        )
    crs = _crs(meta["crs"], source.file, layer, what)
    shapes, owners = _areal_parts(stored, dropped)
    values = [_plain(value) for value in fields[0].tolist()] if columns else [None] * len(stored)
    near, places = _around(shapes, crs, grid, f"The {what} {source.file}")
    areal, of_areal = np.unique(owners, return_inverse=True)
    return _Layer(near, of_areal[places], [values[at] for at in areal], fids[areal])


def _plain(value: Any) -> Any:
    """Return a field's value as a number or text; dates and lists become text."""
    return value if value is None or isinstance(value, int | float | str) else str(value)


def _crs(declared: str | None, file: str, layer: str, what: str) -> CRS:
    if declared is None:
        raise InputError(
            f"The coordinate reference system of the {what} {file} is missing: assign one to the "
            f"layer '{layer}' first."
        )
    try:
        return CRS.from_user_input(declared)
    except CRSError as error:
        raise InputError(f"The {what} {file} has an invalid CRS: {declared}.") from error


def _areal_parts(stored: np.ndarray, dropped: Counter[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return valid polygons (n,) and the index of their features; count features left out."""
    is_stored = np.array([wkb is not None for wkb in stored], bool)
    with np.errstate(invalid="ignore"):  # NaN coordinates; such features are left out below
        features = shapely.from_wkb(stored, on_invalid="fix")
    is_readable = ~shapely.is_missing(features)
    is_filled = is_readable & ~shapely.is_empty(features)
    dropped["unreadable"] += int((is_stored & ~is_readable).sum())
    dropped["empty"] += int((~is_stored | (is_readable & ~is_filled)).sum())
    is_finite = np.ones(len(features), bool)
    coordinates, of = shapely.get_coordinates(features, return_index=True)
    is_finite[of[~np.isfinite(coordinates).all(axis=1)]] = False
    dropped["not finite"] += int((~is_finite).sum())
    sound = np.flatnonzero(is_filled & is_finite)
    polygons, of_sound = _polygons_in(features[sound])
    dropped["not areal"] += len(sound) - len(np.unique(of_sound))
    tangled = is_tangled(polygons)
    dropped["tangled"] += len(np.unique(of_sound[tangled]))
    polygons, of_sound = polygons[~tangled], of_sound[~tangled]
    repaired, of_polygon = _polygons_in(_repaired(polygons))
    dropped["degenerate"] += len(np.unique(of_sound)) - len(np.unique(of_sound[of_polygon]))
    return repaired, sound[of_sound[of_polygon]]


def _polygons_in(geometries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the polygons (n,) in geometries, and the index of the geometry of each."""
    owners = np.arange(len(geometries))
    while (shapely.get_type_id(geometries) > POLYGON).any():  # collections may be nested
        geometries, of = shapely.get_parts(geometries, return_index=True)
        owners = owners[of]
    kept = (shapely.get_type_id(geometries) == POLYGON) & ~shapely.is_empty(geometries)
    return geometries[kept], owners[kept]


def _repaired(polygons: np.ndarray) -> np.ndarray:
    """Return valid polygons; those without an area become empty."""
    return shapely.make_valid(polygons, method="structure", keep_collapsed=False)


def _around(
    shapes: np.ndarray, crs: CRS, grid: RasterGrid, file: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return the parts of polygons around a grid in its CRS, and their polygons' indices."""
    if not len(shapes):
        return shapes, np.empty(0, int)
    if crs == grid.crs:
        surroundings, _ = _surroundings(crs, grid)
        return _polygons_in(shapely.intersection(shapes, surroundings))
    try:
        surroundings, longest = _surroundings(crs, grid)
        to_grid = partial(reprojected, source=crs, target=grid.crs)
        to_grid(np.array([surroundings.centroid.coords[0]]))
    except Exception as error:  # PROJ's errors have no public class
        raise InputError(
            f"{file} has a CRS that cannot be converted to that of the image: reproject it to "
            f"{grid.crs.to_string()[:40]} first."
        ) from error
    cut, owners = _polygons_in(shapely.intersection(shapes, surroundings))
    moved = shapely.transform(shapely.segmentize(cut, longest), to_grid)
    is_finite = np.isfinite(shapely.bounds(moved)).all(axis=1)
    placed, of = _polygons_in(_repaired(moved[is_finite]))
    return placed, owners[is_finite][of]


def _surroundings(crs: CRS, grid: RasterGrid) -> tuple[shapely.Geometry, float]:
    """Return the box around a grid in a CRS, and the longest edge for densifying."""
    corners = [
        grid.transform @ (col, row)
        for col in (-MARGIN * grid.width, (1 + MARGIN) * grid.width)
        for row in (-MARGIN * grid.height, (1 + MARGIN) * grid.height)
    ]
    xs, ys = zip(*corners, strict=True)
    bounds = min(xs), min(ys), max(xs), max(ys)
    if crs != grid.crs:
        bounds = rasterio.warp.transform_bounds(grid.crs, crs, *bounds)
    if not np.isfinite(bounds).all():  # the grid lies outside the domain of the CRS
        return shapely.box(0, 0, 0, 0), 1.0
    left, bottom, right, top = bounds
    if left > right:  # across the antimeridian
        both = shapely.box(left, bottom, 180, top), shapely.box(-180, bottom, right, top)
        return shapely.union(*both), (top - bottom) / SEGMENTS
    return shapely.box(*bounds), max(right - left, top - bottom) / SEGMENTS


def reprojected(points: np.ndarray, source: CRS, target: CRS) -> np.ndarray:
    """Return points (n, 2) of one CRS in another."""
    if source == target:
        return points
    return np.stack(rasterio.warp.transform(source, target, *points.T)[:2], axis=1)
