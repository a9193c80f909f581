# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import errno
import os
import time

import pytest
from orthoscribe.engine.outputs.leftovers import UNTOUCHED_S, clear_leftovers, others_at_work_in
from orthoscribe.engine.outputs.staging import Staging
from orthoscribe.engine.outputs.staging_folder import COMPUTER, StagingFolder, mark_of_computer


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def left_by_killed_run(folder, computer=COMPUTER, record="{}"):
    """Make a staging folder whose lock has no owner."""
    path = folder / f".orthoscribe-{computer}-0a1b2c3d"
    (path / "scratch").mkdir(parents=True)
    (path / "scratch" / "ground.tif").write_text("left")
    (path / "lock").write_text(record)
    return path


def make_old(path):
    for one in (path, *path.rglob("*")):
        os.utime(one, (0, time.time() - UNTOUCHED_S - 60))


def without_locks(monkeypatch):
    def refuse(_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("orthoscribe.engine.protocol.file_lock._lock", refuse)


@pytest.mark.parametrize("record", ['{"pid": 1}', "{}", "", "damaged"])
def test_folder_whose_owner_is_dead_is_removed(tmp_path, record):
    left_by_killed_run(tmp_path, record=record)
    with Staging(tmp_path) as staging:
        staging.aside(tmp_path / "classes.tif")
        assert len(names(tmp_path)) == 1
    assert names(tmp_path) == []


def test_folder_whose_owner_is_alive_is_kept_and_its_process_named(tmp_path):
    assert others_at_work_in(tmp_path / "nowhere") == ()
    with Staging(tmp_path) as alive:
        part = alive.aside(tmp_path / "classes.tif")
        part.write_text("pixels")
        make_old(part.parents[1])
        clear_leftovers(tmp_path)
        assert part.read_text() == "pixels"
        assert others_at_work_in(tmp_path) == (os.getpid(),)
    assert others_at_work_in(tmp_path) == ()


def test_folder_of_another_computer_is_removed_only_when_it_is_old(tmp_path):
    path = left_by_killed_run(tmp_path, computer="ffffff")
    clear_leftovers(tmp_path)
    assert (path / "scratch" / "ground.tif").exists()
    make_old(path)
    clear_leftovers(tmp_path)
    assert names(tmp_path) == []


def test_disk_without_locks_publishes_and_keeps_leftovers_until_they_are_old(tmp_path, monkeypatch):
    path = left_by_killed_run(tmp_path)
    without_locks(monkeypatch)
    with Staging(tmp_path) as staging:
        staging.aside(tmp_path / "classes.tif").write_text("pixels")
        staging.publish()
    assert names(tmp_path) == [path.name, "classes.tif"]
    make_old(path)
    clear_leftovers(tmp_path)
    assert names(tmp_path) == ["classes.tif"]


def test_run_that_got_no_lock_counts_as_alive_although_its_lock_is_free(tmp_path, monkeypatch):
    with monkeypatch.context() as patched:
        without_locks(patched)
        folder = StagingFolder(tmp_path)
    clear_leftovers(tmp_path)
    assert folder.path.exists()
    make_old(folder.path)
    clear_leftovers(tmp_path)
    assert not folder.path.exists()


def test_folder_without_a_lock_file_is_removed(tmp_path):
    path = left_by_killed_run(tmp_path)
    (path / "lock").unlink()
    clear_leftovers(tmp_path)
    assert names(tmp_path) == []


def test_former_results_are_kept_while_the_disk_with_their_journal_is_missing(tmp_path):
    record = f'{{"home": "{(tmp_path / "missing" / ".orthoscribe-x").as_posix()}"}}'
    path = left_by_killed_run(tmp_path, record=record)
    (path / "former").mkdir()
    clear_leftovers(tmp_path)
    assert path.exists()
    (tmp_path / "missing").mkdir()
    clear_leftovers(tmp_path)
    assert names(tmp_path) == ["missing"]


def test_files_of_versions_without_locks_are_removed_when_they_are_old(tmp_path):
    owner = "0a1b2c-123-abcdef"
    parts = [
        f".classes.part-{owner}.tif",
        f".p.part-{owner}.gpkg-wal",
        f".orthoscribe.part-{owner}",
    ]
    (tmp_path / parts[-1]).mkdir()
    for name in (*parts[:-1], f"{parts[-1]}/ground.tif", ".mine.part-1.tif"):
        (tmp_path / name).write_text("left")
    clear_leftovers(tmp_path)
    assert names(tmp_path) == sorted([*parts, ".mine.part-1.tif"])
    for name in parts:
        make_old(tmp_path / name)
    clear_leftovers(tmp_path)
    assert names(tmp_path) == [".mine.part-1.tif"]


def test_former_results_of_versions_without_locks_come_back(tmp_path):
    (tmp_path / "job.json").write_text("new")
    for name in ("classes.tif", "job.json"):
        (tmp_path / f".{name}.former-0a1b2c-123-abcdef").write_text("old")
    clear_leftovers(tmp_path)
    assert (tmp_path / "classes.tif").read_text() == "old"
    assert (tmp_path / "job.json").read_text() == "new"
    make_old(tmp_path / ".job.json.former-0a1b2c-123-abcdef")
    clear_leftovers(tmp_path)
    assert names(tmp_path) == ["classes.tif", "job.json"]


def test_computers_of_one_name_are_told_apart(tmp_path):
    machines = [tmp_path / "one", tmp_path / "other", tmp_path / "missing"]
    for machine in machines[:2]:
        machine.write_text(f"{machine.name}\n")
    assert len({mark_of_computer(machine) for machine in machines}) == 3
    assert mark_of_computer() == COMPUTER
