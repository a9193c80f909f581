# SPDX-License-Identifier: GPL-2.0-or-later
"""No destination replaces another one, an input, or layers that are no results."""

from pathlib import Path

import pytest
from orthoscribe.plugin.algorithms.data_location import layer_destination, sink_location
from osgeo import gdal, ogr
from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProject,
    QgsVectorLayer,
)

ogr.UseExceptions()


@pytest.fixture
def inputs(write_raster, model_folder):
    """Return a function from an algorithm's name to values for its inputs."""
    image = str(write_raster("image.tif"))
    given = {
        "label": {"IMAGE": image, "MODEL": str(model_folder)},
        "vectorize": {"CLASSES": str(write_raster("codes.tif", 1))},
    }
    return given.__getitem__


@pytest.fixture
def engine(register, painting_engine):
    return register(painting_engine())


@pytest.fixture(params=["label", "vectorize"])
def run(request, processing, engine, inputs):
    """Return a function that runs an algorithm that has sinks."""
    name = request.param

    def start(**destinations):
        return processing.run(f"orthoscribe:{name}", {**inputs(name), **texts(destinations)})

    return start


@pytest.fixture
def complain(engine, inputs):
    """Return a function that says what keeps *Label image* from running."""

    def check(name="label", **parameters):
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"orthoscribe:{name}")
        given = {**inputs(name), **texts(parameters)}
        _, message = algorithm.checkParameterValues(given, QgsProcessingContext())
        return message

    return check


def texts(values):
    return {key: str(value) if isinstance(value, Path) else value for key, value in values.items()}


