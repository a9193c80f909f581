"""`orthoscribe:evaluate` and `orthoscribe:compare` with a fake engine."""

import json
from pathlib import Path

import pytest
from qgis.core import (
    QgsApplication,
    QgsFeature,
    QgsGeometry,
    QgsProcessingOutputHtml,
    QgsRectangle,
    QgsVectorLayer,
)


def outputs_of(name):
    """Return the kind of each output by name."""
    algorithm = QgsApplication.processingRegistry().algorithmById(f"orthoscribe:{name}")
    return {each.name(): type(each) for each in algorithm.outputDefinitions()}


@pytest.fixture
def run(processing, register, painting_engine, tmp_path):
    """Return a function that runs an algorithm and returns its results and the job it ran."""
    record = tmp_path / "jobs.jsonl"
    register(painting_engine("--record", record))

    def go(name, **parameters):
        results = processing.run(f"orthoscribe:{name}", parameters)
        return results, json.loads(record.read_text().splitlines()[-1])

    return go


@pytest.fixture
def complain(problem_of):
    """Return a function from parameters to the sentence that keeps them from running."""
    return lambda name="evaluate", **parameters: problem_of(name, **parameters)


@pytest.fixture
def image(write_raster):
    return str(write_raster("image.tif"))


@pytest.fixture
def labels(write_raster):
    return str(write_raster("labels.tif", 1))


def test_report_opens_in_the_results_viewer(run, image, labels, model_folder, tmp_path):
    out = tmp_path / "out"
    results, job = run(
        "evaluate", IMAGE=image, LABELS=labels, MODEL=str(model_folder), OUTPUT=str(out)
    )
    assert results["PAGE"] == str(out / "report.html")
    assert results["OVERALL_ACCURACY"] == 0.875
    assert results["F1_BUILDING"] == 0.5
    assert job["labels"] == labels
    assert set(results) == set(outputs_of("evaluate"))
    assert outputs_of("evaluate")["PAGE"] is QgsProcessingOutputHtml


def test_polygons_in_memory_reach_the_engine_as_a_file(run, image, model_folder):
    layer = QgsVectorLayer("Polygon?crs=EPSG:32632&field=class:string", "drawn", "memory")
    feature = QgsFeature(layer.fields())
    feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(500_000, 5_399_990, 500_010, 5_400_000)))
    feature["class"] = "building"
    layer.dataProvider().addFeature(feature)
    _, job = run(
        "evaluate",
        IMAGE=image,
        LABELS=layer,
        CLASS_FIELD="class",
        LABEL_VALUES="house = building, wood=tree",
        MODEL=str(model_folder),
        OUTPUT="TEMPORARY_OUTPUT",
    )
    assert job["class_field"] == "class"
    assert job["label_values"] == ["house = building", "wood=tree"]
    written = QgsVectorLayer(job["labels"], "written")
    assert Path(job["labels"]).suffix == ".gpkg"
    assert [each["class"] for each in written.getFeatures()] == ["building"]


def test_data_set_needs_no_layer(run, model_folder, tmp_path):
    _, job = run(
        "evaluate",
        DATASET="vaihingen",
        ROOT=str(tmp_path),
        SPLIT="test",
        PAPER=True,
        MODEL=str(model_folder),
        OUTPUT=str(tmp_path / "out"),
    )
    assert (job["dataset"], job["root"], job["split"]) == ("vaihingen", str(tmp_path), "test")
    assert job["paper"] is True
    assert job["image"] == job["labels"] == ""


def test_what_is_missing_is_asked_for(complain, image, labels):
    assert complain(IMAGE=image, LABELS=labels) == ""
    assert "No image is given" in complain()
    assert "No labels are given" in complain(IMAGE=image)
    assert "No root folder" in complain(DATASET="potsdam")
    assert "image too" in complain(DATASET="potsdam", ROOT="/data", IMAGE=image)
    assert "The model 'nosuchmodel'" in complain(IMAGE=image, LABELS=labels, MODEL="nosuchmodel")


