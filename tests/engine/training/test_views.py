# SPDX-License-Identifier: GPL-2.0-or-later
from dataclasses import replace

import numpy as np
import pytest
from orthoscribe.engine.metrics import IGNORED
from orthoscribe.engine.protocol import ISPRS, Normalization
from orthoscribe.engine.synthetic import conditions_of, make_scene
from orthoscribe.engine.synthetic.codes import IMPERVIOUS, LOW_VEGETATION, TREE
from orthoscribe.engine.synthetic.layouts import TOWN
from orthoscribe.engine.synthetic.trees import TREE_FROM_M
from orthoscribe.engine.training import views as views_module
from orthoscribe.engine.training.degrade import estimate_ground_under
from orthoscribe.engine.training.views import (
    CROWN_REACH_M,
    RANGE_JITTER,
    SEEN_THROUGH_BELOW_M,
    InputSpec,
    clean_view,
    labels_by_heights,
    training_view,
)
from scipy.ndimage import distance_transform_cdt

NORMALIZATION = Normalization()
TOGETHER = Normalization(stretch_together=True)


AS_MEASURED = {"calm_m": 0.0, "height_gsd_m": 0.0}


@pytest.fixture(scope="module")
def scene():
    return make_scene(5, 300, 0.25, layout=TOWN)


def test_clean_view_has_normalized_channels_and_class_indices(scene):
    view = clean_view(scene, InputSpec(ISPRS, NORMALIZATION), estimate_ground=False)
    assert view.channels.shape == (4, 300, 300)
    np.testing.assert_array_equal(view.classes, labels_by_heights(scene) - 1)
    metres = view.channels[3] * NORMALIZATION.height_std_m + NORMALIZATION.height_mean_m
    np.testing.assert_allclose(metres, scene.dsm - scene.dtm, rtol=1e-3, atol=0.02)  # float16
    assert np.percentile(view.channels[0], 1) == pytest.approx(-2, abs=0.1)
    assert np.percentile(view.channels[0], 99) == pytest.approx(2, abs=0.1)


def test_training_views_differ_but_their_truth_stays(scene):
    first, second = (
        training_view(np.random.default_rng(seed), scene, InputSpec(ISPRS, NORMALIZATION))
        for seed in (1, 2)
    )
    assert np.abs(first.channels.astype(float) - second.channels).mean() > 0.05
    known = (first.classes != IGNORED) & (second.classes != IGNORED)
    np.testing.assert_array_equal(first.classes[known], second.classes[known])


def test_pixels_beyond_the_edge_are_zero_and_ignored(scene, monkeypatch):
    valid = np.ones(scene.labels.shape, bool)
    valid[:, 200:] = False
    monkeypatch.setattr(views_module, "cut_edge", lambda *_: valid)
    view = training_view(np.random.default_rng(0), scene, InputSpec(ISPRS, NORMALIZATION))
    assert not view.channels[:, :, 200:].any()
    assert (view.classes[:, 200:] == IGNORED).all()
    assert (view.classes[:, :200] != IGNORED).all()


def test_clean_view_can_do_without_the_true_ground(scene):
    view = clean_view(scene, InputSpec(ISPRS, NORMALIZATION), estimate_ground=True)
    metres = view.channels[3] * NORMALIZATION.height_std_m + NORMALIZATION.height_mean_m
    ground = estimate_ground_under(scene.dsm, scene.gsd_m)
    np.testing.assert_allclose(metres, np.clip(scene.dsm - ground, -2, 40), atol=0.03)


def test_bands_stretched_together_keep_their_order(scene):
    view = clean_view(scene, InputSpec(ISPRS, TOGETHER), estimate_ground=False)
    low, high = np.percentile(scene.image, (1, 99))
    expected = np.clip((scene.image - low) / (high - low), -0.5, 1.5) * 4 - 2
    np.testing.assert_allclose(view.channels[:3], expected, atol=0.02)


def test_stretch_of_training_views_is_drawn_anew(scene, monkeypatch):
    monkeypatch.setattr(views_module, "cut_edge", lambda _, shape: np.ones(shape, bool))
    clean = (
        clean_view(scene, InputSpec(ISPRS, TOGETHER), estimate_ground=False)
        .channels[:3]
        .astype(float)
    )
    offsets, gains = [], []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        bands = training_view(rng, scene, InputSpec(ISPRS, TOGETHER)).channels[:3].astype(float)
        inside = (np.abs(clean) < 2.5) & (np.abs(bands) < 2.5)
        fits = [np.polyfit(clean[b][inside[b]], bands[b][inside[b]], 1) for b in range(3)]
        np.testing.assert_allclose(fits, np.broadcast_to(fits[0], (3, 2)), atol=0.02)  # all alike
        gains.append(fits[0][0])
        offsets.append(fits[0][1])
    assert np.std(gains) == pytest.approx(RANGE_JITTER * 2**0.5, rel=0.5)
    assert np.std(offsets) > RANGE_JITTER


def test_stretch_of_each_band_is_drawn_by_itself(scene, monkeypatch):
    monkeypatch.setattr(views_module, "cut_edge", lambda _, shape: np.ones(shape, bool))
    clean = clean_view(
        scene, InputSpec(ISPRS, NORMALIZATION), estimate_ground=False
    ).channels.astype(float)
    view = training_view(np.random.default_rng(1), scene, InputSpec(ISPRS, NORMALIZATION))
    shifts = (view.channels[:3].astype(float) - clean[:3]).mean(axis=(1, 2))
    assert np.ptp(shifts) > 0.02


