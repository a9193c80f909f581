# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
import pytest
from orthoscribe.engine.evaluation import IGNORED
from orthoscribe.engine.protocol import ISPRS, Normalization
from orthoscribe.engine.scenes import make_scene
from orthoscribe.engine.training import views as views_module
from orthoscribe.engine.training.degrade import (
    degrade_image,
    degrade_surface,
    estimate_ground_under,
    find_ground,
)
from orthoscribe.engine.training.views import clean_view, training_view

NORMALIZATION = Normalization()


@pytest.fixture(scope="module")
def scene():
    return make_scene(5, 300, 0.25)


def test_clean_view_has_normalized_channels_and_class_indices(scene):
    view = clean_view(scene, ISPRS, NORMALIZATION, estimate_ground=False)
    assert view.channels.shape == (4, 300, 300)
    np.testing.assert_array_equal(view.classes, scene.labels - 1)
    metres = view.channels[3] * NORMALIZATION.height_std_m + NORMALIZATION.height_mean_m
    np.testing.assert_allclose(metres, scene.dsm - scene.dtm, atol=0.02)
    assert np.percentile(view.channels[0], 1) == pytest.approx(-2, abs=0.1)
    assert np.percentile(view.channels[0], 99) == pytest.approx(2, abs=0.1)


def test_estimated_ground_is_near_the_true_one(scene):
    ground = estimate_ground_under(scene.dsm, scene.gsd_m)
    assert ground.shape == scene.dtm.shape
    assert np.median(np.abs(ground - scene.dtm)) < 0.3


def test_training_views_differ_but_their_truth_stays(scene):
    first, second = (
        training_view(np.random.default_rng(seed), scene, ISPRS, NORMALIZATION) for seed in (1, 2)
    )
    assert np.abs(first.channels.astype(float) - second.channels).mean() > 0.05
    known = (first.classes != IGNORED) & (second.classes != IGNORED)
    np.testing.assert_array_equal(first.classes[known], second.classes[known])


def test_pixels_beyond_the_edge_are_zero_and_ignored(scene, monkeypatch):
    valid = np.ones(scene.labels.shape, bool)
    valid[:, 200:] = False
    monkeypatch.setattr(views_module, "cut_edge", lambda *_: valid)
    view = training_view(np.random.default_rng(0), scene, ISPRS, NORMALIZATION)
    assert not view.channels[:, :, 200:].any()
    assert (view.classes[:, 200:] == IGNORED).all()
    assert (view.classes[:, :200] != IGNORED).all()


@pytest.mark.parametrize("seed", range(8))
def test_flaws_stay_small(scene, seed):
    rng = np.random.default_rng(seed)
    image = degrade_image(rng, scene.image, scene.gsd_m)
    assert np.abs(image - scene.image).mean() < 12
    dsm = degrade_surface(rng, scene.dsm, scene.gsd_m)
    assert dsm.dtype == np.float32
    assert np.median(np.abs(dsm - scene.dsm)) < 0.3
    ground = find_ground(rng, dsm, scene.dtm, scene.gsd_m)
    assert np.median(np.abs(ground - scene.dtm)) < 1.5
