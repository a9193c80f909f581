# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
import pytest
from orthoscribe.engine.raster.jpeg import BLOCK_PX
from orthoscribe.engine.synthetic.noise import NoiseSource
from orthoscribe.engine.synthetic.sensor import (
    RAW_STEPS,
    REACH_PX,
    WHITE_RADIANCE,
    expose,
)
from orthoscribe.engine.tiling.window import Window
from orthoscribe.tests.canvases import plain_conditions

WHOLE = Window(0, 0, 96, 112)


def exposed(radiance, window=WHOLE, **conditions):
    return expose(NoiseSource(3), window, radiance, plain_conditions(**conditions))


def uniform(*bands):
    levels = np.array(bands, np.float32)[:, None, None]
    return np.broadcast_to(levels, (3, WHOLE.height, WHOLE.width)).copy()


def textured():
    return np.random.default_rng(0).uniform(0.05, 0.6, (3, *WHOLE_SHAPE)).astype(np.float32)


WHOLE_SHAPE = (WHOLE.height, WHOLE.width)


def levels_of(image):
    assert all(np.ptp(band) == 0 for band in image)
    return [int(band[0, 0]) for band in image]


def test_white_is_the_brightest_value_and_more_is_no_brighter():
    image = exposed(uniform(WHITE_RADIANCE, 3.0, 0.0))
    assert image.dtype == np.uint8
    assert levels_of(image) == [255, 255, 0]


def test_gains_scale_each_band():
    image = exposed(uniform(0.2, 0.2, 0.2), exposure=1.2, balance_nir=1.5, balance_green=0.8)
    unit = 255 * 0.2 * 1.2 / WHITE_RADIANCE
    assert levels_of(image) == [round(unit * 1.5), round(unit), round(unit * 0.8)]


def test_haze_brightens_the_dark_and_green_most():
    nir, red, green = levels_of(exposed(uniform(0, 0, 0), haze=0.08))
    assert 0 < nir < red < green == round(255 * 0.08 / WHITE_RADIANCE)


def test_near_infrared_leaks_into_red_and_green():
    nir, red, green = levels_of(exposed(uniform(0.5, 0.1, 0.05), crosstalk=0.2))
    unit = 255 / WHITE_RADIANCE
    assert nir == round(unit * 0.5)
    assert red == round(unit * (0.8 * 0.1 + 0.2 * 0.5))
    assert green == round(unit * (0.8 * 0.05 + 0.2 * 0.5))


def test_gamma_lifts_the_dark():
    dark, bright = (
        levels_of(exposed(uniform(*[level * WHITE_RADIANCE] * 3), gamma=0.5))[1]
        for level in (0.04, 0.81)
    )
    assert (dark, bright) == (round(255 * 0.2), round(255 * 0.9))


def test_noise_and_blur_are_as_strong_as_asked():
    flat = exposed(uniform(0.3, 0.3, 0.3), noise_dn=3.0).astype(float)
    assert flat.std(axis=(1, 2)) == pytest.approx([3, 3, 3], rel=0.05)
    assert abs(np.corrcoef(flat[0].ravel(), flat[1].ravel())[0, 1]) < 0.05
    assert exposed(textured(), blur_px=1.2).std() < 0.4 * exposed(textured()).std()


def test_image_of_16_bits_has_finer_steps_of_the_same_brightness():
    coarse, fine = exposed(textured()), exposed(textured(), bit_depth=16)
    assert fine.dtype == np.uint16
    assert len(np.unique(fine)) > 1500
    assert np.abs(fine / RAW_STEPS - coarse).max() <= 0.5 + 0.5 / RAW_STEPS
    assert levels_of(exposed(uniform(9, 9, 9), bit_depth=16)) == [255 * RAW_STEPS] * 3


def test_compression_costs_detail_and_only_in_8_bits():
    clean = exposed(textured()).astype(float)
    errors = [
        np.abs(exposed(textured(), jpeg_quality=quality) - clean).mean()
        for quality in (100, 95, 50)
    ]
    assert errors[0] == 0
    assert 0 < errors[1] < errors[2]
    raw, compressed = (exposed(textured(), bit_depth=16, jpeg_quality=q) for q in (100, 50))
    np.testing.assert_array_equal(raw, compressed)


@pytest.mark.parametrize(("row", "column"), [(0, 0), (5, 3), (16, 32), (31, 17)])
def test_windows_are_compressed_on_the_blocks_of_the_scene(row, column):
    flaws = {"jpeg_quality": 50, "noise_dn": 2.0}
    whole = exposed(textured(), **flaws)
    window = Window(row, column, 60, 70)
    part = exposed(textured()[(..., *window.slices)], window, **flaws)
    reach_px = BLOCK_PX + 4  # a cut block, and the blur
    inside = (..., slice(reach_px, -reach_px), slice(reach_px, -reach_px))
    np.testing.assert_array_equal(part[inside], whole[(..., *window.slices)][inside])
    assert (part != whole[(..., *window.slices)]).any()  # where the window cuts blocks


def test_reach_holds_a_cut_block():
    assert REACH_PX >= BLOCK_PX
