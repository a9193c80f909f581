"""Layers as files: what the engine can open, and what it cannot."""

import shutil

import pytest
from orthoscribe.plugin.layers.inputs import area_source, raster_source, vector_path
from orthoscribe.plugin.protocol import InputError
from osgeo import ogr
from qgis.core import QgsProcessingContext, QgsRasterLayer, QgsVectorLayer

TRIANGLE = "POLYGON((0 0, 1 0, 1 1, 0 0))"


@pytest.fixture
def vector_file(tmp_path):
    """Return a GeoPackage with the layers `first` and `second`."""
    path = tmp_path / "two.gpkg"
    file = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    for name, count in (("first", 1), ("second", 2)):
        layer = file.CreateLayer(name, None, ogr.wkbPolygon)
        for _ in range(count):
            feature = ogr.Feature(layer.GetLayerDefn())
            feature.SetGeometry(ogr.CreateGeometryFromWkt(TRIANGLE))
            layer.CreateFeature(feature)
    return path


def test_file_is_its_own_source(write_raster):
    path = str(write_raster())
    assert raster_source(QgsRasterLayer(path, "image")) == path


def test_relative_path_becomes_absolute(write_raster, monkeypatch):
    path = write_raster()
    monkeypatch.chdir(path.parent)
    assert raster_source(QgsRasterLayer(path.name, "image")) == str(path)


def test_path_with_spaces_and_accents_is_kept(write_raster):
    path = str(write_raster("été à la mer & more/image.tif"))
    assert raster_source(QgsRasterLayer(path, "image")) == path


def test_raster_in_a_geopackage_is_named_as_gdal_names_it(write_raster):
    path = write_raster("raster.gpkg", 3)
    source = raster_source(QgsRasterLayer(f"GPKG:{path}:raster", "image"))
    assert source == f"GPKG:{path}:raster"


def test_raster_in_a_zip_is_named_as_gdal_names_it(write_raster, tmp_path):
    path = write_raster("folder/image.tif")
    shutil.make_archive(str(tmp_path / "packed"), "zip", path.parent)
    source = f"/vsizip/{tmp_path}/packed.zip/image.tif"
    assert raster_source(QgsRasterLayer(source, "image")) == source


def test_open_options_are_refused(write_raster):
    layer = QgsRasterLayer(f"{write_raster()}|option:NUM_THREADS=2", "image")
    if not layer.isValid():
        pytest.skip("this QGIS knows no open options")
    with pytest.raises(InputError, match="special options"):
        raster_source(layer)


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="missing or damaged"):
        raster_source(QgsRasterLayer(str(tmp_path / "nowhere.tif"), "image"))


def test_service_is_refused_with_the_way_out():
    layer = QgsRasterLayer("type=xyz&url=file:///tmp/%7Bz%7D/%7Bx%7D/%7By%7D.png", "tiles", "wms")
    with pytest.raises(InputError, match="Export it first"):
        raster_source(layer)


def test_one_layer_of_several_is_written_to_a_file(vector_file):
    layer = QgsVectorLayer(f"{vector_file}|layername=second", "second")
    written = area_source(layer, QgsProcessingContext())
    assert written != str(vector_file)
    assert QgsVectorLayer(written).featureCount() == 2


def test_filtered_layer_is_written_to_a_file(vector_file):
    layer = QgsVectorLayer(f"{vector_file}|layername=second", "second")
    layer.setSubsetString("fid = 2")
    assert QgsVectorLayer(area_source(layer, QgsProcessingContext())).featureCount() == 1


def test_selection_is_written_to_a_file(vector_file):
    layer = QgsVectorLayer(f"{vector_file}|layername=second", "second")
    layer.selectByIds([1])
    written = area_source(layer, QgsProcessingContext(), selected_only=True)
    assert QgsVectorLayer(written).featureCount() == 1


def test_path_of_a_vector_layer_has_no_layer_name(vector_file):
    layer = QgsVectorLayer(f"{vector_file}|layername=second", "second")
    assert vector_path(layer) == str(vector_file)