def test_labels_that_are_no_layer_are_named(complain, image, tmp_path):
    (tmp_path / "broken.tif").write_bytes(b"II*\0")
    message = complain(IMAGE=image, LABELS=str(tmp_path / "broken.tif"))
    assert "broken.tif" in message
    assert "cannot be opened" in message


def test_labels_without_crs_may_fit_the_image(complain, image, write_raster):
    assert complain(IMAGE=image, LABELS=str(write_raster("bare.tif", 1, epsg=None))) == ""


def test_comparison_returns_its_table(run, image, labels, model_folder, tmp_path):
    out = tmp_path / "out"
    results, job = run(
        "compare",
        IMAGE=image,
        LABELS=labels,
        ARCHITECTURES=f"maggiori_mlp, {model_folder}",
        WIDTH="1/4",
        OUTPUT=str(out),
    )
    assert results["TABLE"] == str(out / "comparison.csv")
    assert job["architectures"] == ["maggiori_mlp", str(model_folder)]
    assert job["width"] == "1/4"
    assert set(results) == set(outputs_of("compare"))


def test_comparison_says_what_it_cannot_do(complain, image, labels):
    def ask(**parameters):
        return complain("compare", **{"IMAGE": image, "LABELS": labels, **parameters})

    assert ask(ARCHITECTURES="maggiori_mlp") == ""
    assert "'maggiori_mpl' is neither" in ask(ARCHITECTURES="maggiori_mpl")
    assert "No architectures" in ask(ARCHITECTURES=" ,")
    assert ask(ARCHITECTURES="maggiori_mlp", LABELS="") == (
        "No labels are given: choose the ground truth of the image."
    )


def test_training_returns_the_folder_of_the_model(run, image, labels, model_folder, tmp_path):
    out = tmp_path / "new"
    results, job = run(
        "train",
        IMAGE=image,
        LABELS=labels,
        ARCHITECTURE="maggiori_skip",
        OPTIONS="width=1/4, style=release",
        STEPS=20,
        OUTPUT=str(out),
    )
    assert results["OUTPUT"] == str(out)
    assert results["REPORT"] == str(out / "report.json")
    assert job["options"] == ["width=1/4", "style=release"]
    assert (job["architecture"], job["steps"], job["start"]) == ("maggiori_skip", 20, "")
    assert set(results) == {*outputs_of("train"), "OUTPUT"}


def test_training_can_start_from_a_model(run, image, labels, model_folder, tmp_path):
    _, job = run("train", IMAGE=image, LABELS=labels, START=str(model_folder), OUTPUT=str(tmp_path))
    assert job["start"] == str(model_folder)


def test_training_by_name_goes_into_the_library(run, image, labels, tmp_path, monkeypatch):
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path / "home"))
    results, job = run(
        "train", IMAGE=image, LABELS=labels, ARCHITECTURE="maggiori_mlp", NAME="My town"
    )
    assert results["OUTPUT"] == job["output"] == str(tmp_path / "home" / "models" / "My town")
    assert (job["name"], job["title"]) == ("", "My town")


def test_training_never_replaces_a_model_of_the_library(complain, image, labels):
    given = {"IMAGE": image, "LABELS": labels, "ARCHITECTURE": "maggiori_mlp"}
    assert "already a model 'light'" in complain("train", OUTPUT="", NAME="light", **given)
    assert "has no name" in complain("train", OUTPUT="", **given)


def test_training_says_what_it_cannot_do(complain, image, labels):
    def ask(**parameters):
        return complain("train", **{"IMAGE": image, "LABELS": labels, **parameters})

    assert ask(ARCHITECTURE="maggiori_mlp") == ""
    assert "did you mean 'maggiori_mlp'" in ask(ARCHITECTURE="maggiori_mpl")
    assert "No architecture" in ask()
    assert "No labels" in ask(ARCHITECTURE="maggiori_mlp", LABELS="")
