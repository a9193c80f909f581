# SPDX-License-Identifier: GPL-2.0-or-later
from dataclasses import replace

import numpy as np
import pytest
from orthoscribe.engine.synthetic import conditions_of, make_scene, paint_scene, plan_scene
from orthoscribe.engine.synthetic.codes import (
    BUILDING,
    CAR,
    IMPERVIOUS,
    LOW_VEGETATION,
    TREE,
)
from orthoscribe.engine.synthetic.layouts import LAYOUTS
from orthoscribe.engine.synthetic.trees import TREE_FROM_M
from orthoscribe.engine.tiling.window import Window
from orthoscribe.tests.canvases import plain_conditions


@pytest.fixture(scope="module")
def scene():
    return make_scene(seed=7, size_px=512, gsd_m=0.2)


def test_scene_has_the_promised_shapes_and_types(scene):
    assert (scene.image.shape, scene.image.dtype) == ((3, 512, 512), np.uint8)
    assert (scene.labels.shape, scene.labels.dtype) == ((512, 512), np.uint8)
    for heights in (scene.dsm, scene.dtm):
        assert (heights.shape, heights.dtype) == ((512, 512), np.float32)
        assert np.isfinite(heights).all()


def test_same_seed_gives_the_same_scene(scene):
    again = make_scene(seed=7, size_px=512, gsd_m=0.2)
    for name in ("image", "dsm", "dtm", "labels"):
        np.testing.assert_array_equal(getattr(scene, name), getattr(again, name))


def test_other_seed_gives_another_scene(scene):
    other = make_scene(seed=8, size_px=512, gsd_m=0.2)
    assert (other.labels != scene.labels).mean() > 0.2


def test_scene_has_every_common_class(scene):
    shares = np.bincount(scene.labels.ravel(), minlength=7) / scene.labels.size
    assert shares[0] == 0
    for code, least in ((IMPERVIOUS, 0.1), (BUILDING, 0.05), (LOW_VEGETATION, 0.05), (TREE, 0.01)):
        assert shares[code] > least
    assert shares[CAR] > 0.003


def test_objects_stand_as_high_as_they_are():
    # Smoothed heights would raise the lawns between crowns.
    conditions = replace(conditions_of(7), calm_m=0.0, height_gsd_m=0.0)
    scene = make_scene(7, 512, 0.2, conditions)
    heights = scene.dsm - scene.dtm
    middle = {code: np.median(heights[scene.labels == code]) for code in range(1, 6)}
    assert abs(middle[IMPERVIOUS]) < 0.3
    assert abs(middle[LOW_VEGETATION]) < 0.4
    assert middle[BUILDING] > 2.5
    assert middle[TREE] > 2
    assert 0.8 < middle[CAR] < 2.5


def test_vegetation_is_brighter_in_near_infrared_than_in_red():
    scene = make_scene(7, 300, 0.3, plain_conditions())
    nir, red = scene.image[0].astype(int), scene.image[1].astype(int)
    green = np.isin(scene.labels, (LOW_VEGETATION, TREE))
    assert np.median((nir - red)[green]) > 20
    assert abs(np.median((nir - red)[scene.labels == IMPERVIOUS])) < 25


@pytest.mark.parametrize(("size_px", "gsd_m"), [(64, 0.05), (64, 2.0), (101, 0.6), (200, 0.02)])
def test_scenes_are_made_in_any_size_and_resolution(size_px, gsd_m):
    scene = make_scene(3, size_px, gsd_m)
    assert scene.labels.shape == (size_px, size_px)
    assert scene.labels.min() >= 1


ALL_FLAWS = {
    "lean": 0.12,
    "shift_m": 0.8,
    "outdated_fraction": 0.15,
    "moved_cars": 0.5,
    "label_noise_m": 0.3,
    "bare_crowns": 0.6,
    "jpeg_quality": 50.0,
    "blur_px": 1.2,
    "smear_m": 0.6,
    "swell_m": 0.35,
    "pulses_m2": 2.5,
}


def assert_chunks_are_the_whole(plan, chunk_px):
    whole = paint_scene(plan, plan.whole)
    assert whole.labels.shape == (plan.height, plan.width)
    for row in range(0, plan.height, chunk_px):
        for column in range(0, plan.width, chunk_px):
            window = Window(row, column, chunk_px, chunk_px).intersect(plan.whole)
            chunk = paint_scene(plan, window)
            here = (..., *window.slices)
            np.testing.assert_array_equal(chunk.labels, whole.labels[here])
            np.testing.assert_allclose(chunk.dtm, whole.dtm[here], atol=1e-4)
            np.testing.assert_allclose(chunk.dsm, whole.dsm[here], atol=1e-3)
            assert chunk.image.dtype == whole.image.dtype
            assert np.abs(chunk.image - whole.image[here].astype(float)).max() <= 1


