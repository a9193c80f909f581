"""`orthoscribe:finetune` with a fake engine, and the project's model as a default."""

import json
from pathlib import Path

import pytest
from orthoscribe.plugin.project_model import set_project_model
from qgis.core import (
    QgsApplication,
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingOutputHtml,
    QgsProcessingParameterDefinition,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)

FIRST_SCREEN = [
    "NAME", "IMAGE", "DSM", "DTM", "HEIGHTS", "LABELS", "CLASS_FIELD", "START", "CAUSE",
    "NEW_CLASSES", "BUDGET",
]  # fmt: skip


@pytest.fixture
def image(write_raster):
    return str(write_raster("image.tif"))


@pytest.fixture
def drawn():
    layer = QgsVectorLayer("Polygon?crs=EPSG:32632&field=class:string", "drawn", "memory")
    feature = QgsFeature(layer.fields())
    feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(500_000, 5_399_990, 500_010, 5_400_000)))
    feature["class"] = "building"
    layer.dataProvider().addFeature(feature)
    return layer


@pytest.fixture
def run(processing, register, painting_engine, tmp_path):
    """Return a function that runs the algorithm and returns its results and the job it ran."""
    record = tmp_path / "jobs.jsonl"
    register(painting_engine("--record", record))

    def go(**parameters):
        results = processing.run("orthoscribe:finetune", parameters)
        return results, json.loads(record.read_text().splitlines()[-1])

    return go


@pytest.fixture
def complain(register, fake_engine, model_folder, tmp_path):
    """Return a function from parameters to the sentence that keeps them from running."""
    register(fake_engine())

    def check(**parameters):
        algorithm = created("finetune")
        given = {"OUTPUT": str(tmp_path / "out"), "START": str(model_folder), **parameters}
        return algorithm.checkParameterValues(given, QgsProcessingContext())[1]

    return check


def created(name):
    return QgsApplication.processingRegistry().createAlgorithmById(f"orthoscribe:{name}")


def test_verdict_report_and_model_are_outputs(run, image, drawn, model_folder, tmp_path):
    out = tmp_path / "out"
    results, job = run(IMAGE=image, LABELS=drawn, START=str(model_folder), OUTPUT=str(out))
    assert results["VERDICT"] == "green"
    assert results["PAGE"] == str(out / "report.html")
    assert results["OUTPUT"] == str(out)
    algorithm = created("finetune")
    kinds = {each.name(): type(each) for each in algorithm.outputDefinitions()}
    assert set(results) == set(kinds)
    assert kinds["PAGE"] is QgsProcessingOutputHtml
    assert job["kind"] == "finetune"


def test_every_choice_reaches_the_engine(run, image, drawn, model_folder, tmp_path):
    _, job = run(
        IMAGE=image,
        LABELS=drawn,
        CLASS_FIELD="class",
        START=str(model_folder),
        CAUSE="missing_class",
        NEW_CLASSES="Water=#0064ff, Gravel",
        BUDGET="thorough",
        MINUTES=12.5,
        LABEL_VALUES="house=building",
        OUTPUT=str(tmp_path / "out"),
    )
    assert job["new_classes"] == ["Water=#0064ff", "Gravel"]
    assert job["label_values"] == ["house=building"]
    assert (job["cause"], job["budget"], job["minutes"]) == ("missing_class", "thorough", 12.5)
    written = QgsVectorLayer(job["labels"], "written")
    assert [each["class"] for each in written.getFeatures()] == ["building"]


def test_name_stands_for_a_folder_in_the_library(
    run, image, drawn, model_folder, tmp_path, monkeypatch
):
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path / "home"))
    results, job = run(IMAGE=image, LABELS=drawn, START=str(model_folder), NAME="town")
    assert results["OUTPUT"] == job["output"] == str(tmp_path / "home" / "models" / "town")
    assert job["title"] == "town"


def test_what_is_missing_is_asked_for(complain, image, drawn):
    assert complain(IMAGE=image, LABELS=drawn) == ""
    assert "'Image' is missing" in complain(LABELS=drawn)
    assert "No labels are given" in complain(IMAGE=image)
    assert "There is no model 'nowhere'" in complain(IMAGE=image, LABELS=drawn, START="nowhere")
    assert "A class is missing" in complain(IMAGE=image, LABELS=drawn, CAUSE="missing_class")
    assert "The new model has no name" in complain(IMAGE=image, LABELS=drawn, OUTPUT="")


def test_first_screen_has_what_an_analyst_needs(register):
    register()
    advanced = QgsProcessingParameterDefinition.Flag.FlagAdvanced
    algorithm = created("finetune")
    shown = [
        each.name() for each in algorithm.parameterDefinitions() if not each.flags() & advanced
    ]
    assert shown == FIRST_SCREEN


@pytest.mark.parametrize(("name", "key"), [("label", "MODEL"), ("finetune", "START")])
def test_model_of_the_project_is_the_default(register, model_folder, name, key):
    register()
    assert created(name).parameterDefinition(key).defaultValue() == "default"
    set_project_model(str(model_folder))
    try:
        assert created(name).parameterDefinition(key).defaultValue() == str(model_folder)
        set_project_model("deleted since")
        assert created(name).parameterDefinition(key).defaultValue() == "default"
    finally:
        set_project_model("")
    assert QgsProject.instance().readEntry("orthoscribe", "model", "")[0] == ""


def test_training_from_a_model_suggests_fine_tuning(
    processing, register, painting_engine, image, drawn, model_folder, tmp_path
):
    from qgis.core import QgsProcessingFeedback

    class Warnings(QgsProcessingFeedback):
        said = ()

        def pushWarning(self, warning):
            self.said = (*self.said, warning)

    register(painting_engine())
    given = {"IMAGE": image, "LABELS": drawn, "OUTPUT": str(tmp_path / "out")}
    for start, is_advised in ((str(model_folder), True), ("", False)):
        feedback = Warnings()
        architecture = "" if start else "maggiori_mlp"
        parameters = {**given, "START": start, "ARCHITECTURE": architecture}
        processing.run("orthoscribe:train", parameters, feedback=feedback)
        assert any("Fine-tune model" in text for text in feedback.said) == is_advised


def test_report_that_cannot_be_read_gives_no_verdict():
    from orthoscribe.plugin.algorithms.finetune import _report_in

    assert _report_in(None) is None
    assert _report_in(str(Path("nowhere") / "report.json")) is None
