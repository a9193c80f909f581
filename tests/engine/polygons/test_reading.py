# SPDX-License-Identifier: GPL-2.0-or-later
"""Buildings beside small regions that the clean-up gives to them."""

import numpy as np
import pyogrio
import rasterio
import shapely
from orthoscribe.engine.commands.vectorize import run
from orthoscribe.engine.process.reporter import SilentReporter
from orthoscribe.engine.protocol import VectorizeJob

GSD_M = 0.2
PAVED, BUILDING, LOW, TREE = 1, 2, 3, 4
ORIGIN = rasterio.transform.from_origin(500_000, 5_400_000, GSD_M, GSD_M)


def buildings_of(codes, folder):
    path = folder / "classes.tif"
    profile = {"driver": "GTiff", "width": codes.shape[1], "height": codes.shape[0], "count": 1}
    profile |= {"dtype": "uint8", "crs": "EPSG:25832", "transform": ORIGIN}
    with rasterio.open(path, "w", **profile) as raster:
        raster.write(codes, 1)
    run(VectorizeJob(classes=str(path), output=str(folder / "out")), SilentReporter())
    _, _, geometries, _ = pyogrio.raw.read(folder / "out" / "polygons.gpkg", layer="buildings")
    return shapely.from_wkb(geometries)


def box_of(top, left, height, width):
    west, north = ORIGIN.c + left * GSD_M, ORIGIN.f - top * GSD_M
    return shapely.box(west, north - height * GSD_M, west + width * GSD_M, north)


def test_wall_does_not_follow_a_small_region_beside_it(tmp_path):
    codes = np.full((120, 120), LOW, np.uint8)
    codes[60:, :] = TREE  # so that the longest border of the paved region is that to the building
    codes[30:90, 30:90] = BUILDING
    codes[42:78, 90:95] = PAVED
    (outline,) = buildings_of(codes, tmp_path)
    assert outline.symmetric_difference(box_of(30, 30, 60, 60)).area < 0.5


def test_buildings_stay_apart_where_a_small_region_is_between_them(tmp_path):
    codes = np.full((120, 120), LOW, np.uint8)
    codes[20:100, 10:55] = codes[20:100, 60:105] = BUILDING
    codes[50:70, 55:60] = PAVED
    found = buildings_of(codes, tmp_path)
    assert len(found) == 2
    for outline, left in zip(sorted(found, key=lambda one: one.bounds[0]), (10, 60), strict=True):
        assert outline.symmetric_difference(box_of(20, left, 80, 45)).area < 0.5


def test_small_region_inside_a_building_is_filled(tmp_path):
    codes = np.full((120, 120), LOW, np.uint8)
    codes[30:90, 30:90] = BUILDING
    codes[50:56, 50:56] = PAVED
    (outline,) = buildings_of(codes, tmp_path)
    assert len(outline.interiors) == 0
    assert outline.equals_exact(box_of(30, 30, 60, 60).normalize(), 0.1, normalize=True)
