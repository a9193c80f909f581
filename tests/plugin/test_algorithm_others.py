"""`orthoscribe:vectorize` and `orthoscribe:makescene` with a fake engine."""

import json
from pathlib import Path

import pytest
from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingParameterDefinition,
    QgsVectorLayer,
)


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


def test_makescene_hands_every_setting_to_the_engine(
    processing, register, painting_engine, tmp_path
):
    register(painting_engine("--record", tmp_path / "notes"))
    given = {
        "SEED": 9, "SIZE_PX": 64, "GSD_M": 0.3, "LAND": "country", "SURVEY": "matched",
        "BIT_DEPTH": 16,
        "WITH_FLAWS": True, "LEAN": 0.1, "SHIFT_M": 0.5, "OUTDATED_FRACTION": 0.2,
        "MOVED_CARS": 1.0, "LABEL_NOISE_M": 0.3,
    }  # fmt: skip
    processing.run("orthoscribe:makescene", {**given, "OUTPUT": str(tmp_path / "scene")})
    job = json.loads((tmp_path / "notes").read_text())
    assert {key: job[key.lower()] for key in given} == given


@pytest.mark.parametrize(
    ("settings", "title"),
    [
        ({"BIT_DEPTH": 12}, "Bit depth of the image"),
        ({"SURVEY": "sonar"}, "Height survey"),
        ({"LEAN": 1.5}, "Relief displacement"),
        ({"SHIFT_M": 21}, "Image shift"),
    ],
)
def test_makescene_refuses_settings_that_no_scene_could_have(
    processing, register, painting_engine, tmp_path, settings, title
):
    register(painting_engine("--record", tmp_path / "notes"))
    with pytest.raises(Exception, match=title):
        processing.run("orthoscribe:makescene", {**settings, "OUTPUT": str(tmp_path / "scene")})
    assert not (tmp_path / "notes").exists()


def test_training_shows_what_an_analyst_needs_first(register):
    (algorithm,) = (each for each in register().algorithms() if each.name() == "train")
    advanced = QgsProcessingParameterDefinition.Flag.FlagAdvanced
    parameters = algorithm.parameterDefinitions()
    shown = [each.name() for each in parameters if not each.flags() & advanced]
    assert shown == [
        "NAME", "IMAGE", "DSM", "DTM", "HEIGHTS", "LABELS", "CLASS_FIELD", "START", "STEPS",
    ]  # fmt: skip


def test_training_takes_an_image_labels_and_a_model_by_its_name(
    register, write_raster, model_folder
):
    register(["engine"])
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("orthoscribe:train")
    given = {
        "IMAGE": str(write_raster("image.tif")),
        "LABELS": str(write_raster("codes.tif", 1)),
        "START": str(model_folder),
    }
    context = QgsProcessingContext()
    assert algorithm.checkParameterValues({**given, "NAME": "My town"}, context) == (True, "")
    is_fine, message = algorithm.checkParameterValues(given, context)
    assert not is_fine
    assert "The new model has no name" in message
    is_fine, message = algorithm.checkParameterValues({**given, "START": "", "NAME": "a"}, context)
    assert not is_fine
    assert "choose a model to start from" in message


def test_makescene_folds_its_flaws_away(register):
    (algorithm,) = (each for each in register().algorithms() if each.name() == "makescene")
    advanced = QgsProcessingParameterDefinition.Flag.FlagAdvanced
    folded = {d.name() for d in algorithm.parameterDefinitions() if d.flags() & advanced}
    assert folded == {
        "BIT_DEPTH", "WITH_FLAWS", "LEAN", "SHIFT_M", "OUTDATED_FRACTION", "MOVED_CARS",
        "LABEL_NOISE_M",
    }  # fmt: skip
