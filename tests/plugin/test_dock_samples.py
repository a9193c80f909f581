# SPDX-License-Identifier: GPL-2.0-or-later
"""Warnings of the dock that are based on pixels."""

import numpy as np
import pytest
from orthoscribe.plugin.dock.band_sample import BandSample, gap_remarks
from orthoscribe.plugin.dock.heights_task import sampled_remarks
from orthoscribe.plugin.protocol import (
    gap_remark,
    undeclared_heights_remark,
    zero_level_remark,
)
from orthoscribe.tests.docks import child, choose, is_ready
from osgeo import gdal
from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsRasterLayer, QgsRasterRange

gdal.UseExceptions()


def write(path, *bands, nodata=None):
    """Overwrite the bands of a raster."""
    file = gdal.Open(str(path), gdal.GA_Update)
    for number, values in enumerate(bands, 1):
        file.GetRasterBand(number).WriteArray(values)
        if nodata is not None:
            file.GetRasterBand(number).SetNoDataValue(nodata)
    return path


def add(path, name):
    layer = QgsRasterLayer(str(path), name)
    QgsProject.instance().addMapLayer(layer)
    return layer


def ramp(low, high):
    return np.linspace(low, high, 64 * 64, dtype=np.float32).reshape(64, 64)


@pytest.fixture
def heights(write_raster):
    """Return a function that adds a raster of heights to the project."""
    return lambda name, values, **more: add(
        write(write_raster(f"{name}.tif", 1, dtype="float32", **more), values), name
    )


def said(dock, sentence):
    return sentence in child(dock, "card").text().replace("&#x27;", "'")


def test_zero_levels_of_dsm_and_dtm_are_compared(make_dock, write_raster, heights, wait):
    dock = make_dock()
    add(write_raster("image.tif", descriptions=("nir", "red", "green")), "ortho")
    heights("dsm", ramp(150, 160))
    terrain = heights("dtm", ramp(102, 112))
    wait(lambda: is_ready(dock))
    choose(child(dock, "heights_kind"), "dsm+dtm")
    child(dock, "dtm_layer").setLayer(terrain)
    sentence = zero_level_remark(48.0, "dsm+dtm")
    wait(lambda: said(dock, sentence))
    assert is_ready(dock)
    choose(child(dock, "heights_kind"), "dsm")
    wait(lambda: not said(dock, sentence))


def test_terrain_in_another_crs_is_compared_where_it_lies(
    make_dock, write_raster, heights, tmp_path, wait
):
    dock = make_dock()
    add(write_raster("image.tif", descriptions=("nir", "red", "green")), "ortho")
    heights("dsm", ramp(150, 160))
    source = write_raster("utm.tif", 1, dtype="float32", size=64, code=100)
    gdal.Warp(str(tmp_path / "dtm.tif"), str(source), dstSRS="EPSG:32633")
    terrain = add(tmp_path / "dtm.tif", "dtm")
    wait(lambda: is_ready(dock))
    choose(child(dock, "heights_kind"), "dsm+dtm")
    child(dock, "dtm_layer").setLayer(terrain)
    wait(lambda: said(dock, zero_level_remark(50.0, "dsm+dtm")))


def test_heights_that_are_none_on_earth_are_doubted(make_dock, write_raster, heights, wait):
    dock = make_dock()
    add(write_raster("image.tif", descriptions=("nir", "red", "green")), "ortho")
    values = ramp(100, 110)
    values[:20] = -9999
    heights("dsm", values)
    wait(lambda: said(dock, undeclared_heights_remark("DSM")))


def test_black_corner_of_an_image_is_told(make_dock, write_raster, wait):
    dock = make_dock()
    values = np.random.default_rng(1).integers(20, 90, (3, 64, 64), dtype=np.uint8)
    values[:, :16] = 0
    path = write(write_raster("image.tif", descriptions=("nir", "red", "green")), *values)
    add(path, "ortho")
    wait(lambda: said(dock, gap_remark(0, is_left_out=True)[:60]) or dock.state().image_remarks)
    assert dock.state().image_remarks == (gap_remark(0, is_left_out=True),)


