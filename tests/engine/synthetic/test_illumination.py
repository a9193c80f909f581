# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
from orthoscribe.engine.synthetic.illumination import (
    TALLEST_M,
    cast_shadows,
    shade_slopes,
    shadow_margins,
)


def tower(height_m):
    surface = np.zeros((61, 61), np.float32)
    surface[28:33, 28:33] = height_m
    return surface


def test_shadow_of_a_tower_points_away_from_the_sun():
    dark = cast_shadows(tower(10), gsd_m=1.0, azimuth_deg=180, elevation_deg=45)  # sun in the south
    rows = np.flatnonzero(dark[:, 30])
    assert rows.max() < 28
    assert not dark[33:].any()


def test_shadow_is_as_long_as_height_over_tangent():
    dark = cast_shadows(tower(10), gsd_m=0.5, azimuth_deg=90, elevation_deg=45)  # sun in the east
    columns = np.flatnonzero(dark[30])
    assert columns.max() == 27
    assert abs((28 - columns.min()) * 0.5 - 10) <= 1


def test_level_ground_has_no_shadow():
    assert not cast_shadows(np.full((20, 20), 7.0, np.float32), 0.1, 200, 30).any()


def test_high_roofs_are_not_in_the_shadow_of_low_ones():
    surface = tower(10)
    surface[:20] = 20  # a higher block to the north, sun in the south
    dark = cast_shadows(surface, 1.0, 180, 45)
    assert not dark[:20].any()


def test_shadows_come_from_the_sun_s_side_alone():
    around = shadow_margins(gsd_m=0.5, azimuth_deg=180, elevation_deg=45)
    assert 2 * TALLEST_M <= around.bottom < 2 * TALLEST_M + 20
    assert max(around.top, around.left, around.right) < 20


def test_surroundings_are_all_that_a_shadow_needs():
    rng = np.random.default_rng(0)
    surface = rng.uniform(0, TALLEST_M, (400, 400)).astype(np.float32) ** 3 / TALLEST_M**2
    for azimuth_deg, elevation_deg in ((201, 40), (120, 15), (10, 60)):
        top, left, bottom, right = shadow_margins(1.0, azimuth_deg, elevation_deg)
        whole = cast_shadows(surface, 1.0, azimuth_deg, elevation_deg)
        rows, columns = slice(190, 200), slice(195, 205)
        seen = np.s_[190 - top : 200 + bottom, 195 - left : 205 + right]
        part = cast_shadows(surface[seen], 1.0, azimuth_deg, elevation_deg)
        np.testing.assert_array_equal(part[top : top + 10, left : left + 10], whole[rows, columns])


def test_slopes_towards_the_sun_are_brighter():
    x = np.arange(40, dtype=np.float32)
    rising_east = np.tile(0.5 * x, (40, 1))
    level = shade_slopes(np.zeros((40, 40), np.float32), 1.0, 90, 40)
    np.testing.assert_allclose(level, 1, atol=1e-6)
    assert shade_slopes(rising_east, 1.0, 90, 40).mean() < 0.8
    assert shade_slopes(rising_east, 1.0, 270, 40).mean() > 1.1