def make_layers(path, *names, fields=("note",)):
    """Make a vector file of foreign layers with one feature each."""
    driver = {".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".geojson": "GeoJSON"}[path.suffix]
    file = ogr.GetDriverByName(driver).CreateDataSource(str(path))
    for name in names:
        layer = file.CreateLayer(name, None, ogr.wkbPolygon)
        for field in fields:
            layer.CreateField(ogr.FieldDefn(field, ogr.OFTString))
        layer.CreateFeature(ogr.Feature(layer.GetLayerDefn()))
    return path


def layers_in(path):
    file = ogr.Open(str(path))
    return {layer.GetName(): layer.GetFeatureCount() for layer in file}


def test_two_roles_share_a_new_geopackage(run, tmp_path):
    both = tmp_path / "both.gpkg"
    results = run(BUILDINGS=both, ROADS=both)
    assert layers_in(both) == {"buildings": 1, "roads": 0}
    assert QgsVectorLayer(results["BUILDINGS"]).featureCount() == 1
    assert QgsVectorLayer(results["ROADS"]).isValid()


def test_spelling_of_a_path_does_not_matter(run, tmp_path):
    (tmp_path / "x").mkdir()
    run(BUILDINGS=tmp_path / "both.gpkg", CARS=f"{tmp_path}/x/../both.gpkg")
    assert layers_in(tmp_path / "both.gpkg") == {"buildings": 1, "cars": 0}


def test_path_without_suffix_is_a_geopackage(run, tmp_path):
    run(BUILDINGS=tmp_path / "both", ROADS=tmp_path / "both.gpkg")
    assert layers_in(tmp_path / "both.gpkg") == {"buildings": 1, "roads": 0}


def test_other_layers_of_a_geopackage_stay(run, tmp_path):
    mine = make_layers(tmp_path / "mine.gpkg", "field_work", "areas")
    results = run(BUILDINGS=mine)
    assert layers_in(mine) == {"field_work": 1, "areas": 1, "buildings": 1}
    (building,) = QgsVectorLayer(results["BUILDINGS"]).getFeatures()
    assert building["area_m2"] == pytest.approx(16 * 32)


def test_raster_in_a_geopackage_stays(run, write_raster):
    mine = write_raster("tiles.gpkg", 3)
    run(BUILDINGS=mine)
    assert gdal.Open(str(mine)).RasterCount >= 3
    assert layers_in(mine)["buildings"] == 1


def test_single_foreign_layer_of_a_geopackage_stays(run, tmp_path):
    mine = make_layers(tmp_path / "mine.gpkg", "mine")
    run(CARS=mine)
    assert layers_in(mine) == {"mine": 1, "cars": 0}


def test_results_are_replaced_when_they_are_named_again(run, tmp_path):
    both = make_layers(tmp_path / "both.gpkg", "field_work")
    for _ in range(2):
        run(BUILDINGS=both, ROADS=both, CARS=tmp_path / "cars.shp")
    assert layers_in(both) == {"field_work": 1, "buildings": 1, "roads": 0}


def test_file_of_one_earlier_result_is_replaced_as_a_whole(run, tmp_path):
    houses = tmp_path / "houses.gpkg"
    for _ in range(2):
        results = run(BUILDINGS=houses)
    assert layers_in(houses) == {"houses": 1}
    assert Path(results["BUILDINGS"]) == houses


def test_foreign_layer_of_the_same_name_is_spared(run, complain, tmp_path):
    mine = make_layers(tmp_path / "mine.gpkg", "buildings")
    message = complain(BUILDINGS=mine)
    assert message == (
        f"'Buildings' would replace the layer 'buildings' in {mine}, which Orthoscribe did not "
        "write. Choose another file."
    )
    with pytest.raises(Exception, match="would replace"):
        run(BUILDINGS=mine)
    assert layers_in(mine) == {"buildings": 1}


@pytest.mark.parametrize("suffix", [".shp", ".geojson"])
def test_foreign_file_of_one_layer_is_spared(complain, tmp_path, suffix):
    mine = make_layers(tmp_path / f"mine{suffix}", "mine")
    assert "would replace the layer 'mine'" in complain(ROADS=mine)


def test_file_that_is_no_vector_file_is_spared(complain, tmp_path):
    (tmp_path / "notes.gpkg").write_text("my notes")
    assert "cannot be read as vector data" in complain(ROADS=tmp_path / "notes.gpkg")


@pytest.mark.parametrize("suffix", [".shp", ".geojson"])
def test_two_roles_in_a_file_of_one_layer_are_refused(complain, tmp_path, suffix):
    path = tmp_path / f"both{suffix}"
    message = complain(BUILDINGS=path, CARS=path)
    assert message.count("\n") == 0
    assert f"both go to {path}, a file of one layer" in message


def test_two_roles_in_one_layer_are_refused(complain, tmp_path):
    address = layer_destination(str(tmp_path / "a.gpkg"), "both")
    assert "Choose another layer" in complain(BUILDINGS=address, CARS=address)
    table = 'postgres:dbname=\'gis\' table="public"."both" (geom)'
    assert "Choose another layer" in complain(BUILDINGS=table, CARS=table)


def test_layers_of_one_file_named_by_address_are_fine(run, tmp_path):
    path = make_layers(tmp_path / "a b's.gpkg", "field_work")
    run(BUILDINGS=layer_destination(str(path), "houses"), CARS=layer_destination(str(path), "cars"))
    assert layers_in(path) == {"field_work": 1, "houses": 1, "cars": 0}


def test_memory_and_temporary_sinks_never_clash(run):
    run(BUILDINGS="memory:", ROADS="memory:", CARS="TEMPORARY_OUTPUT")
    run(BUILDINGS="TEMPORARY_OUTPUT", ROADS="TEMPORARY_OUTPUT", CARS="memory:")


def test_definition_keeps_how_a_shared_layer_is_loaded(inputs, engine, tmp_path):
    context = QgsProcessingContext()
    both = str(tmp_path / "both.gpkg")
    sinks = {
        key: QgsProcessingOutputLayerDefinition(both, QgsProject.instance())
        for key in ("BUILDINGS", "ROADS")
    }
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("orthoscribe:label")
    _, is_fine = algorithm.run({**inputs("label"), **sinks}, context, QgsProcessingFeedback())
    assert is_fine
    loaded = sorted(context.layersToLoadOnCompletion())
    assert loaded == [f"{both}|layername=buildings", f"{both}|layername=roads"]


def test_polygons_and_a_sink_in_one_file_are_refused(complain, tmp_path):
    path = tmp_path / "all.gpkg"
    message = complain(POLYGONS=path, ROADS=path)
    assert f"both go to {path}" in message
    assert "'Roads'" in message


def test_sink_on_a_file_of_the_folder_is_refused(complain, tmp_path):
    message = complain(OUTPUT=tmp_path, BUILDINGS=tmp_path / "polygons.gpkg")
    assert "both go to" in message
    assert complain(OUTPUT=tmp_path, BUILDINGS=tmp_path / "houses.gpkg") == ""


def test_classes_and_confidence_in_one_file_are_refused(complain, tmp_path):
    path = tmp_path / "one.tif"
    assert "both go to" in complain(CLASSES=path, CONFIDENCE=path)
    assert "both go to" in complain(OUTPUT=tmp_path, CONFIDENCE=tmp_path / "classes.tif")


def test_geopackage_with_other_layers_is_not_replaced_by_polygons(complain, run, tmp_path):
    mine = make_layers(tmp_path / "polygons.gpkg", "corrections")
    assert "with all its layers (corrections)" in complain(POLYGONS=mine)
    assert "with all its layers (corrections)" in complain(OUTPUT=tmp_path)
    assert "with all its layers (corrections)" in complain("vectorize", OUTPUT=tmp_path)
    run(OUTPUT=tmp_path / "fresh")
    run(OUTPUT=tmp_path / "fresh")


@pytest.mark.parametrize("key", ["CLASSES", "CONFIDENCE"])
def test_raster_on_an_input_is_refused(complain, inputs, write_raster, key):
    image = inputs("label")["IMAGE"]
    assert "which is given as 'Image'" in complain(**{key: image})
    dsm = str(write_raster("dsm.tif", 1, dtype="float32"))
    assert "which is given as 'Surface model (DSM)'" in complain(DSM=dsm, **{key: dsm})


def test_folder_of_an_input_is_refused_where_it_would_be_replaced(complain, write_raster):
    image = write_raster("out/classes.tif")
    assert "which is given as 'Image'" in complain(IMAGE=image, OUTPUT=image.parent)
    assert complain("vectorize", CLASSES=image, OUTPUT=image.parent) == ""


def test_area_is_not_replaced(complain, run, tmp_path):
    run(BUILDINGS=tmp_path / "area.gpkg")
    assert "given as 'Label only inside" in complain(
        AREA=tmp_path / "area.gpkg", BUILDINGS=tmp_path / "area.gpkg"
    )
    mine = make_layers(tmp_path / "mine.gpkg", "areas")
    assert complain(AREA=mine, BUILDINGS=mine) == ""
    assert "given as 'Label only inside" in complain(
        AREA=mine, BUILDINGS=layer_destination(str(mine), "areas")
    )


def test_raster_table_in_the_geopackage_of_a_sink_stays(complain, write_raster):
    path = write_raster("heights.gpkg", 1)
    assert complain(DSM=f"GPKG:{path}:heights", ROADS=path) == ""


def test_folder_that_is_a_file_is_refused(complain, tmp_path):
    (tmp_path / "file").touch()
    assert "is a file, not a folder" in complain(OUTPUT=tmp_path / "file")


def test_windows_path_is_no_provider():
    assert sink_location("C:\\data\\a.gpkg").layer == ""
    assert sink_location("ogr:dbname='/x/a.gpkg' table=\"t\" (geom)").layer == "t"


def test_copy_of_a_result_under_another_name_is_not_replaced(complain, run, tmp_path):
    run(BUILDINGS=tmp_path / "houses.gpkg")
    gdal.VectorTranslate(
        str(tmp_path / "work.gpkg"), str(tmp_path / "houses.gpkg"), layerName="corrected"
    )
    assert complain(BUILDINGS=tmp_path / "houses.gpkg") == ""
    run(BUILDINGS=tmp_path / "work.gpkg")
    kept = QgsVectorLayer(f"{tmp_path / 'work.gpkg'}|layername=corrected", "kept", "ogr")
    assert kept.featureCount() == 1


def test_earlier_lines_and_points_are_results_too(complain, tmp_path):
    place = tmp_path / "all.gpkg"
    source = ogr.GetDriverByName("GPKG").CreateDataSource(str(place))
    for name, kind in (("road_centerlines", ogr.wkbLineString), ("car_points", ogr.wkbPoint)):
        layer = source.CreateLayer(name, None, kind)
        for field in ("class", "length_m", "width_m"):
            layer.CreateField(ogr.FieldDefn(field, ogr.OFTString))
    del layer, source
    assert complain(POLYGONS=place) == ""
