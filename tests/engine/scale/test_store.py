"""A part counts when it is complete, and the folder belongs to one run."""

from __future__ import annotations

import pytest
from orthoscribe.engine.protocol import JobError
from orthoscribe.engine.scale.store import OwnedStore, PartStore


def finish(store, name="label-000001", content=b"codes"):
    folder = store.scratch()
    path = folder / f"{name}.tif"
    path.write_bytes(content)
    store.finish(name, [path], {"worker": "here"})
    folder.rmdir()
    return store.file(path.name)


def test_part_is_done_when_its_marker_is_there(tmp_path):
    store = PartStore(tmp_path)
    assert not store.is_done("label-000001")
    finish(store)
    assert store.is_done("label-000001")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "label-000001.done", "label-000001.tif",
    ]  # fmt: skip


@pytest.mark.parametrize("damage", [b"code", None])
def test_part_whose_file_changed_is_not_done(tmp_path, damage):
    path = finish(PartStore(tmp_path))
    path.unlink() if damage is None else path.write_bytes(damage)
    assert not PartStore(tmp_path).is_done("label-000001")


def test_cut_off_marker_does_not_count(tmp_path):
    finish(PartStore(tmp_path))
    (tmp_path / "label-000001.done").write_text('{"files": {')
    assert not PartStore(tmp_path).is_done("label-000001")


def test_part_may_be_written_twice(tmp_path):
    store = PartStore(tmp_path)
    finish(store)
    finish(store)
    assert store.is_done("label-000001")


def test_parts_of_the_same_key_are_kept_and_others_removed(tmp_path):
    with OwnedStore(tmp_path, "key") as store:
        finish(store)
    with OwnedStore(tmp_path, "key") as store:
        assert store.is_done("label-000001")
        assert not store.has_other_parts
    with OwnedStore(tmp_path, "other key") as store:
        assert not store.is_done("label-000001")
        assert store.has_other_parts


def test_folder_of_a_living_run_is_refused(tmp_path):
    with OwnedStore(tmp_path, "key"), pytest.raises(JobError, match="Another run is working"):
        OwnedStore(tmp_path, "key").__enter__()


def test_folder_is_removed_in_the_end(tmp_path):
    with OwnedStore(tmp_path, "key") as store:
        finish(store)
        store.remove()
    assert list(tmp_path.iterdir()) == []
