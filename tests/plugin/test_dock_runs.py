# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs of the dock never replace what is there, and temporary results can be saved."""

import datetime as dt
import hashlib
import json
import re
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from orthoscribe.plugin.layers import carry_over_task
from orthoscribe.plugin.layers.kept_polygons import carry_over
from orthoscribe.plugin.layers.run_folder import (
    free_folder,
    release_folder,
    reserve_folder,
    run_name,
)
from orthoscribe.plugin.layers.save_results import save_results
from orthoscribe.plugin.models import title_of
from orthoscribe.plugin.protocol import OutputError
from orthoscribe.tests.docks import child, choose, is_ready, shown
from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsRectangle
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QApplication

NOW = dt.datetime(2026, 11, 29, 1, 6)
SQUARE = "POLYGON((500001 5399999, 500009 5399999, 500009 5399990, 500001 5399999))"


@pytest.fixture
def run(wait):
    """Return a function that presses Run and waits for the end."""

    def press(dock):
        wait(lambda: is_ready(dock))
        child(dock, "run").click()
        wait(lambda: shown(dock, "run"))

    return press


@pytest.fixture
def temporary(make_dock, scene, painting_engine, run):
    """Return a dock with the results of a run into a temporary folder."""
    dock = make_dock(painting_engine())
    scene()
    run(dock)
    return dock


def named(title):
    (layer,) = QgsProject.instance().mapLayersByName(title)
    return layer


def file_of(layer):
    return Path(layer.source().split("|")[0])


def add_polygon(layer):
    feature = QgsFeature(layer.fields())
    feature.setGeometry(QgsGeometry.fromWkt(SQUARE))
    layer.startEditing()
    assert layer.addFeature(feature)


def groups():
    return [group.name() for group in QgsProject.instance().layerTreeRoot().findGroups()]


def test_corrected_polygons_outlive_the_next_run(
    make_dock, scene, painting_engine, run, wait, tmp_path
):
    dock = make_dock(painting_engine())
    scene()
    child(dock, "output").setFilePath(str(tmp_path / "out"))
    run(dock)
    buildings = named("Buildings")
    add_polygon(buildings)
    assert buildings.commitChanges()
    QgsProject.instance().clear()
    wait(lambda: not is_ready(dock))
    scene()
    run(dock)
    first, second = sorted((tmp_path / "out").iterdir())
    assert rows_in(first / "polygons.gpkg") == 2
    assert rows_in(second / "polygons.gpkg") == 1


def review_building(layer, left=500_001.0):
    """Mark a new polygon of 4 x 4 m as reviewed."""
    feature = QgsFeature(layer.fields())
    square = QgsRectangle(left, 5_399_990, left + 4, 5_399_994)
    feature.setGeometry(QgsGeometry.fromRect(square))
    feature["status"] = "reviewed"
    assert layer.dataProvider().addFeatures([feature])[0]


def reviewed_in(path):
    with closing(sqlite3.connect(path)) as file:
        return file.execute("SELECT count(*) FROM buildings WHERE status='reviewed'").fetchone()[0]


@pytest.mark.parametrize("is_wanted", [True, False])
def test_reviewed_polygons_of_the_last_result_are_kept_if_wanted(
    make_dock, scene, painting_engine, run, tmp_path, is_wanted
):
    dock = make_dock(painting_engine())
    scene()
    child(dock, "output").setFilePath(str(tmp_path / "out"))
    run(dock)
    review_building(named("Buildings"))
    child(dock, "keep_edited").setChecked(is_wanted)
    run(dock)
    run(dock)  # what was kept once is kept again
    last = sorted((tmp_path / "out").iterdir())[-1]
    assert reviewed_in(last / "polygons.gpkg") == int(is_wanted)
    assert ("stay: 1" in child(dock, "message").text()) == is_wanted


def test_reviewed_polygons_outside_of_the_labeled_area_are_left_out(
    make_dock, scene, painting_engine, run, wait, qgis_canvas, tmp_path
):
    dock = make_dock(painting_engine())
    scene()
    child(dock, "output").setFilePath(str(tmp_path / "out"))
    run(dock)
    review_building(named("Buildings"))
    review_building(named("Buildings"), left=500_026.0)
    qgis_canvas.setExtent(QgsRectangle(500_000, 5_399_988, 500_008, 5_399_996))
    choose(child(dock, "area"), "view")
    wait(lambda: is_ready(dock))
    run(dock)
    last = sorted((tmp_path / "out").iterdir())[-1]
    assert reviewed_in(last / "polygons.gpkg") == 1


