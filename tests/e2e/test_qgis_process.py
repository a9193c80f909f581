"""From a terminal: `qgis_process run orthoscribe:...`, its results and its refusals."""

import json
from pathlib import Path

import pytest
from osgeo import gdal, ogr
from qgis.core import QgsRasterLayer

gdal.UseExceptions()
SIZE_PX = 256


@pytest.fixture(scope="module")
def labeled(qgis, scene, tmp_path_factory):
    """Return where the results of `orthoscribe:label` went, and the results."""
    folder = tmp_path_factory.mktemp("labels")
    results = qgis.run(
        "orthoscribe:label",
        cwd=folder,
        IMAGE=scene["IMAGE"],
        DSM=scene["DSM"],
        MODEL="default",
        OUTPUT="out/",
    )
    return folder / "out", results


def test_scene_has_its_files(scene):
    for key in ("IMAGE", "DSM", "DTM", "LABELS", "ANNOTATIONS"):
        assert Path(scene[key]).is_file(), key
    assert gdal.Open(scene["IMAGE"]).RasterXSize == SIZE_PX


def test_folder_holds_everything(labeled):
    folder, results = labeled
    assert Path(results["CLASSES"]) == folder / "classes.tif"
    names = {"classes.tif", "polygons.gpkg", "job.json", "report.json"}
    assert names <= {path.name for path in folder.iterdir()}


def test_class_raster_lies_on_the_grid_of_the_image(labeled, scene):
    classes, image = gdal.Open(labeled[1]["CLASSES"]), gdal.Open(scene["IMAGE"])
    assert classes.GetGeoTransform() == image.GetGeoTransform()
    assert (classes.RasterXSize, classes.RasterYSize) == (SIZE_PX, SIZE_PX)
    assert classes.GetRasterBand(1).GetNoDataValue() == 0


def test_qgis_shows_the_colors_without_being_told(labeled):
    layer = QgsRasterLayer(labeled[1]["CLASSES"], "classes")
    assert layer.renderer().type() == "paletted"
    colors = {each.value: each.color.getRgb()[:3] for each in layer.renderer().classes()}
    assert colors[2] == (0, 0, 255)


def test_areas_add_up_to_the_image(labeled):
    results = labeled[1]
    area_m2 = sum(value for key, value in results.items() if key.endswith("_AREA_M2"))
    assert area_m2 == pytest.approx((SIZE_PX * 0.2) ** 2, rel=0.01)
    assert results["IMAGE_GSD_M"] == pytest.approx(0.2)


def test_polygons_have_a_layer_for_each_role(labeled):
    file = ogr.Open(labeled[1]["POLYGONS"])
    names = {file.GetLayer(number).GetName() for number in range(file.GetLayerCount())}
    assert {"buildings", "roads", "cars"} <= names


def test_job_is_the_one_that_was_asked_for(labeled, scene):
    job = json.loads(Path(labeled[1]["JOB"]).read_text())
    assert (job["kind"], job["image"], job["model"]) == ("label", scene["IMAGE"], "default")
    assert job["output"] == str(labeled[0])


def test_single_outputs_go_where_they_are_told(qgis, scene, tmp_path):
    results = qgis.run(
        "orthoscribe:label",
        IMAGE=scene["IMAGE"],
        CLASSES=tmp_path / "cover.tif",
        CONFIDENCE=tmp_path / "sure.tif",
        BUILDINGS=tmp_path / "houses.geojson",
        MODEL="default",
        DSM=scene["DSM"],
    )
    assert results["CLASSES"] == str(tmp_path / "cover.tif")
    assert gdal.Open(str(tmp_path / "sure.tif")).ReadAsArray().max() <= 100
    assert ogr.Open(str(tmp_path / "houses.geojson")) is not None


def test_classes_are_vectorized_again(qgis, labeled, tmp_path):
    results = qgis.run(
        "orthoscribe:vectorize",
        CLASSES=labeled[1]["CLASSES"],
        MINIMUM_BUILDING_M2=0,
        OUTPUT=tmp_path / "again",
    )
    assert Path(results["POLYGONS"]) == tmp_path / "again" / "polygons.gpkg"


def warped(source, path, **options):
    gdal.Warp(str(path), source, **options)
    return path


def test_geographic_crs_is_refused(qgis, scene, tmp_path):
    degrees = warped(scene["IMAGE"], tmp_path / "degrees.tif", dstSRS="EPSG:4326")
    said = qgis.fail("orthoscribe:label", IMAGE=degrees, MODEL="default", OUTPUT=tmp_path / "out")
    assert "geographic, in degrees" in said
    assert not (tmp_path / "out").exists()


def test_image_and_dsm_apart_are_refused(qgis, scene, tmp_path):
    elsewhere = tmp_path / "elsewhere.tif"
    gdal.Translate(str(elsewhere), scene["DSM"], outputBounds=(100_000, 200_000, 100_051, 199_949))
    said = qgis.fail(
        "orthoscribe:label",
        IMAGE=scene["IMAGE"],
        DSM=elsewhere,
        MODEL="default",
        OUTPUT=tmp_path / "out",
    )
    assert "do not overlap" in said


def test_failure_of_the_engine_is_told_in_its_words(qgis, scene, tmp_path):
    (tmp_path / "out").write_text("a file where a folder should be")
    said = qgis.fail(
        "orthoscribe:label",
        IMAGE=scene["IMAGE"],
        DSM=scene["DSM"],
        MODEL="default",
        OUTPUT=tmp_path / "out",
    )
    assert str(tmp_path / "out") in said
    assert "Traceback" not in said