@pytest.mark.parametrize(
    ("seed", "height", "width", "gsd_m", "chunk_px"),
    [
        (1, 300, 420, 0.2, 167),
        (2, 260, 150, 0.5, 100),
        (6, 90, 400, 0.1, 200),
        (5, 96, 64, 2.0, 40),
    ],
)
def test_chunks_are_the_scene_in_one_piece(seed, height, width, gsd_m, chunk_px):
    assert_chunks_are_the_whole(plan_scene(seed, height, width, gsd_m), chunk_px)


@pytest.mark.parametrize(
    ("seed", "gsd_m", "chunk_px", "changes"),
    [
        (1, 0.2, 167, {"survey": "lidar"}),
        (2, 0.5, 100, {"survey": "matched"}),
        (3, 1.0, 155, {"survey": "lidar", "sun_elevation_deg": 62.0}),
        (4, 0.4, 130, {"survey": "matched", "bit_depth": 16}),
        (6, 2.0, 150, {"survey": "perfect", "sun_elevation_deg": 62.0}),
    ],
)
def test_chunks_with_all_flaws_are_the_scene_in_one_piece(seed, gsd_m, chunk_px, changes):
    conditions = replace(conditions_of(seed, with_flaws=True), **{**ALL_FLAWS, **changes})
    assert_chunks_are_the_whole(plan_scene(seed, 260, 300, gsd_m, conditions), chunk_px)


@pytest.mark.parametrize(
    ("gsd_m", "chunk_px", "flaws"),
    [
        (0.5, 80, {"label_noise_m": 6.0}),
        (0.5, 80, {"shift_m": 20.0, "lean_azimuth_deg": 135.0}),
        (0.5, 80, {"lean": 1.0, "lean_azimuth_deg": 135.0}),
        (0.05, 90, {"survey": "matched", "smear_m": 0.6, "swell_m": 0.35}),
        (0.05, 90, {"survey": "lidar", "pulses_m2": 0.5}),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_chunks_reach_as_far_as_each_flaw_does(gsd_m, chunk_px, flaws):
    # The sun's side reaches far by itself; what leans towards the sun comes from the other one.
    conditions = plain_conditions(sun_azimuth_deg=135.0, sun_elevation_deg=62.0, **flaws)
    assert_chunks_are_the_whole(plan_scene(2, 180, 200, gsd_m, conditions), chunk_px)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda layout: layout.land)
@pytest.mark.parametrize("seed", [1_000_001, 1_000_002])
def test_chunks_of_training_scenes_are_the_scene_in_one_piece(seed, layout):
    conditions = conditions_of(seed, with_flaws=True)
    assert_chunks_are_the_whole(plan_scene(seed, 200, 230, 0.5, conditions, layout), 115)


LOWEST_RIM_M = 0.5 * TREE_FROM_M  # of the lowest bush that is a tree; its rim is 0.6 as high


def mismatches(scene):
    """Return how many pixels of objects are flat, and of lawn and street high, in the heights."""
    above_m = scene.dsm - scene.dtm
    is_high = np.isin(scene.labels, (BUILDING, TREE))
    is_low = np.isin(scene.labels, (IMPERVIOUS, LOW_VEGETATION))
    return (above_m[is_high] < LOWEST_RIM_M).sum(), (above_m[is_low] > 2.5).sum()


def test_outdated_heights_lack_what_is_new_and_keep_what_is_gone():
    exact = replace(conditions_of(7), survey="perfect", height_noise_m=0.0)
    assert mismatches(make_scene(7, 300, 0.3, exact)) == (0, 0)
    new, gone = mismatches(make_scene(7, 300, 0.3, replace(exact, outdated_fraction=0.3)))
    assert new > gone > 300


def test_cars_that_drove_off_lack_heights():
    exact = replace(conditions_of(7), survey="perfect", height_noise_m=0.0)
    stay, gone = (make_scene(7, 300, 0.2, replace(exact, moved_cars=share)) for share in (0, 1))
    np.testing.assert_array_equal(stay.image, gone.image)
    np.testing.assert_array_equal(stay.labels, gone.labels)
    is_car = stay.labels == CAR
    assert is_car.sum() > 200
    assert (stay.dsm - stay.dtm)[is_car].min() > 0.5
    assert np.percentile(np.abs(gone.dsm - gone.dtm)[is_car], 98) < 0.3
    np.testing.assert_array_equal(stay.dsm[~is_car], gone.dsm[~is_car])


def test_window_far_inside_a_huge_scene_is_painted_alone():
    plan = plan_scene(1, 200_000, 300_000, 0.2)
    left = paint_scene(plan, Window(120_000, 90_000, 64, 64))
    both = paint_scene(plan, Window(120_000, 90_000, 64, 128))
    np.testing.assert_array_equal(both.labels[:, :64], left.labels)
    assert np.abs(left.dtm).max() < 1000
