# SPDX-License-Identifier: GPL-2.0-or-later
"""A checkpoint comes back as it was, and is not used for another fine-tuning."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch
from orthoscribe.engine.finetune.labels.label_polygon import LabelPolygon
from orthoscribe.engine.finetune.run.checkpoint import FinetuneCheckpoint, identity_of
from orthoscribe.engine.finetune.run.plan import Costs, Plan
from orthoscribe.engine.finetune.run.progress import FinetuneProgress, FoldRecord
from orthoscribe.engine.protocol import FinetuneJob
from orthoscribe.engine.tiling.window import Window

IDENTITY = {"settings": "a", "labels": "b"}
JOB = FinetuneJob(image="a.tif", labels="a.gpkg", output="m")
POLYGON = LabelPolygon(0, 3, 1, Window(4, 5, 2, 2), np.ones((2, 2), bool), (0.0, 0.0), 1.0)


def progress():
    return FinetuneProgress(
        Plan(2, 3, 6, is_cut=True),
        Plan(3, 4, 8),
        False,
        Costs(0.5, 1.0, 2.0),
        [[4, 0], [0, 4]],
        [FoldRecord([0], [(3, [[4, 0]])], [[[3, 1]], [[4, 0]]]), FoldRecord([1])],
        fold=1,
        step=2,
        done=5,
    )


def test_state_comes_back_as_it_was(tmp_path):
    file = FinetuneCheckpoint(tmp_path, IDENTITY)
    tensors = {"network.weight": torch.rand(3, 2), "optimizer.0.step": torch.tensor(2.0)}
    file.save(progress(), tensors)
    resumed, why_not = FinetuneCheckpoint(tmp_path, IDENTITY).load()
    assert why_not == ""
    assert resumed.progress == progress()
    assert all(torch.equal(resumed.tensors[name], value) for name, value in tensors.items())


def test_no_file_is_no_reason(tmp_path):
    assert FinetuneCheckpoint(tmp_path, IDENTITY).load() == (None, "")


def test_other_identity_is_named(tmp_path):
    FinetuneCheckpoint(tmp_path, IDENTITY).save(progress(), {})
    resumed, why_not = FinetuneCheckpoint(tmp_path, {**IDENTITY, "labels": "c"}).load()
    assert resumed is None
    assert "with other labels, so this one starts over" in why_not


@pytest.mark.parametrize("content", [b"", b"\x80\x04cos\nsystem\n.", b"{}"])
def test_damaged_file_starts_over(tmp_path, content):
    file = FinetuneCheckpoint(tmp_path, IDENTITY)
    file.path.write_bytes(content)
    resumed, why_not = file.load()
    assert resumed is None
    assert "cannot be read" in why_not


def test_place_of_the_files_does_not_matter():
    moved = replace(JOB, labels="b.gpkg", output="n", threads=3, title="Other")
    assert identity_of(JOB, [POLYGON], "f") == identity_of(moved, [POLYGON], "f")


def test_copy_of_an_image_is_the_same_image_and_a_changed_one_is_not(tmp_path):
    image, copied = tmp_path / "a.tif", tmp_path / "drive.tif"
    image.write_bytes(b"pixels")
    before = identity_of(replace(JOB, image=str(image)), [POLYGON], "f")
    shutil.copy2(image, copied)
    copied.chmod(0o400)  # time and rights are noted by the system, too
    assert identity_of(replace(JOB, image=str(copied)), [POLYGON], "f") == before
    os.utime(copied, ns=(0, image.stat().st_mtime_ns + 1))
    after = identity_of(replace(JOB, image=str(copied)), [POLYGON], "f")
    assert [name for name in before if before[name] != after[name]] == ["images or heights"]


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"job": replace(JOB, seed=2)}, "settings"),
        ({"job": replace(JOB, minutes=3.0)}, "settings"),
        ({"polygons": [replace(POLYGON, class_index=0)]}, "labels"),
        ({"polygons": [replace(POLYGON, window=Window(4, 6, 2, 2))]}, "labels"),
        ({"polygons": [POLYGON, POLYGON]}, "labels"),
        ({"start_sha256": "g"}, "model to start from"),
    ],
)
def test_what_the_weights_depend_on_changes_the_identity(changed, name):
    given = {"job": JOB, "polygons": [POLYGON], "start_sha256": "f"}
    before, after = identity_of(**given), identity_of(**{**given, **changed})
    assert [each for each in before if before[each] != after[each]] == [name]


def test_changed_image_changes_the_identity(tmp_path):
    image = tmp_path / "a.tif"
    image.write_bytes(b"1")
    job = replace(JOB, image=str(image))
    before = identity_of(job, [POLYGON], "f")
    image.write_bytes(b"12")
    assert before["images or heights"] != identity_of(job, [POLYGON], "f")["images or heights"]


@pytest.mark.parametrize("given", ["tiles", "tiles/*.tif"])
def test_changed_tile_of_a_mosaic_changes_the_identity(tmp_path, given):
    tiles = tmp_path / "tiles"
    tiles.mkdir()
    for name in ("a.tif", "b.tif"):
        (tiles / name).write_bytes(b"1")
    job = replace(JOB, image=str(tmp_path / given))
    identities = [identity_of(job, [POLYGON], "f")]
    (tiles / "b.tif").write_bytes(b"12")
    identities.append(identity_of(job, [POLYGON], "f"))
    (tiles / "b.tif").rename(tiles / "c.tif")
    identities.append(identity_of(job, [POLYGON], "f"))
    assert len({each["images or heights"] for each in identities}) == 3


def test_changed_source_of_a_virtual_raster_changes_the_identity(tmp_path):
    source, image = tmp_path / "a.tif", tmp_path / "a.vrt"
    source.write_bytes(b"1")
    image.write_text(
        "<VRTDataset><VRTRasterBand><SimpleSource><SourceFilename relativeToVRT='1'>a.tif"
        "</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>"
    )
    job = replace(JOB, image=str(image))
    before = identity_of(job, [POLYGON], "f")
    source.write_bytes(b"12")
    assert before["images or heights"] != identity_of(job, [POLYGON], "f")["images or heights"]
