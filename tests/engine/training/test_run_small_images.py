# SPDX-License-Identifier: GPL-2.0-or-later
"""Training on images narrower than a patch of the recipe, and on a handful of labeled pixels."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
from orthoscribe.engine.commands import run_job
from orthoscribe.engine.models.bundle import load_bundle, load_network
from orthoscribe.engine.protocol import CompareJob
from orthoscribe.tests.training_scene import Listener, small_job, write_training_scene

SPARSE = ((5, 7, 1), (5, 9, 2), (50, 33, 3), (61, 90, 4), (62, 91, 4), (71, 101, 1))
SPARSE_RIGHT = ((10, 131, 1), (11, 141, 2), (40, 150, 3), (80, 155, 4))


def write_sparse(scene, pixels):
    """Leave labels in a few pixels (row, column, code) of a scene alone; return their path."""
    with rasterio.open(scene / "labels.tif") as dataset:
        profile, labels = dataset.profile, np.zeros(dataset.shape, np.uint8)
    for row, col, code in pixels:
        labels[row, col] = code
    path = scene / "sparse.tif"
    with rasterio.open(path, "w", **profile) as dataset:
        dataset.write(labels, 1)
    return str(path)


@pytest.mark.parametrize("without_heights", [False, True], ids=["heights", "image alone"])
@pytest.mark.parametrize("size", [(252, 252), (256, 256), (100, 300), (300, 100)], ids=str)
def test_image_narrower_than_a_patch_is_trained_on(tmp_path, size, without_heights):
    scene = write_training_scene(tmp_path / "scene", *size)
    wishes = {"steps": 2, "validations": 1, "patch_px": 0, "options": ("width=1/16",)}
    job = small_job(scene, tmp_path / "out", without_heights=without_heights, batch=4, **wishes)
    run_job(job, Listener())
    load_network(load_bundle(tmp_path / "out"))


@pytest.mark.parametrize("size", [(252, 252), (100, 300)], ids=str)
def test_small_model_goes_on_learning_on_a_narrow_image(tmp_path, size):
    scene = write_training_scene(tmp_path / "scene", *size)
    wishes = {"architecture": "", "options": (), "start": "light", "patch_px": 0}
    run_job(small_job(scene, tmp_path / "out", steps=2, validations=1, **wishes), Listener())
    assert load_bundle(tmp_path / "out").card.provenance["start"].startswith("light")


def test_forest_grows_on_a_handful_of_pixels(tmp_path):
    scene = write_training_scene(tmp_path / "scene")
    labels = write_sparse(scene, SPARSE + SPARSE_RIGHT)
    wishes = {"architecture": "cnn_rf", "recipe": "paper", "steps": 4, "validations": 1}
    job = small_job(scene, tmp_path / "out", **wishes)
    run_job(type(job)(**{**vars(job), "labels": labels}), Listener())
    load_network(load_bundle(tmp_path / "out"))


def test_comparison_learns_from_a_handful_of_pixels(tmp_path):
    scene = write_training_scene(tmp_path / "scene")
    job = CompareJob(
        image=str(scene / "image.tif"),
        labels=write_sparse(scene, SPARSE + SPARSE_RIGHT),
        output=str(tmp_path / "out"),
        architectures=("maggiori_fcn",),
        width="1/16",
        steps=20,  # the former sampler failed in half of its draws
        patches=2,
        patch_px=32,
        device="cpu",
        threads=1,
    )
    run_job(job, Listener())
    load_network(load_bundle(tmp_path / "out" / "models" / "maggiori_fcn"))