def test_crowns_that_heights_see_through_count_as_ground_only_for_networks_with_heights():
    thin = replace(
        conditions_of(7), survey="lidar", penetration=2.0, bare_crowns=0.5, **AS_MEASURED
    )
    scene = make_scene(7, 300, 0.25, thin)
    met = labels_by_heights(scene)
    through = (scene.labels == TREE) & (met != TREE)
    assert 0.02 < through[scene.labels == TREE].mean() < 0.6
    assert (scene.dsm - scene.dtm)[through].max() < SEEN_THROUGH_BELOW_M
    assert (met[through] == scene.ground_labels[through]).all()
    spec = InputSpec(ISPRS, TOGETHER)
    classes = clean_view(scene, spec, estimate_ground=False).classes
    np.testing.assert_array_equal(classes, met - 1)
    blind = clean_view(scene, spec._replace(with_heights=False), estimate_ground=False)
    np.testing.assert_array_equal(blind.classes, scene.labels - 1)
    assert blind.channels.shape == (3, *scene.labels.shape)


def test_crowns_count_beyond_their_edge_where_the_survey_saw_them_there():
    swollen = replace(conditions_of(7), survey="matched", swell_m=0.3, smear_m=0.3, **AS_MEASURED)
    scene = make_scene(7, 300, 0.25, swollen)
    met = labels_by_heights(scene)
    beyond = (scene.labels != TREE) & (met == TREE)
    assert 0.02 < beyond.sum() / (scene.labels == TREE).sum() < 0.3
    assert (scene.dsm - scene.dtm)[beyond].min() >= TREE_FROM_M
    assert np.isin(scene.labels[beyond], (IMPERVIOUS, LOW_VEGETATION)).all()
    from_crown_px = distance_transform_cdt(scene.labels != TREE, "chessboard")
    assert from_crown_px[beyond].max() <= round(CROWN_REACH_M / scene.gsd_m)
    elsewhere = (scene.labels != TREE) & ~beyond
    np.testing.assert_array_equal(met[elsewhere], scene.labels[elsewhere])


@pytest.mark.parametrize("changes", [{"calm_m": 1.0}, {"height_gsd_m": 1.0}])
def test_crowns_end_where_the_image_says_if_heights_are_smooth(changes):
    smooth = replace(conditions_of(7), survey="matched", **(AS_MEASURED | changes))
    scene = make_scene(7, 300, 0.25, smooth)
    met = labels_by_heights(scene)
    assert ((scene.dsm - scene.dtm)[scene.labels != TREE] > TREE_FROM_M).any()
    assert (scene.labels[met == TREE] == TREE).all()


def test_only_near_infrared_of_balanced_views_has_errors_of_its_own(scene):
    balanced = Normalization(stretch_together=True, balance_nir=True)
    found = [
        training_view(np.random.default_rng(seed), scene, InputSpec(ISPRS, balanced)).channels
        for seed in range(4)
    ]
    ratios = []
    for view in found:
        nir, red = ((view[band].astype(float) + 2)[view[3] != 0] for band in (0, 1))
        ratios.append(np.median(nir) / np.median(red))
    assert 0.01 < np.std(np.log(ratios)) < 0.3


def test_reduced_view_has_means_of_the_pixels_and_labels_of_one_of_them(scene):
    spec = InputSpec(ISPRS, TOGETHER)
    plain = clean_view(scene, spec, estimate_ground=False)
    small = clean_view(scene, spec._replace(gsd_m=2 * scene.gsd_m), estimate_ground=False)
    height, width = scene.labels.shape
    assert small.channels.shape == (4, height // 2, width // 2)
    blocks = plain.channels.astype(float).reshape(4, height // 2, 2, width // 2, 2)
    is_inside = (np.abs(blocks[:3]) < 1).all(axis=(2, 4))  # the stretch is limited
    means = blocks.mean(axis=(2, 4))
    np.testing.assert_allclose(small.channels[:3][is_inside], means[:3][is_inside], atol=0.01)
    classes = plain.classes.reshape(height // 2, 2, width // 2, 2)
    assert (classes == small.classes[:, None, :, None]).any(axis=(1, 3)).all()


def test_enlarged_view_is_stretched_and_labeled_by_the_pixels_of_the_scene(scene):
    spec = InputSpec(ISPRS, TOGETHER)
    plain = clean_view(scene, spec, estimate_ground=False)
    fine = clean_view(scene, spec._replace(gsd_m=scene.gsd_m / 2), estimate_ground=False)
    height, width = scene.labels.shape
    assert fine.channels.shape == (4, 2 * height, 2 * width)
    np.testing.assert_array_equal(fine.classes[::2, ::2], plain.classes)
    np.testing.assert_array_equal(fine.classes[1::2, 1::2], plain.classes)
    heights = plain.channels[3].repeat(2, axis=0).repeat(2, axis=1)
    np.testing.assert_array_equal(fine.channels[3], heights)
    # A quarter of a pixel off its center, a pixel of the image still counts nine sixteenths.
    blocks = fine.channels.astype(float).reshape(4, height, 2, width, 2).mean(axis=(2, 4))
    np.testing.assert_allclose(blocks.mean(), plain.channels.astype(float).mean(), atol=0.01)
    assert np.corrcoef(blocks.ravel(), plain.channels.astype(float).ravel())[0, 1] > 0.97
