# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from orthoscribe.engine.outputs.journal import Move, carry_out, resume
from orthoscribe.engine.outputs.leftovers import clear_leftovers
from orthoscribe.engine.protocol import OutputError

PROGRAM = Path(__file__).parents[2] / "killed_publisher.py"
OLD = {"classes.tif": "old", "classes.tif.ovr": "old", "elsewhere/polygons.gpkg": "old"}
NEW = dict.fromkeys(("classes.tif", "classes.qml", "report.json", "elsewhere/polygons.gpkg"), "new")

forks = pytest.mark.skipif(sys.platform == "win32", reason="no fork there")


def killed_runs(root, *action):
    """Return the folders of runs that were killed at each file operation, and one that was not."""
    subprocess.run([sys.executable, PROGRAM, root, *action], check=True)
    folders = [each for each in root.iterdir() if each.name.isdecimal()]
    return sorted(folders, key=lambda each: int(each.name))


def write(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def read(folder):
    """Return the text of each file in a folder and its subfolders, by relative path."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_text() for path in paths}


def visible(folder):
    return {name: text for name, text in read(folder).items() if ".orthoscribe-" not in name}


def clear(folder):
    clear_leftovers(folder)
    clear_leftovers(folder / "elsewhere")


@forks
@pytest.mark.parametrize("is_elsewhere_first", [False, True])
def test_run_killed_at_any_moment_leaves_all_old_or_all_new_results(tmp_path, is_elsewhere_first):
    write(tmp_path / "start", OLD)
    *killed, done = killed_runs(tmp_path)
    found = []
    for folder in killed:
        first = folder / "elsewhere" if is_elsewhere_first else folder
        clear_leftovers(first)
        found.append("new" if read(folder).get("report.json") else "old")
        assert visible(folder) == (NEW if found[-1] == "new" else OLD)
        clear(folder)
        assert visible(folder) == read(folder)
    assert read(done) == NEW
    assert found == sorted(found, reverse=True)  # once published, always published
    assert {"old", "new"} == set(found)


@forks
def test_clearing_that_is_killed_itself_is_repeated(tmp_path):
    write(tmp_path / "first" / "start", OLD)
    halves = [
        folder
        for folder in killed_runs(tmp_path / "first")
        if visible(folder) not in (OLD, NEW) and list(folder.glob(".orthoscribe-*"))
    ]
    assert len(halves) > 3
    for half in halves:
        root = tmp_path / f"second_{half.name}"
        shutil.copytree(half, root / "start")
        for folder in killed_runs(root, "clear"):
            clear(folder)
            assert read(folder) == NEW


def half_done(tmp_path):
    """Return the moves and the journal of a run that was killed after its second rename."""
    hidden = tmp_path / ".orthoscribe-x"
    hidden.mkdir()
    write(tmp_path, {"a": "old", "b": "old"})
    write(hidden, {"new_a": "newer", "new_b": "newer"})
    pairs = [(tmp_path / name, hidden / f"former_{name}") for name in "ab"]
    pairs += [(hidden / f"new_{name}", tmp_path / name) for name in "ab"]
    moves = [Move.of(*pair) for pair in pairs]
    journal = hidden / "journal.json"
    journal.write_text(json.dumps([[str(each[0]), str(each[1]), *each[2:]] for each in moves]))
    for move in moves[:3]:
        move.do()
    return journal


def test_half_done_renames_are_completed(tmp_path):
    journal = half_done(tmp_path)
    resume(journal)
    assert (visible(tmp_path), journal.exists()) == ({"a": "newer", "b": "newer"}, False)


def test_file_that_was_put_at_a_free_name_undoes_the_renames(tmp_path):
    journal = half_done(tmp_path)
    (tmp_path / "b").write_text("of the user")
    resume(journal)
    assert (visible(tmp_path), journal.exists()) == ({"a": "old", "b": "of the user"}, False)


def test_new_result_that_was_changed_since_is_kept(tmp_path):
    journal = half_done(tmp_path)
    (tmp_path / "a").write_text("edited by the user")
    resume(journal)
    assert visible(tmp_path) == {"a": "edited by the user", "b": "newer"}


def test_failing_rename_undoes_all_and_leaves_no_journal(tmp_path):
    write(tmp_path, {"a": "old", "h/new_a": "new", "h/new_b": "new"})
    pairs = [("a", "h/former_a"), ("h/new_a", "a"), ("h/new_b", "b")]
    moves = [Move.of(tmp_path / source, tmp_path / target) for source, target in pairs]
    (tmp_path / "b").write_text("appeared")
    with pytest.raises(OutputError, match="changed during the run"):
        carry_out(moves, tmp_path / "h" / "journal.json")
    assert read(tmp_path) == {"a": "old", "b": "appeared", "h/new_a": "new", "h/new_b": "new"}


def test_folder_that_was_moved_after_the_kill_is_completed_at_its_new_place(tmp_path, monkeypatch):
    old, new = tmp_path / "old", tmp_path / "new"
    write(old, {"a": "old", ".x/new_a": "newer"})
    moves = [Move.of(old / "a", old / ".x" / "former"), Move.of(old / ".x" / "new_a", old / "a")]
    with monkeypatch.context() as patched, pytest.raises(KeyError):
        patched.setattr("orthoscribe.engine.outputs.journal._do_all", lambda *_: {}["killed"])
        carry_out(moves, old / ".x" / "journal.json")
    old.rename(new)
    resume(new / ".x" / "journal.json")
    assert (new / "a").read_text() == "newer"
