"""Results in the project: one group, styled, marked."""

import datetime as dt
import re
from pathlib import Path

import pytest
from orthoscribe.plugin.engine_client.run import run_job
from orthoscribe.plugin.layers import outputs
from orthoscribe.plugin.layers.outputs import add_results
from orthoscribe.plugin.layers.results import POLYGON_ROLES, describe_run
from orthoscribe.plugin.protocol import POLYGON_LAYERS, Finished, LabelJob, Outcome, VectorizeJob
from qgis.core import QgsProject


@pytest.fixture
def job(write_raster, model_folder, tmp_path):
    return LabelJob(
        image=str(write_raster("scene 7.tif")),
        output=str(tmp_path / "out"),
        model=str(model_folder),
        confidence=str(tmp_path / "out" / "confidence.tif"),
    )


@pytest.fixture
def outcome(job, painting_engine):
    """Return the outcome of a run of the fake engine, its files lying there."""
    done = run_job(job, lambda _: None, lambda: False, command=painting_engine())
    assert done.is_finished
    return done


def test_group_holds_all_layers_in_order(job, outcome, qgis_new_project):
    group = add_results(outcome, job, QgsProject.instance())
    assert group.name().startswith("Land cover · tiny · scene 7 · ")
    names = [node.name() for node in group.findLayers()]
    assert names == ["Cars", "Buildings", "Roads", "Land cover", "Confidence"]
    assert QgsProject.instance().layerTreeRoot().children()[0] == group


def test_every_layer_of_polygons_has_its_place():
    assert sorted(POLYGON_ROLES) == sorted(layer.name for layer in POLYGON_LAYERS)


def test_layers_enter_a_project_in_two_modules_only():
    folder = Path(outputs.__file__).parents[1]
    to_project = re.compile(r"(?<!temporaryLayerStore\(\))\.addMapLayer")
    adding = [path for path in folder.rglob("*.py") if to_project.search(path.read_text())]
    assert {path.name for path in adding} == {"outputs.py", "demo_scene.py"}


def test_confidence_is_there_but_not_shown(job, outcome, qgis_new_project):
    group = add_results(outcome, job, QgsProject.instance())
    shown = {node.name(): node.itemVisibilityChecked() for node in group.findLayers()}
    assert shown.pop("Confidence") is False
    assert all(shown.values())


def test_what_was_not_made_is_not_added(job, outcome, qgis_new_project):
    bare = Outcome(outcome.end, {"classes": outcome.artifacts["classes"]})
    group = add_results(bare, job, QgsProject.instance())
    assert [node.name() for node in group.findLayers()] == ["Land cover"]


def test_layers_say_which_job_made_them(job, outcome, qgis_new_project):
    group = add_results(outcome, job, QgsProject.instance())
    layer = group.findLayers()[0].layer()
    assert layer.customProperty("orthoscribe/job") == outcome.artifacts["job"]
    assert layer.customProperty("orthoscribe/role") == "cars"


def test_two_runs_are_two_groups_with_their_own_marks(job, outcome, qgis_new_project):
    groups = [add_results(outcome, job, QgsProject.instance()) for _ in range(2)]
    marks = {g.findLayers()[0].layer().customProperty("orthoscribe/run_id") for g in groups}
    assert len(marks) == 2


def test_run_of_a_vectorize_job_is_named_after_its_classes():
    job = VectorizeJob(classes="/somewhere/classes.tif", output="/out")
    moment = dt.datetime(2026, 11, 21, 6, 13)
    run = describe_run(job, Outcome(Finished(1.0)), moment)
    assert run.title == "Land cover · classes · 2026-11-21 06:13:00"
    assert run.areas_m2 == {}
