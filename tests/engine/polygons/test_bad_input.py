# SPDX-License-Identifier: GPL-2.0-or-later
"""Awkward class rasters: each gives sensible layers, or one clear sentence."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from orthoscribe.engine.commands.vectorize import run
from orthoscribe.engine.process.reporter import SilentReporter
from orthoscribe.engine.protocol import (
    ISPRS,
    POLYGON_LAYERS,
    InputError,
    LandClass,
    Legend,
    VectorizeJob,
)

GSD_M = 0.5
GRASS, SEALED, BUILDING, CAR = (
    ISPRS.named(name).code for name in ("low_vegetation", "impervious_surface", "building", "car")
)
LAND_COVER = {"draw_land_cover": True, "draw_car_points": True}
EVERYTHING = {"minimum_building_m2": 0.0, "minimum_road_m2": 0.0, "minimum_paved_m2": 0.0}
HOUSE = np.s_[50:70, 50:90]


def town():
    """A street with a car between two houses."""
    codes = np.full((80, 100), GRASS, np.uint8)
    codes[30:44] = SEALED
    codes[34:38, 40:48] = CAR
    codes[4:20, 8:30] = BUILDING
    codes[HOUSE] = BUILDING
    return codes


def job_of(folder, codes, crs="EPSG:25832", gsd_m=GSD_M, mask=None, **options):
    path = str(folder / "classes.tif")
    height, width = codes.shape
    profile = {"driver": "GTiff", "width": width, "height": height, "count": 1}
    where = rasterio.transform.from_origin(500_000, 5_400_000, gsd_m, gsd_m)
    with (
        rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True),
        rasterio.open(path, "w", **profile, dtype=codes.dtype, crs=crs, transform=where) as raster,
    ):
        raster.write(codes, 1)
        if mask is not None:
            raster.write_mask(mask)
    return VectorizeJob(classes=path, output=str(folder / "out"), **options)


def vectorized(job):
    """Return geometries and fields by layer; all geometries are valid."""
    run(job, SilentReporter())
    path = Path(job.output) / "polygons.gpkg"
    layers = {}
    for name in pyogrio.list_layers(path)[:, 0]:
        if name not in {layer.name for layer in POLYGON_LAYERS}:
            continue
        about, _, wkb, columns = pyogrio.raw.read(path, layer=name)
        geometries = shapely.from_wkb(wkb)
        assert shapely.is_valid(geometries).all()
        layers[name] = geometries, dict(zip(about["fields"], columns, strict=True))
    return layers


def counts(layers):
    return {name: len(geometries) for name, (geometries, _) in layers.items() if len(geometries)}


def hidden(*windows):
    codes = town()
    for window in windows:
        codes[window] = 0
    return codes


@pytest.mark.parametrize(
    "codes",
    [
        hidden(np.s_[56:62, 60:68]),
        hidden(np.s_[60, 60]),
        hidden(np.s_[50:56, 50:58]),
        hidden(np.s_[58:62, :70]),
        hidden(np.s_[52:68, 52:88]),
    ],
    ids=["hole", "pixel", "corner", "notch", "courtyard"],
)
def test_a_house_with_missing_pixels_is_not_lost(tmp_path, codes):
    layers = vectorized(job_of(tmp_path, codes, **LAND_COVER))
    houses, fields = layers["buildings"]
    assert len(houses) == 2
    assert fields["touches_nodata"].tolist().count(True) == 1
    house_m2 = shapely.area(houses)[fields["touches_nodata"]][0]
    labeled_m2 = (codes[HOUSE] == BUILDING).sum() * GSD_M**2
    # A single missing pixel may be filled; anything larger stays a gap.
    assert house_m2 == pytest.approx(labeled_m2, rel=0.04)
    assert shapely.coverage_is_valid(layers["land_cover"][0])


def test_a_house_cut_in_two_by_missing_pixels_is_two_houses(tmp_path):
    houses, fields = vectorized(job_of(tmp_path, hidden(np.s_[60, 50:90])))["buildings"]
    assert sorted(fields["touches_nodata"]) == [False, True, True]
    areas = shapely.area(houses)[fields["touches_nodata"]]
    assert sorted(areas) == pytest.approx([90.0, 100.0], rel=0.02)


def test_a_mask_counts_as_missing_pixels(tmp_path):
    mask = np.full((80, 100), 255, np.uint8)
    mask[56:62, 60:68] = 0
    masked = vectorized(job_of(tmp_path, town(), mask=mask))["buildings"]
    (tmp_path / "zeros").mkdir()
    zeros = vectorized(job_of(tmp_path / "zeros", hidden(np.s_[56:62, 60:68])))["buildings"]
    assert shapely.equals_exact(masked[0], zeros[0], 1e-6).all()
    assert masked[1]["touches_nodata"].tolist() == zeros[1]["touches_nodata"].tolist()


def test_layers_of_an_absent_class_are_empty(tmp_path):
    codes = np.where(town() == BUILDING, GRASS, town()).astype(np.uint8)
    layers = vectorized(job_of(tmp_path, codes, **LAND_COVER))
    assert counts(layers) == {
        "roads": 1, "cars": 1, "road_centerlines": 1, "car_points": 1, "land_cover": 4,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (0, {}),
        (GRASS, {"land_cover": 1}),
        (SEALED, {"paved": 1, "land_cover": 1}),
        (BUILDING, {"buildings": 1, "land_cover": 1}),
    ],
)
@pytest.mark.parametrize("shape", [(1, 1), (1, 60), (60, 1), (60, 70)])
def test_one_class_fills_the_raster(tmp_path, code, expected, shape):
    codes = np.full(shape, code, np.uint8)
    layers = vectorized(job_of(tmp_path, codes, gsd_m=2.0, **LAND_COVER, **EVERYTHING))
    found = counts(layers)
    sealed = found.pop("roads", 0) + found.pop("paved", 0)
    found.pop("road_centerlines", None)
    assert found | ({"paved": sealed} if sealed else {}) == expected
    for name in expected:
        parts = ("roads", "paved") if name == "paved" else (name,)
        area_m2 = sum(shapely.area(layers[part][0]).sum() for part in parts)
        assert area_m2 == pytest.approx(codes.size * 4.0, rel=0.01)


def test_pixels_larger_than_cars_hold_no_cars(tmp_path):
    with np.errstate(all="raise"):
        layers = vectorized(job_of(tmp_path, town(), gsd_m=30.0, **LAND_COVER))
    assert len(layers["cars"][0]) == 0
    assert len(layers["buildings"][0]) == 2


def test_noise_gives_a_coverage(tmp_path):
    codes = np.random.default_rng(0).integers(0, 7, (80, 100)).astype(np.uint8)
    layers = vectorized(job_of(tmp_path, codes, **LAND_COVER))
    assert shapely.coverage_is_valid(layers["land_cover"][0])
    assert shapely.coverage_is_valid(
        np.concatenate([layers[name][0] for name in ("buildings", "roads", "paved")])
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"codes": np.full((9, 9), 77, np.uint8)}, "code 77 that the legend does not have"),
        ({"codes": town().astype(np.float32)}, "one band of uint8 is needed"),
        ({"crs": "EPSG:4326"}, "in degrees .* reproject it to a projected CRS"),
        ({"crs": None}, "no coordinate reference system: assign one first"),
    ],
    ids=["unknown code", "numbers", "degrees", "no CRS"],
)
def test_other_rasters_are_refused_in_one_sentence(tmp_path, change, sentence):
    job = job_of(tmp_path, **{"codes": town(), **change})
    with pytest.raises(InputError, match=sentence) as caught:
        run(job, SilentReporter())
    assert str(caught.value).count(". ") == 0
    assert not Path(job.output).exists()


def test_a_legend_without_buildings_leaves_the_other_layers(tmp_path):
    codes = np.where(town() == CAR, SEALED, town()).astype(np.uint8)
    legend = Legend((LandClass(SEALED, "impervious_surface", "Sealed", (255, 255, 255)),
                     LandClass(BUILDING, "house", "House", (0, 0, 255)),
                     LandClass(GRASS, "grass", "Grass", (0, 255, 0))))  # fmt: skip
    layers = vectorized(replace(job_of(tmp_path, codes, **LAND_COVER), legend=legend))
    assert counts(layers) == {"roads": 1, "road_centerlines": 1, "land_cover": 5}
    assert set(layers["land_cover"][1]["class"]) == {"impervious_surface", "house", "grass"}
