# SPDX-License-Identifier: GPL-2.0-or-later
"""CRS and nodata that the user set on a layer in QGIS reach the job."""

import json

import pytest
from orthoscribe.plugin.layers.inputs import area_source, raster_source
from orthoscribe.plugin.layers.overrides import layer_of_path
from orthoscribe.plugin.protocol import InputError, RasterPath
from orthoscribe.tests.docks import is_ready, shown
from osgeo import gdal
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingFeatureSourceDefinition,
    QgsProject,
    QgsRasterLayer,
    QgsRasterRange,
    QgsVectorLayer,
)

OTHER = QgsCoordinateReferenceSystem("EPSG:25833")
CUSTOM = QgsCoordinateReferenceSystem.fromProj("+proj=tmerc +lon_0=9.5 +x_0=123 +ellps=GRS80")
SQUARE = "POLYGON((500001 5399999, 500009 5399999, 500009 5399990, 500001 5399999))"


@pytest.fixture
def layer(write_raster):
    """Return a function from a nodata value of the file to a layer of three bands."""

    def make(stated=None, name="image.tif"):
        path = write_raster(name)
        if stated is not None:
            file = gdal.Open(str(path), gdal.GA_Update)
            for number in (1, 2, 3):
                file.GetRasterBand(number).SetNoDataValue(stated)
            file = None
        return QgsRasterLayer(str(path), "ortho")

    return make


def set_nodata(layer, *ranges, use_source=True, bands=(1, 2, 3)):
    for number in bands:
        layer.dataProvider().setUserNoDataValue(number, [QgsRasterRange(*each) for each in ranges])
        layer.dataProvider().setUseSourceNoDataValue(number, use_source)


def suffix(layer):
    """Return what is said after the path."""
    return raster_source(layer)[len(layer.source()) :]


def test_layer_as_it_came_is_its_path(layer):
    assert suffix(layer()) == ""
    assert suffix(layer(stated=0)) == ""
    assert suffix(layer(stated=float("nan"))) == ""


def test_crs_that_was_given_is_said(layer):
    image = layer()
    image.setCrs(OTHER)
    assert suffix(image) == "|crs=EPSG:25833"
    image.setCrs(QgsCoordinateReferenceSystem("EPSG:32632"))
    assert suffix(image) == ""
    image.setCrs(QgsCoordinateReferenceSystem())
    assert suffix(image) == ""


def test_crs_without_a_code_is_said_as_wkt(layer):
    image = layer()
    image.setCrs(CUSTOM)
    crs = RasterPath.parse(raster_source(image)).crs
    assert QgsCoordinateReferenceSystem.fromWkt(crs).isValid()
    assert "Transverse_Mercator" in crs or "Transverse Mercator" in crs
    assert "\n" not in crs


@pytest.mark.parametrize(
    ("stated", "ranges", "use_source", "expected"),
    [
        (None, [(7, 7)], True, "|nodata=7.0"),
        (None, [(7, 7)], False, "|nodata=7.0"),
        (0, [(7, 7)], False, "|nodata=7.0"),
        (0, [], False, "|nodata=none"),
        (0, [(0, 0)], True, ""),
        (0, [(0, 0)], False, ""),
        (None, [], False, ""),
        (None, [(7, 7), (7, 7)], True, "|nodata=7.0"),
    ],
)
def test_nodata_that_was_set_is_said(layer, stated, ranges, use_source, expected):
    image = layer(stated)
    set_nodata(image, *ranges, use_source=use_source)
    assert suffix(image) == expected


@pytest.mark.parametrize(
    ("stated", "ranges", "bands"),
    [
        (None, [(0, 5)], (1, 2, 3)),
        (None, [(0, 0), (255, 255)], (1, 2, 3)),
        (0, [(255, 255)], (1, 2, 3)),
        (None, [(0, 0)], (1,)),
    ],
)
def test_nodata_of_several_values_is_refused(layer, stated, ranges, bands):
    image = layer(stated)
    set_nodata(image, *ranges, bands=bands)
    with pytest.raises(InputError, match="'ortho' has several nodata values"):
        raster_source(image)


def test_crs_and_nodata_are_said_together(layer):
    image = layer()
    image.setCrs(OTHER)
    set_nodata(image, (0, 0))
    assert RasterPath.parse(raster_source(image)) == RasterPath(image.source(), "EPSG:25833", 0.0)


def test_raster_table_carries_it_too(write_raster):
    path = write_raster("raster.gpkg", 3)
    image = QgsRasterLayer(f"GPKG:{path}:raster", "image")
    image.setCrs(OTHER)
    assert raster_source(image) == f"GPKG:{path}:raster|crs=EPSG:25833"


