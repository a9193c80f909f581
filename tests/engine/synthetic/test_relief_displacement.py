# SPDX-License-Identifier: GPL-2.0-or-later
from dataclasses import replace

import numpy as np
import pytest
from orthoscribe.engine.synthetic import conditions_of, make_scene
from orthoscribe.engine.synthetic.displacement import displaced
from orthoscribe.engine.synthetic.relief_displacement import TALLEST_M, displace_relief, reach_m
from orthoscribe.tests.canvases import plain_conditions

GSD_M = 0.5
WAYS = [(0, (-1, 0)), (90, (0, 1)), (180, (1, 0)), (270, (0, -1))]


def ground():
    return np.random.default_rng(0).uniform(0.1, 0.2, (3, 90, 90)).astype(np.float32)


def with_tower(radiance, heights, rows, columns, height_m, brightness):
    radiance[:, rows, columns] = brightness
    heights[rows, columns] = height_m


def moved(part, pixels):
    return slice(part.start + pixels, part.stop + pixels)


@pytest.mark.parametrize(("azimuth_deg", "way"), WAYS)
def test_tall_objects_lean_by_their_height_and_hide_what_lies_there(azimuth_deg, way):
    radiance, heights = ground(), np.zeros((90, 90), np.float32)
    rows, columns = slice(40, 50), slice(40, 50)
    with_tower(radiance, heights, rows, columns, height_m=20, brightness=0.9)
    leaning = plain_conditions(lean=0.2, lean_azimuth_deg=azimuth_deg)
    seen = displace_relief(radiance, heights, GSD_M, leaning)
    top = moved(rows, way[0] * 8), moved(columns, way[1] * 8)  # 20 m x 0.2 / 0.5 m
    assert (seen[:, *top] == np.float32(0.9)).all()
    seen[:, *top] = radiance[:, *top]
    np.testing.assert_array_equal(seen, radiance)  # and the ground stays


def test_higher_objects_hide_lower_ones():
    for first, second in (((30, 0.9), (5, 0.6)), ((5, 0.6), (30, 0.9))):
        radiance, heights = ground(), np.zeros((90, 90), np.float32)
        with_tower(radiance, heights, slice(40, 50), slice(20, 30), *first)
        with_tower(radiance, heights, slice(40, 50), slice(34, 44), *second)
        leaning = plain_conditions(lean=0.2, lean_azimuth_deg=90)
        seen = displace_relief(radiance, heights, GSD_M, leaning)
        high_from = (20 if first[0] == 30 else 34) + 12
        assert (seen[:, 40:50, high_from : high_from + 10] == np.float32(0.9)).all()


@pytest.mark.parametrize(("azimuth_deg", "way"), WAYS)
def test_shift_moves_everything(azimuth_deg, way):
    radiance, heights = ground(), np.zeros((90, 90), np.float32)
    shifted = plain_conditions(shift_m=2.0, lean_azimuth_deg=azimuth_deg)
    seen = displace_relief(radiance, heights, GSD_M, shifted)
    here = slice(20, 60)
    came_from = moved(here, -4 * way[0]), moved(here, -4 * way[1])
    np.testing.assert_array_equal(seen[:, here, here], radiance[:, *came_from])


def test_true_orthophoto_is_seen_from_straight_above():
    radiance = ground()
    heights = np.full((90, 90), 30, np.float32)
    np.testing.assert_array_equal(
        displace_relief(radiance, heights, GSD_M, plain_conditions()), radiance
    )


def test_reach_is_that_of_the_tallest():
    assert reach_m(plain_conditions(shift_m=0.5, lean=0.1)) == 0.5 + 0.1 * TALLEST_M


def borders():
    labels = np.full((80, 80), 3, np.uint8)
    labels[20:60, 30:70] = 2
    return labels


def test_drawn_labels_stray_at_borders_alone():
    rng = np.random.default_rng(2)
    strays = tuple(rng.uniform(-3.4, 3.4, (80, 80)).astype(np.float32) for _ in range(2))
    drawn, labels = borders()[displaced(*strays)], borders()
    wrong = np.argwhere(drawn != labels)
    assert len(wrong) > 50
    to_border = np.minimum(np.abs(wrong - (20, 30)), np.abs(wrong - (59, 69)))
    assert (to_border.min(axis=1) <= 3).all()
    assert set(np.unique(drawn)) == {2, 3}


def test_pen_that_strays_everywhere_alike_moves_the_borders():
    strays = np.full((80, 80), 2, np.float32), np.full((80, 80), -3, np.float32)
    drawn = borders()[displaced(*strays)]
    np.testing.assert_array_equal(drawn[18:58, 33:73], 2)
    assert (drawn == 2).sum() == 40 * 40


@pytest.mark.parametrize(
    ("flaw", "changed"),
    [
        ({"lean": 0.12}, {"image"}),
        ({"shift_m": 0.8}, {"image"}),
        ({"label_noise_m": 0.3}, {"labels"}),
    ],
)
def test_flaws_of_views_change_one_raster_each(flaw, changed):
    clean = make_scene(7, 200, 0.3, conditions_of(7))
    flawed = make_scene(7, 200, 0.3, replace(conditions_of(7), **flaw))
    names = ("image", "dsm", "dtm", "labels")
    different = {n for n in names if not np.array_equal(getattr(clean, n), getattr(flawed, n))}
    assert different == changed
