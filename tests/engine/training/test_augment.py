# SPDX-License-Identifier: GPL-2.0-or-later
import colorsys
import doctest

import numpy as np
import pytest
from orthoscribe.engine.metrics import IGNORED
from orthoscribe.engine.protocol import Normalization
from orthoscribe.engine.protocol.catalog.recipes import Augmentation, recipe_named
from orthoscribe.engine.training.augment import (
    WAYS,
    augment,
    change_gamma,
    change_hue,
    change_saturation,
    draw_way,
    gamma_of,
    light,
    rotate,
    shift,
    turn,
)

NORMALIZATION = Normalization()


def located(height=12, width=16):
    """Return channels that tell where each pixel was, and classes that follow from them."""
    rows, cols = np.mgrid[:height, :width]
    channels = np.stack([rows, cols, rows + cols, rows * cols]).astype(np.float32)
    return channels, ((rows * 7 + cols * 3) % 5).astype(np.uint8)


def drawn(augmentation, patch, times, seed=0):
    rng = np.random.default_rng(seed)
    return [augment(rng, *patch, augmentation, NORMALIZATION) for _ in range(times)]


def test_eight_turns_are_the_transpositions_and_flips_of_the_release():
    patch = np.arange(9).reshape(3, 3)
    turned = {turn(patch, way).tobytes() for way in range(WAYS)}
    released = {
        np.flip(way, axes).tobytes() for way in (patch, patch.T) for axes in ((), 0, 1, (0, 1))
    }
    assert len(turned) == 8
    assert turned == released


def test_eight_turns_are_equally_likely():
    patch = np.arange(9, dtype=np.float32).reshape(1, 3, 3), np.zeros((3, 3), np.uint8)
    ways = [channels.tobytes() for channels, _ in drawn(Augmentation(turns=True), patch, 4000)]
    counts = np.unique(ways, return_counts=True)[1]
    assert len(counts) == 8
    np.testing.assert_allclose(counts, 500, atol=4 * np.sqrt(500 * 7 / 8))


@pytest.mark.parametrize(
    "augmentation",
    [
        Augmentation(turns=True),
        Augmentation(mirror=True),
        Augmentation(shift_px=9),
        Augmentation(turns=True, mirror=True, shift_px=3),
    ],
)
def test_channels_and_classes_move_alike(augmentation):
    patch = located()
    for channels, classes in drawn(augmentation, patch, 30):
        rows, cols = channels[:2].astype(int)
        expected = np.where(classes == IGNORED, IGNORED, patch[1][rows, cols])
        np.testing.assert_array_equal(classes, expected)


def test_mirror_swaps_left_and_right_in_half_of_the_cases():
    patch = located()
    firsts = [channels[1, 0, 0] for channels, _ in drawn(Augmentation(mirror=True), patch, 400)]
    assert set(firsts) == {0, 15}
    assert np.mean(np.array(firsts) == 0) == pytest.approx(0.5, abs=0.1)


def test_shift_reflects_the_image_and_forgets_the_truth():
    channels, classes = located()
    moved, truth = shift(channels, classes, 2, -3)
    np.testing.assert_array_equal(moved[:, 2:, :-3], channels[:, :-2, 3:])
    np.testing.assert_array_equal(truth[2:, :-3], classes[:-2, 3:])
    assert (truth[:2] == IGNORED).all()
    assert (truth[:, -3:] == IGNORED).all()
    assert moved[0, :4, 0].tolist() == [2, 1, 0, 1]  # the edge is not repeated
    assert moved[1, 0, -5:].tolist() == [14, 15, 14, 13, 12]


def test_shift_by_more_than_the_patch_leaves_no_truth():
    moved, truth = shift(*located(), 40, 0)
    assert (truth == IGNORED).all()
    assert np.isfinite(moved).all()


def test_shift_is_even_up_to_its_limit():
    patch = located(3, 200)
    centers = {int(channels[1, 0, 100]) - 100
               for channels, _ in drawn(Augmentation(shift_px=4), patch, 400)}  # fmt: skip
    assert centers == set(range(-4, 5))