def test_gap_behind_an_alpha_band_is_not_told(make_dock, write_raster, wait):
    dock = make_dock()
    values = np.full((4, 64, 64), 50, np.uint8)
    values[:3, :16], values[3], values[3, :16] = 0, 255, 0
    path = write(write_raster("image.tif", 4), *values)
    file = gdal.Open(str(path), gdal.GA_Update)
    file.GetRasterBand(4).SetColorInterpretation(gdal.GCI_AlphaBand)
    file = None
    add(path, "ortho")
    wait(lambda: child(dock, "ndvi").text())
    assert not any("like a gap" in remark for remark in dock.state().image_remarks)


def test_declared_gap_is_not_told(make_dock, write_raster, wait):
    dock = make_dock()
    values = np.full((3, 64, 64), 50, np.uint8)
    values[:, :16] = 0
    add(write(write_raster("image.tif"), *values, nodata=0), "ortho")
    wait(lambda: child(dock, "ndvi").text())
    assert dock.state().image_remarks == ()


def test_nodata_set_on_the_layer_settles_the_doubt(make_dock, write_raster, heights, wait):
    dock = make_dock()
    add(write_raster("image.tif", descriptions=("nir", "red", "green")), "ortho")
    values = ramp(100, 110)
    values[:20] = -9999
    layer = heights("dsm", values)
    wait(lambda: said(dock, undeclared_heights_remark("DSM")))
    layer.dataProvider().setUserNoDataValue(1, [QgsRasterRange(-9999, -9999)])
    layer.triggerRepaint()
    wait(lambda: not said(dock, undeclared_heights_remark("DSM")))
    assert dock.state().dsm.raster.source.endswith("|nodata=-9999.0")


def test_crs_set_on_the_layer_is_seen_at_once(make_dock, write_raster, wait):
    dock = make_dock()
    layer = add(write_raster("image.tif", epsg=None), "ortho")
    wait(lambda: said(dock, "has no CRS"))
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:25833"))
    wait(lambda: not said(dock, "has no CRS"))


@pytest.mark.parametrize(
    ("dsm", "dtm", "kind", "expected"),
    [
        ([5.0] * 100, [], "dsm", ()),
        ([5.0] * 100, [], "ndsm", (zero_level_remark(5.0, "ndsm"),)),
        ([0.0] * 100, [], "ndsm", ()),
        ([5.0] * 10, [], "ndsm", ()),
        ([None] * 100, [None] * 100, "dsm+dtm", ()),
        ([50.0] * 100, [10.0] * 99 + [None], "dsm+dtm", (zero_level_remark(40.0, "dsm+dtm"),)),
        ([50.0] * 100, [50.0] * 99 + [-9999.0], "dsm+dtm", (undeclared_heights_remark("DTM"),)),
    ],
)
def test_sampled_heights_are_judged_as_the_engine_judges_them(dsm, dtm, kind, expected):
    assert sampled_remarks(dsm, dtm, kind) == expected


def sample(values, width=10):
    return BandSample(width, len(values) // width, values, values, values, [True] * len(values))


def test_single_dark_pixels_are_no_gap():
    speckled = [0.0 if at % 3 == 0 else 9.0 for at in range(100)]
    assert gap_remarks(sample(speckled), 255.0) == ()
    assert gap_remarks(sample([0.0] * 50 + [9.0] * 50), 255.0) == (gap_remark(0, is_left_out=True),)
    white = gap_remarks(sample([255.0] * 50 + [9.0] * 50), 255.0)
    assert white == (gap_remark(255, is_left_out=False),)
    assert gap_remarks(sample([255.0] * 50 + [9.0] * 50), None) == ()