def test_reviewed_polygons_outside_of_a_labeled_part_come_back_with_the_whole(
    make_dock, scene, painting_engine, run, wait, qgis_canvas, tmp_path
):
    dock = make_dock(painting_engine())
    scene()
    child(dock, "output").setFilePath(str(tmp_path / "out"))
    run(dock)
    review_building(named("Buildings"))
    review_building(named("Buildings"), left=500_026.0)
    qgis_canvas.setExtent(QgsRectangle(500_000, 5_399_988, 500_008, 5_399_996))
    for area in ("view", "image"):
        choose(child(dock, "area"), area)
        wait(lambda: is_ready(dock))
        run(dock)
    last = sorted((tmp_path / "out").iterdir())[-1]
    assert reviewed_in(last / "polygons.gpkg") == 2
    assert "stay: 2" in child(dock, "message").text()


def test_keeping_of_polygons_can_be_canceled(
    make_dock, scene, painting_engine, run, wait, tmp_path, monkeypatch
):
    dock = make_dock(painting_engine())
    scene()
    child(dock, "output").setFilePath(str(tmp_path / "out"))
    run(dock)
    review_building(named("Buildings"))
    begun = []

    def carry_over_slowly(kept, file, is_canceled):
        begun.append(file)
        while not is_canceled():
            time.sleep(0.01)
        return carry_over(kept, file, is_canceled)

    monkeypatch.setattr(carry_over_task, "carry_over", carry_over_slowly)
    child(dock, "run").click()
    wait(lambda: begun)
    child(dock, "cancel").click()
    wait(lambda: shown(dock, "run"))
    assert "are in the former result only" in child(dock, "message").text()
    last = sorted((tmp_path / "out").iterdir())[-1]
    assert reviewed_in(last / "polygons.gpkg") == 0
    assert rows_in(last / "polygons.gpkg") == 1


def test_preview_keeps_nothing_and_hides_no_result_from_the_next_run(
    make_dock, scene, painting_engine, run, wait, tmp_path
):
    dock = make_dock(painting_engine())
    scene()
    child(dock, "output").setFilePath(str(tmp_path / "out"))
    run(dock)
    review_building(named("Buildings"))
    wait(lambda: child(dock, "preview_view").isEnabled())
    child(dock, "preview_view").click()
    wait(lambda: shown(dock, "run"))
    assert "stay" not in child(dock, "message").text()
    run(dock)
    last = sorted((tmp_path / "out").iterdir())[-1]
    assert reviewed_in(last / "polygons.gpkg") == 1


def rows_in(path):
    with closing(sqlite3.connect(path)) as file:
        return file.execute("SELECT count(*) FROM buildings").fetchone()[0]


def test_runs_in_one_minute_are_apart_in_folders_groups_and_files(
    make_dock, scene, painting_engine, run, tmp_path
):
    dock = make_dock(painting_engine())
    scene()
    child(dock, "output").setFilePath(str(tmp_path / "out"))
    for _ in range(3):
        run(dock)
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d_\d{4}_default(_[23])?", name) for name in names)
    assert len(names) == 3
    assert len(set(groups())) == 3
    start = f"Land cover · {title_of('default')} · image · 20"
    assert all(name.startswith(start) for name in groups())
    sources = [file_of(layer) for layer in QgsProject.instance().mapLayersByName("Land cover")]
    assert len(set(sources)) == 3
    assert "replaced" not in child(dock, "card").text()


@pytest.mark.parametrize("flags", [("--replay", "label_failed.jsonl"), ("--kill-at", 5)])
def test_run_without_results_leaves_no_folder(make_dock, scene, fake_engine, run, tmp_path, flags):
    dock = make_dock(fake_engine(*flags))
    scene()
    child(dock, "output").setFilePath(str(tmp_path / "out"))
    run(dock)
    assert list((tmp_path / "out").iterdir()) == []


