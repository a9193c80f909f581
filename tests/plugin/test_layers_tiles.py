"""A tile stands for a folder, pattern or tile index, and the job gets the path of all of them."""

from pathlib import Path

import pytest
from orthoscribe.plugin.layers.checks import extent_problems, overlap_problems
from orthoscribe.plugin.layers.inputs import raster_source
from orthoscribe.plugin.layers.overrides import layer_of_path
from orthoscribe.plugin.layers.tiles import first_tile, tiles_of
from osgeo import ogr
from qgis.core import QgsCoordinateTransformContext

FAR = (0.0, 0.0, 1.0, 1.0)


@pytest.fixture
def tiles(write_raster, tmp_path):
    folder = tmp_path / "tiles"
    folder.mkdir()
    for name in ("b.tif", "a.tif"):
        Path(write_raster(name)).rename(folder / name)
    (folder / "readme.txt").write_text("no raster")
    return folder


@pytest.fixture
def index(tiles, tmp_path):
    path = tmp_path / "index.gpkg"
    source = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    layer = source.CreateLayer("index")
    layer.CreateField(ogr.FieldDefn("location", ogr.OFTString))
    for name in ("b.tif", "a.tif"):
        feature = ogr.Feature(layer.GetLayerDefn())
        feature["location"] = f"tiles/{name}"
        layer.CreateFeature(feature)
    layer = source = None
    return path


def test_first_tile_is_found(tiles, index, tmp_path):
    assert first_tile(str(tiles)) == str(tiles / "a.tif")
    assert first_tile(str(tiles / "*.tif")) == str(tiles / "a.tif")
    assert first_tile(str(index)) == str(tmp_path / "tiles" / "b.tif")
    assert first_tile(str(tiles / "a.tif")) is None
    assert first_tile(str(tmp_path)) is None


def test_source_is_that_of_all_files(tiles, index):
    for source in (tiles, tiles / "*.tif", index):
        layer = layer_of_path(str(source))
        assert layer.bandCount() == 3
        assert raster_source(layer) == str(source)
    declared = f"{tiles}|crs=EPSG:25833|nodata=0.0"
    layer = layer_of_path(declared)
    assert layer.crs().authid() == "EPSG:25833"
    assert raster_source(layer) == declared


def test_extent_of_one_tile_refuses_nothing(tiles):
    whole, tile = layer_of_path(str(tiles)), layer_of_path(f"{tiles / 'a.tif'}|nodata=0")
    assert tiles_of(tile) == ""
    assert extent_problems(tile, FAR)
    assert not extent_problems(whole, FAR)
    tile.setCrs(layer_of_path(f"{tiles}|crs=EPSG:31370").crs())
    assert overlap_problems(whole, tile, "DSM", QgsCoordinateTransformContext()) == ()