def test_rotation_turns_around_the_center_and_forgets_corners():
    channels, classes = located(31, 31)
    turned, truth = rotate(channels, classes, 90)
    np.testing.assert_allclose(turned, np.rot90(channels, axes=(-2, -1)), atol=1e-3)
    np.testing.assert_array_equal(truth, np.rot90(classes))
    _, tilted = rotate(channels, classes, 10)
    assert tilted[0, 0] == IGNORED
    assert tilted[15, 15] == classes[15, 15]


def test_gamma_has_the_known_answers_of_the_release():
    assert doctest.testmod(light).failed == 0
    assert gamma_of(0.05) == pytest.approx(0.815185, abs=5e-7)
    assert gamma_of(-0.05) == pytest.approx(1.226716, abs=5e-7)
    assert gamma_of(0.5) == pytest.approx(0.0824, abs=5e-5)
    for z in (0.01, 0.2, 0.5):
        assert gamma_of(z) * gamma_of(-z) == pytest.approx(1)
    assert gamma_of(0) == 1


def test_gamma_keeps_black_white_and_order():
    values = np.linspace(-0.5, 1.5, 50)
    for gamma in (0.815185, 1.226716):
        changed = change_gamma(values, gamma)
        assert (np.diff(changed) > 0).all()
        np.testing.assert_array_equal(change_gamma(np.array([0.0, 1.0]), gamma), [0, 1])
        np.testing.assert_allclose(change_gamma(np.array([0.3]), gamma), 0.3**gamma)


def test_hue_and_saturation_are_those_of_colorsys():
    rng = np.random.default_rng(0)
    colors = rng.random((3, 5, 5))
    turned, bleached = change_hue(colors, 77), change_saturation(colors, 0.6)
    for row, col in np.ndindex(5, 5):
        hue, saturation, value = colorsys.rgb_to_hsv(*colors[:, row, col])
        expected = colorsys.hsv_to_rgb((hue + 77 / 360) % 1, saturation, value)
        np.testing.assert_allclose(turned[:, row, col], expected)
        expected = colorsys.hsv_to_rgb(hue, 0.6 * saturation, value)
        np.testing.assert_allclose(bleached[:, row, col], expected)


def test_saturation_never_falls_below_black():
    colors = np.random.default_rng(0).random((3, 9, 9))
    assert change_saturation(colors, 100).min() == pytest.approx(0)


def test_gray_has_no_hue():
    gray = np.full((3, 2, 2), 0.4)
    np.testing.assert_allclose(change_hue(gray, 50), gray)
    np.testing.assert_allclose(change_saturation(gray, 1.5), gray)


def test_gamma_changes_bands_but_neither_heights_nor_what_is_invalid():
    rng = np.random.default_rng(0)
    channels = rng.normal(size=(4, 8, 8)).astype(np.float32)
    channels[:, :2] = 0
    classes = np.zeros((8, 8), np.uint8)
    ((changed, truth),) = drawn(Augmentation(gamma=0.05), (channels, classes), 1)
    assert changed.dtype == np.float32
    assert not np.allclose(changed[:3, 2:], channels[:3, 2:])
    np.testing.assert_array_equal(changed[3], channels[3])
    assert not changed[:, :2].any()
    np.testing.assert_array_equal(truth, classes)


def test_gamma_curves_stay_within_the_limits_of_the_recipe():
    limit = recipe_named("frrn").augmentation.gamma
    middle = np.zeros((4, 1, 1), np.float32)
    middle[0] = -1.0  # light .25
    patch = middle, np.zeros((1, 1), np.uint8)
    changed = drawn(Augmentation(gamma=limit), patch, 500)
    lights = [channels[0, 0, 0] * 0.25 + 0.5 for channels, _ in changed]
    low, high = 0.25 ** gamma_of(-limit), 0.25 ** gamma_of(limit)
    assert low <= min(lights) < low + 0.005
    assert high - 0.005 < max(lights) <= high