def test_dock_taken_down_leaves_no_folder(make_dock, scene, fake_engine, wait, tmp_path):
    dock = make_dock(fake_engine("--hang-at", 5))
    scene()
    child(dock, "output").setFilePath(str(tmp_path / "out"))
    wait(lambda: is_ready(dock))
    child(dock, "run").click()
    wait(lambda: child(dock, "progress").value() == 50)
    assert len(list((tmp_path / "out").iterdir())) == 1
    dock.teardown()
    assert list((tmp_path / "out").iterdir()) == []


def test_output_that_is_a_file_is_told(make_dock, scene, painting_engine, wait, tmp_path):
    dock = make_dock(painting_engine())
    scene()
    (tmp_path / "file").touch()
    child(dock, "output").setFilePath(str(tmp_path / "file"))
    wait(lambda: is_ready(dock))
    child(dock, "run").click()
    assert "cannot be created" in child(dock, "message").text()
    assert shown(dock, "run")


def test_command_names_a_folder_of_its_own(make_dock, scene, wait, tmp_path):
    dock = make_dock()
    scene()
    wait(lambda: is_ready(dock))
    child(dock, "command").click()
    assert re.search(r"--OUTPUT=\d{4}-\d\d-\d\d_\d{4}_default ", QApplication.clipboard().text())
    child(dock, "output").setFilePath(str(tmp_path / "out"))
    child(dock, "command").click()
    assert f"--OUTPUT={tmp_path}/out/20" in QApplication.clipboard().text()
    assert not (tmp_path / "out").exists()


def test_saved_results_keep_edits_styles_and_names(temporary, tmp_path, wait):
    dock = temporary
    assert "Press Save" in child(dock, "message").text()
    assert shown(dock, "save")
    buildings, classes = named("Buildings"), named("Land cover")
    add_polygon(buildings)
    assert buildings.commitChanges()
    buildings.setName("My houses")
    buildings.renderer().symbol().setColor(QColor("#123456"))
    classes.renderer().setOpacity(0.4)
    places = {layer.id(): file_of(layer) for layer in (buildings, classes)}
    dock.save_results(tmp_path / "kept")
    (folder,) = (tmp_path / "kept").iterdir()
    assert file_of(buildings) == folder / "polygons.gpkg"
    assert file_of(classes) == folder / "classes.tif"
    assert named("My houses") is buildings
    assert buildings.isValid()
    assert buildings.featureCount() == 2
    assert buildings.renderer().symbol().color().name() == "#123456"
    assert classes.renderer().opacity() == pytest.approx(0.4)
    assert classes.renderer().type() == "paletted"
    assert set(places) <= set(QgsProject.instance().mapLayers())
    assert buildings.customProperty("orthoscribe/job") == str(folder / "job.json")
    assert json.loads((folder / "job.json").read_text())["output"] == str(folder)
    assert str(folder) in child(dock, "message").text()
    assert not shown(dock, "save")


def test_every_temporary_run_that_is_shown_is_saved(temporary, run, tmp_path):
    dock = temporary
    run(dock)
    dock.save_results(tmp_path)
    folders = {file_of(each).parent for each in QgsProject.instance().mapLayersByName("Land cover")}
    assert len(folders) == 2
    assert {folder.parent for folder in folders} == {tmp_path}


def test_unsaved_edits_are_not_lost_by_saving(temporary, tmp_path):
    buildings = named("Buildings")
    add_polygon(buildings)
    before = buildings.source()
    temporary.save_results(tmp_path / "kept")
    assert "has unsaved edits" in child(temporary, "message").text()
    assert buildings.source() == before
    assert buildings.isModified()
    assert not (tmp_path / "kept").exists()
    assert shown(temporary, "save")
    buildings.rollBack()


def test_layer_being_edited_without_changes_goes_on(temporary, tmp_path):
    buildings = named("Buildings")
    buildings.startEditing()
    temporary.save_results(tmp_path / "kept")
    assert buildings.isEditable()
    assert file_of(buildings).parts[-3] == "kept"
    buildings.rollBack()


