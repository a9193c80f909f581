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
