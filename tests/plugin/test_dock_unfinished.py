# SPDX-License-Identifier: GPL-2.0-or-later
"""A labeling that was interrupted is offered to be resumed or discarded."""

import os
from pathlib import Path

import pytest
from orthoscribe.plugin.dock import run_controller
from orthoscribe.plugin.dock.unfinished_labelings import unfinished_labelings
from orthoscribe.plugin.job_records import JobRecord
from orthoscribe.plugin.layers.polygon_carry_over import PolygonCarryOver
from orthoscribe.plugin.protocol import LabelJob, is_unfinished, unfinished_folder
from orthoscribe.tests.docks import child, is_ready, shown


def leave_blocks(output):
    """Leave what an engine leaves that was killed while it labeled."""
    folder = unfinished_folder(str(output))
    folder.mkdir(parents=True)
    (folder / "blocks").write_bytes(b"labels")


@pytest.fixture
def interrupted(home, tmp_path, write_raster):
    """Return the job of a labeling that was interrupted by the end of QGIS."""
    output = tmp_path / "out" / "run"
    leave_blocks(output)
    job = LabelJob(
        image=str(write_raster("town.tif")),
        output=str(output),
        classes=str(output / "classes.tif"),
        model="image_only",
    )
    JobRecord(job).close()
    return job


def test_interrupted_labeling_is_offered_and_resumed(interrupted, make_dock, painting_engine, wait):
    dock = make_dock(painting_engine())
    assert shown(dock, "resume")
    assert "The labeling of town.tif was interrupted" in child(dock, "interrupted").text()
    child(dock, "resume").click()
    assert not shown(dock, "resume")
    wait(lambda: shown(dock, "run"))
    assert "Done in" in child(dock, "message").text()
    assert (Path(interrupted.output) / "classes.tif").is_file()


def test_discarded_labeling_is_gone(interrupted, make_dock):
    dock = make_dock()
    child(dock, "discard").click()
    assert not shown(dock, "discard")
    assert not Path(interrupted.output).exists()
    assert unfinished_labelings() == []


def test_labeling_without_finished_blocks_is_not_offered(interrupted, make_dock):
    (unfinished_folder(interrupted.output) / "blocks").unlink()
    dock = make_dock()
    assert not shown(dock, "resume")
    assert not Path(interrupted.output).exists()
    assert unfinished_labelings() == []


def test_running_labeling_is_not_offered_to_another_window(home, job):
    record = JobRecord(job)
    leave_blocks(job.output)
    assert unfinished_labelings() == []
    record.end(can_go_on=True)
    assert [each.job for each in unfinished_labelings()] == [job]


def test_dock_taken_down_leaves_an_offer(make_dock, scene, fake_engine, wait, tmp_path):
    dock = make_dock(fake_engine("--hang-at", 5))
    scene()
    child(dock, "output").setFilePath(str(tmp_path / "out"))
    wait(lambda: is_ready(dock))
    child(dock, "run").click()
    wait(lambda: child(dock, "progress").value() == 50)
    (folder,) = (tmp_path / "out").iterdir()
    leave_blocks(folder)
    dock.teardown()
    assert folder.is_dir()
    (found,) = unfinished_labelings()
    assert found.job.output == str(folder)


def test_engine_is_told_to_keep_the_labels_when_the_dock_is_taken_down(
    make_dock, scene, fake_engine, wait, tmp_path
):
    told = tmp_path / "told"
    dock = make_dock(fake_engine("--hang-at", 5, "--record", told))
    scene()
    child(dock, "output").setFilePath(str(tmp_path / "out"))
    wait(lambda: is_ready(dock))
    child(dock, "run").click()
    wait(lambda: child(dock, "progress").value() == 50)
    dock.teardown()
    text = told.read_text()
    assert 0 < text.index('"kind": "stop"') < text.index('"kind": "cancel"')


def test_canceled_labeling_is_not_kept(make_dock, scene, fake_engine, wait, tmp_path):
    told = tmp_path / "told"
    dock = make_dock(fake_engine("--hang-at", 5, "--record", told))
    scene()
    child(dock, "output").setFilePath(str(tmp_path / "out"))
    wait(lambda: is_ready(dock))
    child(dock, "run").click()
    wait(lambda: child(dock, "progress").value() == 50)
    child(dock, "cancel").click()
    wait(lambda: shown(dock, "run"))
    assert '"kind": "stop"' not in told.read_text()
    assert unfinished_labelings() == []


def test_labeling_on_a_drive_that_is_not_connected_is_offered_later(interrupted, make_dock):
    drive = Path(interrupted.output).parent
    away = drive.with_name("away")
    drive.rename(away)
    assert not shown(make_dock(), "resume")
    away.rename(drive)
    assert [each.job for each in unfinished_labelings()] == [interrupted]
    assert shown(make_dock(), "resume")


@pytest.mark.parametrize("folder", [".", "run"])
def test_labeling_is_kept_where_a_drive_was_mounted(home, tmp_path, monkeypatch, folder):
    drive, away = tmp_path / "drive", tmp_path / "away"
    mounted, is_mount = {drive}, os.path.ismount
    monkeypatch.setattr(os.path, "ismount", lambda path: Path(path) in mounted or is_mount(path))
    leave_blocks(drive / folder)
    job = LabelJob(image=str(tmp_path / "town.tif"), output=str(drive / folder))
    record = JobRecord(job)
    drive.rename(away)
    drive.mkdir()
    mounted.clear()
    record.end(can_go_on=False)
    assert unfinished_labelings() == []
    assert drive.is_dir()
    drive.rmdir()
    away.rename(drive)
    mounted.add(drive)
    assert [each.job for each in unfinished_labelings()] == [job]


def test_labeling_whose_folder_was_removed_is_forgotten(interrupted):
    folder = Path(interrupted.output)
    away = folder.rename(folder.with_name("away"))
    assert unfinished_labelings() == []
    away.rename(folder)
    assert unfinished_labelings() == []


@pytest.mark.parametrize("is_wanted", [True, False])
def test_resumed_labeling_keeps_edits_and_shows_confidence_as_chosen(
    interrupted, make_dock, painting_engine, wait, monkeypatch, is_wanted
):
    (found,) = unfinished_labelings()
    found.record.unlink()
    JobRecord(interrupted, {"keep_edited": is_wanted, "show_confidence": is_wanted}).close()
    kept, shows = [], []
    carry_over = PolygonCarryOver.start
    results = run_controller.results_incrementally

    def note_results(*given, **named):
        shows.append(named["with_confidence"])
        return results(*given, **named)

    monkeypatch.setattr(
        PolygonCarryOver, "start", lambda *given: kept.append(1) or carry_over(*given)
    )
    monkeypatch.setattr(run_controller, "results_incrementally", note_results)
    dock = make_dock(painting_engine())
    child(dock, "resume").click()
    wait(lambda: shown(dock, "run"))
    assert bool(kept) == is_wanted
    assert shows == [is_wanted]


def test_finished_labeling_is_not_offered_where_its_folder_stays(
    interrupted, make_dock, painting_engine, wait, monkeypatch
):
    dock = make_dock(painting_engine())
    monkeypatch.setattr(run_controller, "remove_unfinished", lambda _: None)  # it could not
    child(dock, "resume").click()
    wait(lambda: shown(dock, "run"))
    assert is_unfinished(interrupted.output)
    assert unfinished_labelings() == []
    assert not shown(dock, "resume")
