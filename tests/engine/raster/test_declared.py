"""What a raster and its path declare counts: scale, offset, unit, nodata, masks, types, CRS."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
from orthoscribe.engine.protocol import HeightsInput, InputError
from orthoscribe.engine.raster.opening import grid_of, open_raster
from orthoscribe.engine.raster.reader import SceneSources, open_scene
from orthoscribe.engine.tiling.window import Window
from orthoscribe.tests.scenes import hills, speckle, write_raster
from rasterio import shutil

ROLES = ("nir", "red", "green")
HEIGHT, WIDTH = 80, 96
WHOLE = Window(0, 0, HEIGHT, WIDTH)
FOOT_M, SURVEY_FOOT_M = 0.3048, 1200 / 3937


def read(tmp_path, image, **sources):
    with open_scene(SceneSources(str(image), ROLES, **sources), tmp_path) as scene:
        return scene.read(WHOLE)


def image_at(tmp_path, values=None, **options):
    values = speckle(3, HEIGHT, WIDTH) if values is None else values
    return write_raster(tmp_path / "image.tif", values, **options)


def declare(path, **attributes):
    with rasterio.open(path, "r+") as dataset:
        for name, value in attributes.items():
            setattr(dataset, name, value)
    return path


def heights_in(tmp_path, dsm, **sources):
    return read(
        tmp_path, image_at(tmp_path), heights=HeightsInput(str(dsm), heights="ndsm")
    ).heights


def test_scale_and_offset_of_heights_are_applied(tmp_path):
    meters = np.round(hills(HEIGHT, WIDTH), 1)
    stored = np.round((meters - 50) * 10).astype(np.int16)
    dsm = declare(write_raster(tmp_path / "dsm.tif", stored), scales=(0.1,), offsets=(50.0,))
    np.testing.assert_allclose(heights_in(tmp_path, dsm), meters, atol=1e-3)


def test_scale_and_offset_of_image_bands_are_applied(tmp_path):
    values = speckle(3, HEIGHT, WIDTH).astype(np.uint16)
    path = declare(image_at(tmp_path, values), scales=(0.5, 1.0, 2.0), offsets=(0.0, 10.0, 0.0))
    expected = values * np.array([0.5, 1, 2])[:, None, None] + np.array([0, 10, 0])[:, None, None]
    np.testing.assert_allclose(read(tmp_path, path).bands, expected)


@pytest.mark.parametrize(
    ("unit", "meters"),
    [("ft", FOOT_M), ("US survey foot", SURVEY_FOOT_M), ("cm", 0.01), ("metre", 1.0), ("", 1.0)],
)
def test_unit_of_heights_is_converted(tmp_path, unit, meters):
    heights = hills(HEIGHT, WIDTH)
    dsm = declare(write_raster(tmp_path / "dsm.tif", heights / np.float32(meters)), units=(unit,))
    np.testing.assert_allclose(heights_in(tmp_path, dsm), heights, rtol=1e-5)


@pytest.mark.parametrize(("vertical", "meters"), [(6360, SURVEY_FOOT_M), (5703, 1.0)])
def test_unit_of_a_vertical_crs_is_converted(tmp_path, vertical, meters):
    heights, crs = hills(HEIGHT, WIDTH), f"EPSG:32632+{vertical}"
    dsm = write_raster(tmp_path / "dsm.tif", heights / np.float32(meters), crs=crs)
    np.testing.assert_allclose(heights_in(tmp_path, dsm), heights, rtol=1e-5)


def test_dark_band_that_equals_nodata_is_valid(tmp_path):
    values = speckle(4, HEIGHT, WIDTH)
    values[0, :20] = 0
    values[:3, 30:40] = 0  # the fourth band, which is not read, has values
    values[:, 50:60] = 0
    path = image_at(tmp_path, values, nodata=0, descriptions=("nir", "red", "green", "blue"))
    valid = read(tmp_path, path).valid
    assert valid[:50].all()
    assert not valid[50:60].any()


def test_nodata_that_no_sensor_records_counts_in_any_band(tmp_path):
    values = speckle(3, HEIGHT, WIDTH).astype(np.float32)
    values[1, :20] = -9999
    valid = read(tmp_path, image_at(tmp_path, values, nodata=-9999)).valid
    assert np.array_equal(valid, np.broadcast_to(np.arange(HEIGHT)[:, None] >= 20, valid.shape))


def test_nodata_is_compared_in_the_type_of_the_band(tmp_path):
    stored = np.full((HEIGHT, WIDTH), 16_777_217, np.int32)
    stored[:20] = 16_777_216  # one float32 for both
    path = write_raster(tmp_path / "dsm.tif", stored, nodata=16_777_216)
    heights = heights_in(tmp_path, declare(path, scales=(1e-5,)))
    assert np.isnan(heights[:20]).all()
    assert not np.isnan(heights[20:]).any()


def test_undeclared_nodata_of_scaled_heights_is_unknown(tmp_path):
    stored = np.full((HEIGHT, WIDTH), 3000, np.int16)
    stored[:20] = -9999
    dsm = declare(write_raster(tmp_path / "dsm.tif", stored), scales=(0.1,))
    heights = heights_in(tmp_path, dsm)
    assert np.isnan(heights[:20]).all()
    assert heights[20:].min() == pytest.approx(300)


def test_bands_of_two_types_are_read_and_stretched_apart(tmp_path):
    values = speckle(3, HEIGHT, WIDTH)
    one = write_raster(tmp_path / "nir.tif", values[:1].astype(np.uint16) * 40)
    other = write_raster(tmp_path / "rg.tif", values[1:])
    vrt = tmp_path / "mixed.vrt"
    shutil.copy(one, vrt, driver="VRT")
    band = (
        '<VRTRasterBand dataType="Byte" band="{number}"><SimpleSource>'
        '<SourceFilename relativeToVRT="0">{file}</SourceFilename><SourceBand>{source}</SourceBand>'
        "</SimpleSource></VRTRasterBand>"
    )
    more = "".join(band.format(number=n, file=other, source=n - 1) for n in (2, 3))
    vrt.write_text(vrt.read_text().replace("</VRTDataset>", more + "</VRTDataset>"))
    with open_scene(SceneSources(str(vrt), ROLES), tmp_path) as scene:
        expected = values * np.array([40, 1, 1])[:, None, None]
        assert np.array_equal(scene.read(WHOLE).bands, expected)
        assert scene.survey.has_mixed_types
        assert any("differ in type (uint16, uint8, uint8)" in each for each in scene.image_remarks)


def test_crs_declared_in_the_path_counts(tmp_path):
    path = image_at(tmp_path, crs=None)
    with pytest.raises(InputError, match="no coordinate reference system"):
        read(tmp_path, path)
    with open_raster(f"{path}|crs=EPSG:25833", "image") as dataset:
        assert grid_of(dataset, "image").crs.to_epsg() == 25833
    with pytest.raises(InputError, match="CRS 'EPSG:moon' declared for"):
        open_raster(f"{path}|crs=EPSG:moon", "image")


def test_nodata_declared_in_the_path_counts(tmp_path):
    values = speckle(3, HEIGHT, WIDTH)
    values[:, :20], values[:, 40:60:2] = 7, 0  # rows, so that they are no gap
    path = image_at(tmp_path, values, nodata=0)
    rows = np.arange(HEIGHT)

    def valid_rows(declared):
        return rows[read(tmp_path, path + declared).valid.all(axis=1)]

    assert valid_rows("").tolist() == [*range(40), *range(41, 60, 2), *range(60, HEIGHT)]
    assert valid_rows("|nodata=7").tolist() == rows[20:].tolist()
    assert valid_rows("|nodata=none").tolist() == rows.tolist()


def test_raster_table_of_a_geopackage_is_read(tmp_path):
    dsm = write_raster(tmp_path / "dsm.tif", hills(HEIGHT, WIDTH))
    shutil.copy(dsm, tmp_path / "heights.gpkg", driver="GPKG", RASTER_TABLE="dsm")
    heights = heights_in(tmp_path, f"GPKG:{tmp_path / 'heights.gpkg'}:dsm")
    np.testing.assert_allclose(heights, hills(HEIGHT, WIDTH), atol=0.01)
    with pytest.raises(InputError, match="has no raster 'dtm': it has"):
        heights_in(tmp_path, f"GPKG:{tmp_path / 'heights.gpkg'}:dtm")
    with pytest.raises(InputError, match=r"The DSM .*nothing\.gpkg does not exist"):
        heights_in(tmp_path, f"GPKG:{tmp_path / 'nothing.gpkg'}:dsm")


def test_ground_is_estimated_in_meters_whatever_the_unit_of_the_vertical_crs(tmp_path):
    heights, image = hills(HEIGHT, WIDTH), image_at(tmp_path)
    heights[20:40, 30:60] += 8
    feet = (heights / np.float32(SURVEY_FOOT_M)).astype(np.float32)
    plain = write_raster(tmp_path / "plain.tif", heights)
    other = write_raster(tmp_path / "feet.tif", feet, crs="EPSG:32632+6360")
    found = [read(tmp_path, image, heights=HeightsInput(path)).heights for path in (plain, other)]
    np.testing.assert_allclose(found[1], found[0], atol=0.01)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int16"])
def test_nodata_counts_beside_a_mask(tmp_path, dtype):
    stored = np.full((HEIGHT, WIDTH), 7, dtype)
    stored[:20] = -9999
    path = write_raster(tmp_path / "dsm.tif", stored, nodata=-9999)
    mask = np.full((HEIGHT, WIDTH), 255, np.uint8)
    mask[60:] = 0
    with rasterio.open(path, "r+") as dataset:
        dataset.write_mask(mask)
    known = ~np.isnan(heights_in(tmp_path, path))
    assert known[20:60].all()
    assert not known[:20].any()
    assert not known[60:].any()


@pytest.mark.parametrize("unit", ["dm", "cm"])
def test_undeclared_nodata_of_heights_in_other_units_is_unknown(tmp_path, unit):
    stored = (hills(HEIGHT, WIDTH) * 10).astype(np.float32)
    stored[::2, ::2] = -9999
    heights = heights_in(
        tmp_path, declare(write_raster(tmp_path / "dsm.tif", stored), units=(unit,))
    )
    assert np.isnan(heights[::2, ::2]).all()
    assert not np.isnan(heights[1::2]).any()


def test_zeros_of_heights_above_ground_are_ground(tmp_path):
    heights = np.full((HEIGHT, WIDTH), 30, np.float32)
    heights[:40] = 0
    assert not np.isnan(heights_in(tmp_path, write_raster(tmp_path / "ndsm.tif", heights))).any()


def test_geopackage_of_several_rasters_is_refused_with_their_names(tmp_path):
    dsm = write_raster(tmp_path / "dsm.tif", hills(HEIGHT, WIDTH))
    for table in ("ONE", "TWO"):
        more = {"APPEND_SUBDATASET": "YES"} if table == "TWO" else {}
        shutil.copy(dsm, tmp_path / "h.gpkg", driver="GPKG", RASTER_TABLE=table, **more)
    with pytest.raises(InputError, match=r"several rasters: name one of them: GPKG:.*ONE"):
        heights_in(tmp_path, tmp_path / "h.gpkg")


def test_nodata_declared_in_the_path_must_be_in_all_bands_too(tmp_path):
    values = speckle(4, HEIGHT, WIDTH)
    values[:3, :20] = 0  # the fourth band, which is not read, has values
    values[:, 50:60] = 0
    path = image_at(tmp_path, values, descriptions=("nir", "red", "green", "blue"))
    valid = read(tmp_path, f"{path}|nodata=0").valid
    assert valid[:50].all()
    assert not valid[50:60].any()