@pytest.mark.parametrize("name", ["maggiori", "ladder", "frrn", "modern"])
def test_patches_keep_their_size_and_types(name):
    recipe = recipe_named(name)
    augmentation = recipe.varied("augment").augmentation if name == "frrn" else recipe.augmentation
    rng = np.random.default_rng(0)
    patch = rng.normal(size=(4, 32, 32)).astype(np.float32), np.ones((32, 32), np.uint8)
    for channels, classes in drawn(augmentation, patch, 5):
        assert channels.shape == (4, 32, 32)
        assert channels.dtype == np.float32
        assert np.isfinite(channels).all()
        assert classes.dtype == np.uint8
        assert set(np.unique(classes)) <= {1, IGNORED}


def test_no_augmentation_changes_nothing():
    patch = located()
    ((channels, classes),) = drawn(Augmentation(), patch, 1)
    np.testing.assert_array_equal(channels, patch[0])
    np.testing.assert_array_equal(classes, patch[1])


def test_patch_that_is_not_square_keeps_its_shape_in_four_ways():
    rng = np.random.default_rng(0)
    ways = [draw_way(rng, 3, 5) for _ in range(400)]
    patch = np.arange(15).reshape(3, 5)
    assert all(turn(patch, way).shape == (3, 5) for way in ways)
    assert len({turn(patch, way).tobytes() for way in ways}) == 4
    assert {draw_way(rng, 5, 5) for _ in range(400)} == set(range(WAYS))
    patches = drawn(Augmentation(turns=True), located(12, 16), 20)
    assert {classes.shape for _, classes in patches} == {(12, 16)}


def heights_patch(normalization, heights_m):
    """Return a patch with bands in the middle and heights in meters, its last column invalid."""
    heights = np.asarray(heights_m, np.float32)
    channels = [np.full_like(heights, 0.1)] * 3
    channels.append((heights - normalization.height_mean_m) / normalization.height_std_m)
    channels.append(np.arcsinh(heights / normalization.height_knee_m))
    stacked = np.stack(channels)
    stacked[..., -1] = 0
    return stacked, np.zeros(heights.shape, np.uint8)


def test_offset_of_heights_moves_both_height_channels_by_the_same_meters():
    normalization = Normalization(height_knee_m=0.5)
    patch = heights_patch(normalization, [[0.0, 1.0, 5.0, 20.0, 0.0]] * 5)
    augmentation = Augmentation(height_offset_m=0.3)
    rng = np.random.default_rng(0)
    offsets = []
    for _ in range(20):
        channels, _ = augment(rng, *patch, augmentation, normalization)
        linear_m = channels[3] * normalization.height_std_m + normalization.height_mean_m
        bent_m = np.sinh(channels[4]) * normalization.height_knee_m
        np.testing.assert_allclose(linear_m[:, :-1], bent_m[:, :-1], atol=1e-4)
        assert not channels[..., -1].any()  # invalid pixels stay 0
        np.testing.assert_array_equal(channels[:3], patch[0][:3])
        offsets.append(linear_m[0, 0])
    assert 0.1 < np.ptp(offsets) <= 0.6


def test_light_and_offsets_leave_the_greenness_alone():
    normalization = Normalization(
        stretch_together=True, balance_nir=True, height_knee_m=0.5, greenness=True
    )
    channels, classes = heights_patch(normalization, [[0.0, 1.0, 5.0, 20.0, 0.0]] * 5)
    green = np.full((1, *classes.shape), 0.7, np.float32)
    augmentation = Augmentation(height_offset_m=0.3, stretch=0.1)
    found, _ = augment(
        np.random.default_rng(0),
        np.concatenate([channels, green]),
        classes,
        augmentation,
        normalization,
    )
    assert found.shape == (6, *classes.shape)
    np.testing.assert_array_equal(found[-1:], green)
    assert (found[:5] != channels).any()


@pytest.mark.parametrize("together", [True, False])
def test_stretch_moves_bands_together_if_they_are_stretched_together(together):
    normalization = Normalization(stretch_together=together)
    patch = np.full((4, 6, 6), 0.5, np.float32), np.zeros((6, 6), np.uint8)
    channels, _ = augment(
        np.random.default_rng(0), *patch, Augmentation(stretch=0.1), normalization
    )
    bands = channels[:3, 0, 0]
    assert (np.ptp(bands) < 1e-6) == together
    assert (bands != 0.5).all()
    assert (channels[3] == 0.5).all()
