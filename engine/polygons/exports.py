# SPDX-License-Identifier: GPL-2.0-or-later
"""Copies of the vector layers in other formats: one file for each layer.

The GeoPackage is written first, because only it has all layers, aliases and styles in one file.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import pyogrio

from ..outputs.destination import destination_error
from ..protocol import OutputError
from .geopackage import WRITE_ERRORS, modified_s, null_mask
from .layers import requested_layers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ..process.reporter import Reporter
    from ..protocol import PolygonOptions

LONGEST_DBF_NAME = 10


class ExportFormat(NamedTuple):
    """Format of the copies.

    Args:
        driver: name of the GDAL driver.
        title: display name.
        limits: sentence about the limits of the format.
    """

    driver: str
    title: str
    limits: str


FORMATS = {
    "fgb": ExportFormat(
        "FlatGeobuf",
        "FlatGeobuf",
        "FlatGeobuf holds one layer in a file and no styles or display names of fields, and its "
        "features are in spatial order.",
    ),
    "parquet": ExportFormat(
        "Parquet",
        "GeoParquet",
        "GeoParquet holds no styles or display names of fields, and QGIS opens it only with GDAL "
        "3.5 or later and its Parquet driver.",
    ),
    "shp": ExportFormat(
        "ESRI Shapefile",
        "Shapefile",
        "Shapefile cuts names of fields to 10 letters, has no NULL for numbers that every program "
        "reads, holds no styles, and ends at 2 GB.",
    ),
}


def refuse_unavailable(options: PolygonOptions) -> None:
    """Check that the copies can be written, before hours of work.

    Raises:
        OutputError: if GDAL was built without the driver of the format.
    """
    chosen = FORMATS.get(options.vector_format)
    if chosen is None or "w" in (pyogrio.list_drivers().get(chosen.driver) or ""):
        return
    raise OutputError(
        f"The engine's GDAL was built without {chosen.title}: choose 'fgb', 'shp' or 'gpkg' as "
        "vector format."
    )


def export_paths(polygons: Path, options: PolygonOptions) -> dict[str, Path]:
    """Return the path of each copy by role; empty if only the GeoPackage is wanted.

    Args:
        polygons: final path of the GeoPackage; the folder beside it has the same name.
        options: format and optional layers.
    """
    if options.vector_format not in FORMATS:
        return {}
    folder = polygons.with_suffix("")
    if folder == polygons:  # a GeoPackage without suffix occupies this name
        folder = polygons.with_name(f"{polygons.name}_layers")
    return {
        role_of(layer.name): folder / f"{layer.name}.{options.vector_format}"
        for layer in requested_layers(options)
    }


def role_of(layer: str) -> str:
    """Return the role of the copy of a layer among the outputs of a job."""
    return f"polygons_{layer}"


def export_layers(
    staged: Mapping[str, Path], options: PolygonOptions, dated_by: Path, reporter: Reporter
) -> None:
    """Copy the layers of a finished GeoPackage, if another format is wanted.

    Args:
        staged: current path of each output by role, with `polygons` and those of `export_paths`.
        options: format and optional layers.
        dated_by: file whose modification time is the date of the copies.
        reporter: receiver of a note about the limits of the format.

    Raises:
        OutputError: if a file cannot be written.
        JobCanceled: if the job was canceled.
    """
    chosen = FORMATS.get(options.vector_format)
    if chosen is None:
        return
    reporter.log("info", chosen.limits)
    dated_s = modified_s(dated_by)
    for layer in requested_layers(options):
        reporter.raise_if_canceled()
        _copy(staged["polygons"], layer.name, staged[role_of(layer.name)], chosen, dated_s)


def _copy(source: Path, layer: str, target: Path, chosen: ExportFormat, dated_s: float) -> None:
    about, _, geometries, columns = pyogrio.raw.read(source, layer=layer)
    names = [str(name) for name in about["fields"]]
    options = {}
    if chosen.driver == "ESRI Shapefile":
        names = [name[:LONGEST_DBF_NAME] for name in names]
        # Without it the header has today's date, and equal layers would make different files.
        options["DBF_DATE_LAST_UPDATE"] = f"{datetime.fromtimestamp(int(dated_s), UTC):%Y-%m-%d}"
    try:
        pyogrio.raw.write(
            target,
            geometries,
            columns,
            names,
            field_mask=[null_mask(column) for column in columns],
            layer=target.stem,
            driver=chosen.driver,
            layer_options=options,
            geometry_type=about["geometry_type"],
            crs=about["crs"],
            encoding="UTF-8",
        )
    except WRITE_ERRORS as error:
        raise destination_error(target, error) from error
