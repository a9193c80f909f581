# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import hashlib
import os
import threading

import pytest
from orthoscribe.engine.outputs.input_hashes import InputHashes
from orthoscribe.engine.protocol import JobCanceled


def raise_canceled():
    raise JobCanceled("stop")


def test_hashes_are_those_of_the_files(tmp_path):
    image = tmp_path / "image.tif"
    image.write_bytes(b"pixels" * 300_000)
    with InputHashes({"image": str(image), "dsm": "", "dtm": "/vsizip/a.zip/dtm.tif"}) as hashes:
        found = hashes.wait(lambda: None)
    assert list(found) == ["image", "dtm"]
    assert found["image"]["sha256"] == hashlib.sha256(image.read_bytes()).hexdigest()
    assert found["image"]["bytes"] == 1_800_000
    assert found["dtm"]["sha256"] is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a large file that takes no room")
def test_waiting_for_a_large_file_can_be_given_up(tmp_path):
    with (tmp_path / "image.tif").open("wb") as file:
        file.truncate(1 << 40)
    with InputHashes({"image": tmp_path / "image.tif"}) as hashes, pytest.raises(JobCanceled):
        hashes.wait(raise_canceled)
    threads = [each for each in threading.enumerate() if each.name == "input hashes"]
    for thread in threads:
        thread.join(5)
        assert not thread.is_alive()


def test_file_that_cannot_be_read_any_more_has_no_hash(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError("gone")

    monkeypatch.setattr("orthoscribe.engine.outputs.input_hashes.describe_file", fail)
    with InputHashes({"image": str(tmp_path / "image.tif")}) as hashes:
        found = hashes.wait(lambda: None)
    assert found["image"]["sha256"] is None


def test_input_that_is_changed_during_the_job_has_no_hash(tmp_path):
    """Also if its size and time are as before."""
    image, dsm = tmp_path / "image.tif", tmp_path / "dsm.tif"
    for path in (image, dsm):
        path.write_bytes(b"pixels")
    with InputHashes({"image": image, "dsm": dsm}) as hashes:
        hashes.wait(lambda: None)
        assert hashes.remarks() == []
        status = image.stat()
        image.write_bytes(b"PIXELS")
        os.utime(image, ns=(status.st_atime_ns, status.st_mtime_ns))
        found = hashes.wait(lambda: None)
    assert found["image"]["sha256"] is None
    assert found["image"]["changed_while_read"]
    assert found["dsm"]["sha256"] == hashlib.sha256(b"pixels").hexdigest()
    (remark,) = hashes.remarks()
    assert remark.startswith(f"{image} was changed while it was read")


def test_input_that_is_removed_during_the_job_keeps_its_hash(tmp_path):
    image = tmp_path / "image.tif"
    image.write_bytes(b"pixels")
    with InputHashes({"image": image}) as hashes:
        hashes.wait(lambda: None)
        image.unlink()
        found = hashes.wait(lambda: None)
    assert found["image"]["sha256"] == hashlib.sha256(b"pixels").hexdigest()
    assert hashes.remarks() == []


def test_mosaic_has_a_hash_of_all_its_files(tmp_path):
    files = [tmp_path / name for name in ("a.vrt", "b.tif", "c.tif")]
    digests = set()
    for content in (b"1", b"2", b"1"):
        for path in files:
            path.write_bytes(content if path.name == "c.tif" else b"")
        with InputHashes({"image": files[0]}, {"image": files}) as hashes:
            entry = hashes.wait(lambda: None)["image"]
        assert entry["files"] == 3
        digests.add(entry["files_sha256"])
    assert len(digests) == 2
