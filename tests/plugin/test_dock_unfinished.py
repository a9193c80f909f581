# SPDX-License-Identifier: GPL-2.0-or-later
"""A labeling that was interrupted is offered to be resumed or discarded."""

from pathlib import Path

import pytest
from orthoscribe.plugin.dock.unfinished_labelings import unfinished_labelings
from orthoscribe.plugin.job_records import JobRecord
from orthoscribe.plugin.protocol import LabelJob, unfinished_folder
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
