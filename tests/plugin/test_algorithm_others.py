"""`orthoscribe:vectorize` and `orthoscribe:makescene` with a fake engine."""

from pathlib import Path

from qgis.core import QgsApplication, QgsVectorLayer


def outputs_of(name):
    algorithm = QgsApplication.processingRegistry().algorithmById(f"orthoscribe:{name}")
    return {each.name() for each in algorithm.outputDefinitions()}


def test_vectorize_fills_folder_and_sinks(
    processing, register, painting_engine, write_raster, tmp_path
):
    register(painting_engine())
    results = processing.run(
        "orthoscribe:vectorize",
        {
            "CLASSES": str(write_raster("classes.tif", 1)),
            "OUTPUT": str(tmp_path / "out"),
            "BUILDINGS": str(tmp_path / "houses.gpkg"),
        },
    )
    assert set(results) == outputs_of("vectorize")
    assert Path(results["POLYGONS"]) == tmp_path / "out" / "polygons.gpkg"
    assert QgsVectorLayer(results["BUILDINGS"]).featureCount() == 1


def test_makescene_returns_its_files(processing, register, painting_engine, tmp_path):
    register(painting_engine())
    results = processing.run(
        "orthoscribe:makescene", {"SIZE_PX": 64, "OUTPUT": str(tmp_path / "scene")}
    )
    assert set(results) == outputs_of("makescene")
    assert results["IMAGE"] == str(tmp_path / "scene" / "image.tif")
    assert results["OUTPUT"] == str(tmp_path / "scene")


def test_makescene_takes_a_temporary_folder(processing, register, painting_engine):
    register(painting_engine())
    results = processing.run("orthoscribe:makescene", {"OUTPUT": "TEMPORARY_OUTPUT"})
    assert Path(results["OUTPUT"]).is_dir()
    assert Path(results["IMAGE"]).parent == Path(results["OUTPUT"])
