# SPDX-License-Identifier: GPL-2.0-or-later
"""What the values of labels mean reaches the scenes of both jobs, of an image and of a folder."""

import numpy as np
import pytest
from orthoscribe.engine.evaluate.scenes import subject_of
from orthoscribe.engine.protocol import ISPRS, EvaluateJob, TrainJob
from orthoscribe.engine.training.trainer.training_scenes import sources_of
from orthoscribe.tests.scenes import speckle, write_raster

SAID = ("5=tree", "6=building")


@pytest.fixture
def root(tmp_path):
    for name in ("images", "labels"):
        (tmp_path / name).mkdir()
    for name in ("a", "b"):
        write_raster(tmp_path / f"images/{name}.tif", speckle(3, 6, 8))
        write_raster(tmp_path / f"labels/{name}.tif", np.full((6, 8), 5, np.uint8))
    (tmp_path / "training.txt").write_text("a\n", encoding="utf-8")
    (tmp_path / "validation.txt").write_text("b\n", encoding="utf-8")
    return tmp_path


def given(root, dataset):
    if dataset == "folder":
        return {"dataset": dataset, "root": str(root)}
    return {"image": str(root / "images/a.tif"), "labels": str(root / "labels/a.tif")}


@pytest.mark.parametrize("dataset", ["none", "folder"])
def test_evaluate_knows_them(root, dataset):
    job = EvaluateJob(output="out", **given(root, dataset), label_values=SAID)
    scenes = subject_of(job, ISPRS).scenes
    assert [scene.truth.label_values for scene in scenes] == [SAID] * len(scenes)
    assert scenes


@pytest.mark.parametrize(("dataset", "count"), [("none", 1), ("folder", 2)])
def test_train_knows_them(root, dataset, count):
    job = TrainJob(output="out", **given(root, dataset), label_values=SAID)
    assert [source.scene.truth.label_values for source in sources_of(job)] == [SAID] * count
