"""Results in the project: one group, styled, marked."""

import datetime as dt
import re
import shutil
from pathlib import Path

import pytest
from orthoscribe.plugin.engine_client.run import run_job
from orthoscribe.plugin.layers import outputs
from orthoscribe.plugin.layers.outputs import add_results
from orthoscribe.plugin.layers.results import POLYGON_ROLES, describe_run
from orthoscribe.plugin.protocol import POLYGON_LAYERS, Finished, LabelJob, Outcome, VectorizeJob
from qgis.core import QgsProject, QgsRasterLayer, QgsVectorLayer


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
    assert group.name().startswith("Land cover · Tiny · scene 7 · ")
    names = [node.name() for node in group.findLayers()]
    assert names == ["Cars", "Buildings", "Roads", "Land cover", "Confidence"]
    assert QgsProject.instance().layerTreeRoot().children()[0] == group


def test_every_layer_of_polygons_has_its_place():
    assert sorted(POLYGON_ROLES) == sorted(layer.name for layer in POLYGON_LAYERS)


def test_layers_enter_a_project_in_four_modules_only():
    folder = Path(outputs.__file__).parents[1]
    to_project = re.compile(r"(?<!temporaryLayerStore\(\))\.addMapLayer")
    adding = [path for path in folder.rglob("*.py") if to_project.search(path.read_text())]
    assert {path.name for path in adding} == {
        "outputs.py",
        "demo_scene.py",
        "corrections.py",
        "tile_mosaic.py",
    }


def test_confidence_is_there_but_not_shown(job, outcome, qgis_new_project):
    group = add_results(outcome, job, QgsProject.instance())
    shown = {node.name(): node.itemVisibilityChecked() for node in group.findLayers()}
    assert shown.pop("Confidence") is False
    assert all(shown.values())


def test_confidence_stays_a_file_where_it_is_not_wanted(job, outcome, qgis_new_project):
    group = add_results(outcome, job, QgsProject.instance(), with_confidence=False)
    assert [node.name() for node in group.findLayers()] == [
        "Cars",
        "Buildings",
        "Roads",
        "Land cover",
    ]
    assert Path(job.confidence).is_file()


def test_what_was_not_made_is_not_added(job, outcome, qgis_new_project):
    bare = Outcome(outcome.end, {"classes": outcome.artifacts["classes"]})
    group = add_results(bare, job, QgsProject.instance())
    assert [node.name() for node in group.findLayers()] == ["Land cover"]


def test_layers_say_which_job_made_them(job, outcome, qgis_new_project):
    group = add_results(outcome, job, QgsProject.instance())
    layer = group.findLayers()[0].layer()
    assert layer.customProperty("orthoscribe/job") == outcome.artifacts["job"]
    assert layer.customProperty("orthoscribe/role") == "cars"


def test_run_over_the_same_files_replaces_the_group(job, outcome, qgis_new_project):
    project = QgsProject.instance()
    first = add_results(outcome, job, project)
    former = {node.layerId() for node in first.findLayers()}
    group = add_results(outcome, job, project)
    assert project.layerTreeRoot().findGroups() == [group]
    assert former.isdisjoint(project.mapLayers())
    assert len(project.mapLayers()) == len(former)


def test_unsaved_edits_and_layers_of_the_user_stay_in_the_former_group(
    job, outcome, qgis_new_project
):
    project = QgsProject.instance()
    first = add_results(outcome, job, project)
    (buildings,) = project.mapLayersByName("Buildings")
    buildings.startEditing()
    assert buildings.deleteFeature(next(buildings.getFeatures()).id())
    own = QgsVectorLayer("Point", "mine", "memory")
    project.addMapLayer(own, False)
    first.addLayer(own)
    add_results(outcome, job, project)
    assert [node.name() for node in first.findLayers()] == ["Buildings", "mine"]
    buildings.rollBack()


def test_copy_of_a_result_that_is_no_layer_of_a_run_stays(job, outcome, qgis_new_project):
    project = QgsProject.instance()
    own = QgsRasterLayer(outcome.artifacts["classes"], "my view of it")
    project.addMapLayer(own)
    add_results(outcome, job, project)
    assert project.mapLayersByName("my view of it") == [own]


def test_preview_is_named_preview(job, outcome, qgis_new_project):
    group = add_results(outcome, job, QgsProject.instance(), is_preview=True)
    assert group.name().startswith("Preview · Tiny · scene 7 · ")


def test_metadata_tells_where_a_layer_comes_from(job, outcome, qgis_new_project):
    group = add_results(outcome, job, QgsProject.instance())
    for node in group.findLayers():
        metadata = node.layer().metadata()
        assert metadata.title() == f"{node.name()} · scene 7"
        for text in ("Image: scene 7", "Model: Tiny", "Run: ", outcome.artifacts["job"]):
            assert text in metadata.abstract()


def test_table_of_polygons_tells_the_run(job, outcome, qgis_new_project):
    group = add_results(outcome, job, QgsProject.instance())
    layers = {node.name(): node.layer() for node in group.findLayers()}
    feature = next(layers["Buildings"].getFeatures())
    assert (feature["model"], feature["source"]) == ("Tiny", "scene 7")
    assert feature["run_id"] == layers["Land cover"].customProperty("orthoscribe/run_id")


def test_run_of_a_vectorize_job_is_named_after_its_classes():
    job = VectorizeJob(classes="/somewhere/classes.tif", output="/out")
    moment = dt.datetime(2026, 11, 21, 6, 13)
    run = describe_run(job, Outcome(Finished(1.0)), moment)
    assert run.title == "Polygons · classes · 2026-11-21 06:13:00"
    assert run.areas_m2 == {}


def test_groups_of_former_runs_are_hidden(job, outcome, qgis_new_project, tmp_path):
    project = QgsProject.instance()
    first = add_results(outcome, job, project)
    own = project.layerTreeRoot().addGroup("mine")
    copies = {}
    for role, path in outcome.artifacts.items():
        copies[role] = str(tmp_path / f"copy_{Path(path).name}")
        shutil.copy(path, copies[role])
    second = add_results(Outcome(outcome.end, copies), job, project)
    assert not first.itemVisibilityChecked()
    assert second.itemVisibilityChecked()
    assert own.itemVisibilityChecked()
