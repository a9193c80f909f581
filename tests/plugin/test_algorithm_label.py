"""`orthoscribe:label` with a fake engine that leaves real files."""

import json
from pathlib import Path

import pytest
from qgis.core import (
    QgsApplication,
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)

LABEL = "orthoscribe:label"


@pytest.fixture
def inputs(write_raster, model_folder):
    return {
        "IMAGE": str(write_raster("image.tif")),
        "DSM": str(write_raster("dsm.tif", 1, dtype="float32")),
        "MODEL": str(model_folder),
    }


@pytest.fixture
def jobs(tmp_path, register, painting_engine):
    """Return a function that gives the jobs the engine was handed."""
    notes = tmp_path / "jobs.jsonl"
    register(painting_engine("--record", notes))
    return lambda: [json.loads(line) for line in notes.read_text().splitlines()]


def test_label_fills_the_folder(processing, inputs, jobs, tmp_path):
    results = processing.run(LABEL, {**inputs, "OUTPUT": str(tmp_path / "out")})
    folder = tmp_path / "out"
    assert Path(results["CLASSES"]) == folder / "classes.tif"
    assert Path(results["POLYGONS"]) == folder / "polygons.gpkg"
    assert (Path(results["JOB"]), Path(results["REPORT"])) == (
        folder / "job.json",
        folder / "report.json",
    )
    assert results["CONFIDENCE"] is None
    assert QgsRasterLayer(results["CLASSES"]).isValid()


def test_label_returns_every_declared_output(processing, inputs, jobs, tmp_path):
    results = processing.run(LABEL, {**inputs, "OUTPUT": str(tmp_path / "out")})
    algorithm = QgsApplication.processingRegistry().algorithmById(LABEL)
    assert set(results) == {each.name() for each in algorithm.outputDefinitions()}


def test_label_returns_areas(processing, inputs, jobs, tmp_path):
    results = processing.run(LABEL, {**inputs, "OUTPUT": str(tmp_path / "out")})
    assert results["BUILDING_AREA_M2"] == 1234.5
    assert results["IMAGE_GSD_M"] == 0.5
    assert results["TREE_AREA_M2"] is None


def test_job_has_absolute_paths_and_its_own_defaults(
    processing, inputs, jobs, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    processing.run(LABEL, {"IMAGE": "image.tif", "MODEL": "tiny", "OUTPUT": "out/"})
    (job,) = jobs()
    assert job["image"] == str(tmp_path / "image.tif")
    assert job["output"] == str(tmp_path / "out")
    assert job["model"] == str(tmp_path / "tiny")
    assert (job["nir_band"], job["dsm_band"], job["heights"], job["dsm"]) == (0, 1, "auto", "")


def test_folder_and_pattern_of_tiles_arrive(processing, inputs, jobs, tmp_path):
    for key, name in (("IMAGE", "images"), ("DSM", "heights")):
        (tmp_path / name).mkdir()
        path = Path(inputs[key])
        path.rename(tmp_path / name / path.name)
    given = {"IMAGE": str(tmp_path / "images"), "DSM": str(tmp_path / "heights" / "*.tif")}
    processing.run(LABEL, {**inputs, **given, "OUTPUT": str(tmp_path / "out")})
    (job,) = jobs()
    assert {name: job[name] for name in ("image", "dsm")} == {
        "image": given["IMAGE"],
        "dsm": given["DSM"],
    }


def test_place_to_run_arrives(processing, inputs, jobs, tmp_path):
    processing.run(LABEL, {**inputs, "OUTPUT": str(tmp_path / "out"), "CLUSTER": "local:2"})
    assert jobs()[0]["cluster"] == "local:2"


def test_classes_alone_draws_no_polygons(processing, inputs, jobs, tmp_path):
    results = processing.run(LABEL, {**inputs, "CLASSES": str(tmp_path / "cover.tif")})
    assert results["CLASSES"] == str(tmp_path / "cover.tif")
    assert results["POLYGONS"] is None
    assert jobs()[0]["draw_polygons"] is False


def test_temporary_output_is_taken(processing, inputs, jobs):
    results = processing.run(LABEL, {**inputs, "CLASSES": "TEMPORARY_OUTPUT"})
    assert QgsRasterLayer(results["CLASSES"]).isValid()


def test_folder_draws_in_a_temporary_destination(processing, inputs, jobs, tmp_path):
    given = {**inputs, "OUTPUT": str(tmp_path / "out"), "CLASSES": "TEMPORARY_OUTPUT"}
    results = processing.run(LABEL, given)
    assert results["CLASSES"] == str(tmp_path / "out" / "classes.tif")


def test_sinks_are_filled_through_qgis(processing, inputs, jobs, tmp_path):
    sinks = {"BUILDINGS": "memory:", "CARS": str(tmp_path / "cars.shp")}
    results = processing.run(LABEL, {**inputs, "CLASSES": "TEMPORARY_OUTPUT", **sinks})
    (building,) = results["BUILDINGS"].getFeatures()
    assert building["area_m2"] == pytest.approx(16 * 32)
    assert results["BUILDINGS"].crs().authid() == "EPSG:32632"
    assert QgsVectorLayer(results["CARS"]).featureCount() == 0
    assert results["ROADS"] is None


@pytest.mark.parametrize("key", ["BUILDINGS", "ROADS", "POLYGONS"])
def test_polygons_alone_need_no_other_destination(processing, inputs, jobs, tmp_path, key):
    results = processing.run(LABEL, {**inputs, key: str(tmp_path / "polygons.gpkg")})
    assert Path(results[key]).is_file()
    assert jobs()[0]["draw_polygons"] is True


def test_extent_arrives_in_the_crs_of_the_image(processing, inputs, jobs, tmp_path):
    west, east = 9.0, 9.0002
    given = {
        **inputs,
        "OUTPUT": str(tmp_path),
        "EXTENT": f"{west},{east},48.7526,48.7528 [EPSG:4326]",
    }
    processing.run(LABEL, given)
    xmin, _, xmax, _ = jobs()[0]["extent"]
    assert xmin == pytest.approx(500_000, abs=1)
    assert xmax - xmin == pytest.approx(14.7, abs=0.5)


def polygon_layer(*wkts):
    layer = QgsVectorLayer("Polygon?crs=EPSG:32632&field=name:string", "areas", "memory")
    features = []
    for wkt in wkts:
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry.fromWkt(wkt))
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    return layer


