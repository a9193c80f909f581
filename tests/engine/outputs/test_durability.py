"""What a power failure cannot undo: files are on the disk before they get their names."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from orthoscribe.engine.outputs.staging import Staging

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")


@pytest.fixture
def events(monkeypatch):
    """Return what is flushed, renamed and removed, in order."""
    seen = []
    fsync, rename, replace, rmtree = os.fsync, os.rename, os.replace, shutil.rmtree

    def note_fsync(descriptor):
        seen.append(("flush", str(Path(f"/proc/self/fd/{descriptor}").readlink())))
        fsync(descriptor)

    def note_rename(source, target):
        seen.append(("rename", str(source), str(target)))
        rename(source, target)

    def note_replace(source, target):
        if source != target:  # else it asks whether a file is open elsewhere
            seen.append(("rename", str(source), str(target)))
        replace(source, target)

    def note_rmtree(path, **options):
        seen.append(("remove", str(path)))
        rmtree(path, **options)

    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(os, "rename", note_rename)
    monkeypatch.setattr(os, "replace", note_replace)
    monkeypatch.setattr(shutil, "rmtree", note_rmtree)
    return seen


def test_results_are_on_the_disk_before_they_get_their_names(events, tmp_path):
    (tmp_path / "classes.tif").write_text("old")
    with Staging(tmp_path) as staging:
        parts = [
            staging.aside(tmp_path / name, is_named=True) for name in ("classes.tif", "b.gpkg")
        ]
        for part in parts:
            part.write_text("new")
        events.clear()
        staging.publish()
    journal = next(
        index
        for index, event in enumerate(events)
        if event[0] == "rename" and Path(event[2]).name == "journal.json"
    )
    renames = [
        index for index, event in enumerate(events) if event[0] == "rename" and index != journal
    ]
    assert len(renames) == 3  # the former result steps aside first
    for part in parts:
        assert events.index(("flush", str(part))) < journal
    assert ("flush", events[journal][1]) in events[:journal]
    assert journal < renames[0]
    folder = ("flush", str(tmp_path))
    removed = next(index for index, event in enumerate(events) if event[0] == "remove")
    assert folder in events[renames[-1] : removed]
    assert (tmp_path / "classes.tif").read_text() == "new"