def test_every_raster_of_a_job_carries_it(
    processing, register, painting_engine, layer, write_raster, model_folder, tmp_path
):
    register(painting_engine("--record", tmp_path / "jobs"))
    dsm = QgsRasterLayer(str(write_raster("dsm.tif", 1, dtype="float32")), "dsm")
    dtm = QgsRasterLayer(str(write_raster("dtm.tif", 1, dtype="float32")), "dtm")
    image = layer()
    for each in (image, dsm, dtm):
        each.setCrs(OTHER)
    set_nodata(dsm, (-9, -9), bands=(1,))
    heights = {"DSM": dsm, "DTM": dtm, "OUTPUT": str(tmp_path / "out")}
    # The fake engine opens its image itself, so this one keeps what its file says.
    processing.run(
        "orthoscribe:evaluate",
        {"IMAGE": image, "LABELS": dsm, "MODEL": str(model_folder), **heights},
    )
    job = json.loads((tmp_path / "jobs").read_text())
    assert job["image"] == f"{image.source()}|crs=EPSG:25833"
    for name in ("dsm", "labels"):
        assert job[name] == f"{dsm.source()}|crs=EPSG:25833|nodata=-9.0"
    assert job["dtm"] == f"{dtm.source()}|crs=EPSG:25833"


def test_file_without_crs_works_in_the_dock(make_dock, write_raster, wait):
    dock = make_dock()
    image = QgsRasterLayer(str(write_raster("nowhere.tif", epsg=None)), "image")
    dsm = QgsRasterLayer(str(write_raster("dsm.tif", 1, epsg=None, dtype="float32")), "dsm")
    for each in (image, dsm):
        each.setCrs(OTHER)
    QgsProject.instance().addMapLayers([image, dsm])
    wait(lambda: is_ready(dock))
    state = dock.state()
    assert state.image.source.endswith("|crs=EPSG:25833")
    assert state.image.crs == "EPSG:25833"
    assert state.image.gsd_m == pytest.approx(0.5)
    assert state.dsm.coverage == 1.0
    assert state.view is not None
    assert shown(dock, "run")


@pytest.fixture
def polygons(tmp_path, processing):
    """Return a layer of two polygons whose file says EPSG:32632, given EPSG:25833."""
    memory = QgsVectorLayer("Polygon?crs=EPSG:32632&field=name:string", "areas", "memory")
    for _ in range(2):
        feature = QgsFeature(memory.fields())
        feature.setGeometry(QgsGeometry.fromWkt(SQUARE))
        memory.dataProvider().addFeatures([feature])
    path = str(tmp_path / "areas.gpkg")
    processing.run("native:savefeatures", {"INPUT": memory, "OUTPUT": path})
    areas = QgsVectorLayer(path, "areas")
    areas.setCrs(OTHER)
    return areas


def test_polygons_with_another_crs_are_copied_in_it(polygons):
    copy = QgsVectorLayer(area_source(polygons, QgsProcessingContext()), "copy")
    assert (copy.crs().authid(), copy.featureCount()) == ("EPSG:25833", 2)
    polygons.selectByIds([1])
    path = area_source(polygons, QgsProcessingContext(), selected_only=True)
    assert QgsVectorLayer(path, "copy").featureCount() == 1


def test_area_with_another_crs_reaches_the_engine_in_it(
    processing, register, painting_engine, polygons, layer, model_folder, tmp_path
):
    register(painting_engine("--record", tmp_path / "jobs"))
    QgsProject.instance().addMapLayer(polygons, False)
    polygons.selectByIds([1])
    selected = QgsProcessingFeatureSourceDefinition(polygons.id(), selectedFeaturesOnly=True)
    given = {"IMAGE": layer(), "MODEL": str(model_folder), "AREA": selected}
    processing.run("orthoscribe:label", {**given, "OUTPUT": str(tmp_path / "out")})
    written = QgsVectorLayer(json.loads((tmp_path / "jobs").read_text())["area"], "written")
    assert (written.crs().authid(), written.featureCount()) == ("EPSG:25833", 1)
    QgsProject.instance().clear()


def test_path_with_suffixes_is_taken_by_the_toolbox(
    processing, register, painting_engine, write_raster, model_folder, tmp_path
):
    register(painting_engine("--record", tmp_path / "jobs"))
    image = f"{write_raster('image.tif')}|crs=EPSG:25833|nodata=none"
    table = f"GPKG:{write_raster('codes.gpkg', 1)}:codes|nodata=3.0"
    given = {"IMAGE": f"{image}", "LABELS": table, "MODEL": str(model_folder)}
    processing.run("orthoscribe:evaluate", {**given, "OUTPUT": str(tmp_path / "out")})
    job = json.loads((tmp_path / "jobs").read_text())
    assert job["image"] == image.replace("|nodata=none", "")  # its file declares none
    assert job["labels"] == table


def test_nodata_that_the_path_takes_back_is_taken_back(layer):
    path = layer(stated=0).source() + "|nodata=none"
    assert raster_source(layer_of_path(path)) == path