SQUARE = "POLYGON((500001 5399999, 500009 5399999, 500009 5399990, 500001 5399999))"


def test_memory_layer_as_area_is_written_to_a_file(processing, inputs, jobs, tmp_path):
    area_layer = polygon_layer(SQUARE)
    processing.run(LABEL, {**inputs, "OUTPUT": str(tmp_path / "out"), "AREA": area_layer})
    written = QgsVectorLayer(jobs()[0]["area"], "written")
    assert written.featureCount() == 1
    assert jobs()[0]["area"].endswith(".gpkg")


def test_selected_polygons_alone_are_the_area(processing, inputs, jobs, tmp_path):
    area_layer = polygon_layer(SQUARE, SQUARE, SQUARE)
    QgsProject.instance().addMapLayer(area_layer)
    area_layer.selectByIds([1])
    source = QgsProcessingFeatureSourceDefinition(area_layer.id(), selectedFeaturesOnly=True)
    processing.run(LABEL, {**inputs, "OUTPUT": str(tmp_path / "out"), "AREA": source})
    assert QgsVectorLayer(jobs()[0]["area"], "written").featureCount() == 1


def test_plain_file_as_area_is_used_as_it_is(processing, inputs, jobs, tmp_path):
    path = str(tmp_path / "areas.gpkg")
    area_layer = polygon_layer(SQUARE)
    processing.run("native:savefeatures", {"INPUT": area_layer, "OUTPUT": path})
    processing.run(LABEL, {**inputs, "OUTPUT": str(tmp_path / "out"), "AREA": path})
    assert jobs()[0]["area"] == path


def test_engine_failure_is_told_in_its_words(processing, inputs, register, fake_engine, tmp_path):
    register(fake_engine("--replay", "label_failed.jsonl"))
    with pytest.raises(QgsProcessingException, match="do not overlap: choose a DSM of the same"):
        processing.run(LABEL, {**inputs, "OUTPUT": str(tmp_path / "out")})


def test_dead_engine_leaves_qgis_alive_and_says_so(
    processing, inputs, register, fake_engine, tmp_path
):
    register(fake_engine("--kill-at", 5))
    with pytest.raises(QgsProcessingException, match=r"\w+"):
        processing.run(LABEL, {**inputs, "OUTPUT": str(tmp_path / "out")})


def test_cancel_ends_the_run(processing, inputs, register, fake_engine, tmp_path):
    register(fake_engine("--hang-at", 5))  # line 4 is the first progress above zero
    feedback = QgsProcessingFeedback()
    feedback.progressChanged.connect(lambda _: feedback.cancel())
    with pytest.raises(QgsProcessingException, match="was canceled"):
        processing.run(LABEL, {**inputs, "OUTPUT": str(tmp_path / "out")}, feedback=feedback)


def run_and_load(parameters):
    """Run as the toolbox does: what is loaded at the end stands in the context."""
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(LABEL)
    feedback = QgsProcessingFeedback()
    assert algorithm.checkParameterValues(parameters, context) == (True, "")
    results, is_fine = algorithm.run(parameters, context, feedback)
    assert is_fine, feedback.textLog()
    return results, context, feedback


def test_file_held_open_is_loaded_under_its_new_name(inputs, register, painting_engine, tmp_path):
    register(painting_engine("--beside"))
    asked = str(tmp_path / "cover.tif")
    classes = QgsProcessingOutputLayerDefinition(asked, QgsProject.instance())
    results, context, _ = run_and_load({**inputs, "CLASSES": classes})
    assert results["CLASSES"] == str(tmp_path / "cover_2.tif")
    assert list(context.layersToLoadOnCompletion()) == [results["CLASSES"]]


def test_without_engine_the_algorithm_says_what_to_do(register, monkeypatch, tmp_path):
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path))
    (algorithm,) = (each for each in register().algorithms() if each.name() == "label")
    can_run, why = algorithm.canExecute()
    assert not can_run
    assert "Set up engine" in why
    assert "make engine" in why


def test_without_engine_a_run_says_the_same(processing, inputs, register, monkeypatch, tmp_path):
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path))
    register()
    feedback = QgsProcessingFeedback()
    with pytest.raises(QgsProcessingException):
        processing.run(LABEL, {**inputs, "OUTPUT": str(tmp_path / "out")}, feedback=feedback)
    assert "make engine" in feedback.textLog()
