"""Raster paths: what is declared after a path, and the file behind it."""

from __future__ import annotations

import math

import pytest
from orthoscribe.engine.protocol import InputError, RasterPath

WKT = 'PROJCRS["any",BASEGEOGCRS["any"],CS[Cartesian,2]]'


@pytest.mark.parametrize(
    "text",
    [
        "a.tif",
        "/data/a b.tif|crs=EPSG:25833",
        f"/data/a.tif|crs={WKT}|nodata=-9999.0",
        "a.tif|nodata=none",
        "GPKG:/data/h.gpkg:dsm|nodata=0.0",
        "odd|name.tif",
    ],
)
def test_paths_survive_a_round_trip(text):
    assert str(RasterPath.parse(text)) == text


def test_what_is_declared_is_read():
    path = RasterPath.parse("/data/a.tif|crs=EPSG:25833|nodata=0")
    assert path == RasterPath("/data/a.tif", "EPSG:25833", 0.0)
    assert RasterPath.parse("a.tif|nodata=7").nodata == 7
    assert math.isnan(RasterPath.parse("a.tif|nodata=none").nodata)
    assert RasterPath.parse("a.tif").nodata is None


def test_nodata_that_is_no_number_is_refused():
    with pytest.raises(InputError, match="'many' in"):
        RasterPath.parse("a.tif|nodata=many")


@pytest.mark.parametrize(
    ("source", "file"),
    [
        ("/data/a.tif", "/data/a.tif"),
        ("GPKG:/data/h.gpkg:dsm", "/data/h.gpkg"),
        ('GPKG:"/data/h.gpkg":dsm', "/data/h.gpkg"),
        ("GPKG:C:/data/h.gpkg:dsm", "C:/data/h.gpkg"),
        ("GPKG:h.gpkg", "h.gpkg"),
        ("GTIFF_DIR:2:/data/a.tif", "/data/a.tif"),
        ("GTIFF_DIR:2:C:/data/a.tif", "C:/data/a.tif"),
    ],
)
def test_file_behind_a_source(source, file):
    assert RasterPath(source).file == file
