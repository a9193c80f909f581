# SPDX-License-Identifier: GPL-2.0-or-later
"""Scenes of a job carry the bands and the heights that the job gives."""

import numpy as np
from orthoscribe.engine.datasets import labeled_scene, scenes_of_split
from orthoscribe.engine.protocol import LabeledInput
from orthoscribe.engine.raster.reader import SceneSources
from orthoscribe.tests.scenes import speckle, write_raster

ROLES = ("nir", "red", "green", "height")


def test_single_scene_has_the_input_of_the_job(tmp_path):
    labels = write_raster(tmp_path / "labels.tif", np.ones((6, 8), np.uint8))
    given = LabeledInput(
        image="a/town.tif", labels=labels, nir_band=4, dsm="s.tif", dtm="t.tif", dtm_band=2
    )
    scene = labeled_scene(given)
    assert (scene.name, scene.scene) == ("town", given.scene)
    assert scene.truth.path == labels
    sources = SceneSources.from_input(scene, ROLES)
    assert (sources.bands, sources.heights.dtm_band) == ((4, 0, 0), 2)


def test_scenes_of_a_data_set_use_the_height_bands_of_the_job(tmp_path):
    for folder, values in (
        ("images", speckle(3, 6, 8)),
        ("labels", np.ones((6, 8), np.uint8)),
        ("dsm", np.ones((2, 6, 8), np.float32)),
    ):
        (tmp_path / folder).mkdir()
        write_raster(tmp_path / folder / "a.tif", values)
    given = LabeledInput(dataset="folder", root=str(tmp_path), dsm_band=2)
    (scene,) = scenes_of_split(given, "all")
    assert (scene.name, scene.dsm_band, scene.dtm_band) == ("a", 2, 1)
    assert scene.dsm == str(tmp_path / "dsm/a.tif")
