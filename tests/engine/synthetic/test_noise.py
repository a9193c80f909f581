# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
import pytest
from orthoscribe.engine.synthetic.noise import NoiseSource, smooth_noise
from orthoscribe.engine.tiling.window import Window

WHOLE = Window(0, 0, 400, 300)
PARTS = [Window(0, 0, 400, 300), Window(120, 130, 20, 1), Window(399, 0, 1, 300)]


@pytest.mark.parametrize("cell_px", [0.5, 3.0, 10.0])
def test_noise_has_mean_zero_and_deviation_one(cell_px):
    noise = NoiseSource(0).smooth(Window(-50, 70, 400, 400), cell_px)
    assert (noise.shape, noise.dtype) == ((400, 400), np.float32)
    assert abs(noise.mean()) < 0.1
    assert noise.std() == pytest.approx(1, abs=0.1)


def test_noise_is_smooth_within_a_cell():
    noise = NoiseSource(0).smooth(Window(0, 0, 200, 200), 20.0)
    assert np.abs(np.diff(noise, axis=0)).max() < 0.4


def test_fractal_noise_keeps_its_deviation():
    noise = NoiseSource(1).fractal(Window(0, 0, 300, 500), 12.0, 3)
    assert noise.shape == (300, 500)
    assert noise.std() == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("cell_px", [1.0, 1.3, 7.7, 900.0])
def test_a_window_shows_a_part_of_the_whole_field(part, cell_px):
    source = NoiseSource(3, 4)
    whole = source.fractal(WHOLE, cell_px, 3)
    np.testing.assert_array_equal(source.fractal(part, cell_px, 3), whole[part.slices])


def test_fields_go_on_above_and_left_of_the_scene():
    around = NoiseSource(5).white(Window(-130, -7, 200, 200))
    np.testing.assert_array_equal(NoiseSource(5).white(Window(0, 0, 9, 9)), around[130:139, 7:16])
    assert np.unique(around).size > 0.99 * around.size  # no block repeats another


def test_sources_of_other_names_and_seeds_are_unlike():
    names = [NoiseSource(1), NoiseSource(2), *(NoiseSource(1).child(n) for n in ("a", "b", 0, 1))]
    fields = [source.white(Window(0, 0, 100, 100)).ravel() for source in names]
    likeness = np.corrcoef(fields) - np.eye(len(fields))
    assert np.abs(likeness).max() < 0.05


def test_generator_starts_anew_each_time():
    source = NoiseSource(1).child("block", 3, 4)
    assert source.generator().random() == source.generator().random()


def test_noise_drawn_by_a_generator_differs_from_draw_to_draw():
    rng = np.random.default_rng(0)
    first, second = (smooth_noise(rng, (200, 300), 3.0) for _ in range(2))
    assert first.shape == (200, 300)
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.1


def test_window_without_pixels_gives_an_empty_field():
    assert NoiseSource(1).fractal(Window(5, 5, 0, 9), 4.0, 2).shape == (0, 9)