def test_place_that_cannot_be_written_is_told_and_changes_nothing(temporary, tmp_path):
    (tmp_path / "file").touch()
    before = named("Land cover").source()
    temporary.save_results(tmp_path / "file")
    assert "cannot be saved" in child(temporary, "message").text()
    assert named("Land cover").source() == before
    assert shown(temporary, "save")


def test_results_that_nobody_shows_any_more_are_not_offered(temporary, wait):
    assert shown(temporary, "save")
    QgsProject.instance().clear()
    wait(lambda: not shown(temporary, "save"))


def test_chosen_folder_needs_no_saving(make_dock, scene, painting_engine, run, tmp_path):
    dock = make_dock(painting_engine())
    scene()
    child(dock, "output").setFilePath(str(tmp_path / "out"))
    run(dock)
    assert not shown(dock, "save")


def test_message_goes_when_an_input_changes(temporary, wait):
    assert shown(temporary, "message")
    child(temporary, "nir_band").setBand(3)
    child(temporary, "green_band").setBand(1)
    wait(lambda: not shown(temporary, "message"))


def test_message_goes_with_the_project_and_stays_when_the_map_moves(temporary, wait, qtbot):
    temporary.window_stub.mapCanvas().zoomByFactor(0.5)
    qtbot.wait(400)
    assert shown(temporary, "message")
    QgsProject.instance().clear()
    wait(lambda: not shown(temporary, "message"))


def test_name_of_a_run_is_date_time_and_model():
    assert run_name("default", NOW) == "2026-11-29_0106_default"
    assert run_name("/models/my: towns/", NOW) == "2026-11-29_0106_my_towns"
    assert run_name("..", NOW) == "2026-11-29_0106_model"


def test_folder_that_is_taken_gets_a_number(tmp_path):
    assert [reserve_folder(tmp_path, "a").name for _ in range(3)] == ["a", "a_2", "a_3"]
    assert free_folder(tmp_path, "a").name == "a_4"


def test_folder_with_a_result_is_not_removed(tmp_path):
    for name in (".classes.part-1.tif", "classes.tif"):
        folder = tmp_path / name.strip(".")
        folder.mkdir()
        (folder / name).touch()
        release_folder(folder)
        assert folder.exists() is not name.startswith(".")


def test_records_name_the_place_where_they_are_now(tmp_path, qgis_new_project):
    folder, kept = tmp_path / "run", tmp_path / "kept"
    folder.mkdir()
    (folder / "job.json").write_text(
        json.dumps(
            {"output": str(folder), "image": f"{folder}2/a.tif", "n": [f"{folder}/c.tif", 1]}
        )
    )
    (folder / "report.json").write_text("{broken")
    (folder / ".hidden.part").touch()
    save_results(folder, kept, QgsProject.instance())
    job = json.loads((kept / "job.json").read_text())
    assert job == {"output": str(kept), "image": f"{folder}2/a.tif", "n": [f"{kept}/c.tif", 1]}
    assert sorted(path.name for path in kept.iterdir()) == ["job.json", "report.json"]
    with pytest.raises(OutputError, match="cannot be saved"):
        save_results(tmp_path / "nothing", tmp_path / "other", QgsProject.instance())


def fingerprint(file):
    content = file.read_bytes()
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


@pytest.mark.parametrize("is_edited", [False, True])
def test_report_of_a_saved_job_tells_whether_a_user_changed_it(
    tmp_path, qgis_new_project, is_edited
):
    folder, kept = tmp_path / "run", tmp_path / "kept"
    folder.mkdir()
    job, other = folder / "job.json", {"path": "a.tif", "bytes": 1, "sha256": "0"}
    job.write_text(json.dumps({"output": str(folder)}))
    entry = {"path": str(job), **fingerprint(job)}
    (folder / "report.json").write_text(json.dumps({"outputs": {"job": entry, "classes": other}}))
    if is_edited:
        job.write_text(json.dumps({"output": str(folder), "model": "light"}))
    save_results(folder, kept, QgsProject.instance())
    assert str(kept) in (kept / "job.json").read_text()
    outputs = json.loads((kept / "report.json").read_text())["outputs"]
    is_as_recorded = fingerprint(kept / "job.json").items() <= outputs["job"].items()
    assert is_as_recorded is not is_edited
    assert outputs["job"]["path"] == str(kept / "job.json")
    assert outputs["classes"] == other
