# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
import pytest
from orthoscribe.engine.synthetic.canvas import Place
from orthoscribe.engine.synthetic.cars import mark_and_fill_stalls, park_car, park_truck
from orthoscribe.engine.synthetic.codes import CAR, IMPERVIOUS
from orthoscribe.tests.canvases import level_canvas

MIDDLE = Place(10, 10, 0.4)


def parked(seed, park=park_car, **conditions):
    canvas = level_canvas(100, 0.2, **conditions)
    park(np.random.default_rng(seed), canvas, MIDDLE)
    return canvas


@pytest.mark.parametrize(
    ("park", "area_m2", "height_m"),
    [(park_car, (5, 13.4), (1.4, 2.7)), (park_truck, (15, 32), (2.9, 3.45))],
)
@pytest.mark.parametrize("seed", range(5))
def test_cars_are_as_large_as_cars(park, area_m2, height_m, seed):
    canvas = parked(seed, park)
    is_car = canvas.labels == CAR
    assert area_m2[0] < is_car.sum() / 25 < area_m2[1]
    assert height_m[0] <= canvas.heights.max() <= height_m[1]
    assert set(np.unique(canvas.labels)) == {0, CAR}
    np.testing.assert_array_equal(canvas.heights, canvas.former_heights)


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_cars_that_drove_off_are_missing_in_the_heights_alone(share):
    missing = 0
    for seed in range(100):
        canvas = parked(seed, moved_cars=share)
        assert (canvas.labels == CAR).any()
        assert canvas.heights.max() > 1
        missing += not canvas.former_heights.any()
    assert missing / 100 == pytest.approx(share, abs=0.13 if 0 < share < 1 else 0)


def test_cars_look_alike_whether_they_stay_or_not():
    for seed in range(10):
        stays, moves = parked(seed), parked(seed, moved_cars=1.0)
        for name in ("labels", "heights", "reflectance"):
            np.testing.assert_array_equal(getattr(stays, name), getattr(moves, name))


def test_stalls_are_marked_and_filled_as_asked():
    filled = []
    for share in (0.0, 0.5, 1.0):
        canvas = level_canvas(320, 0.1)
        mark_and_fill_stalls(np.random.default_rng(0), canvas, Place(16, 16, 0.0), 10, share)
        assert (canvas.labels == IMPERVIOUS).sum() / 100 > 11 * 0.1 * 3
        filled.append((canvas.labels == CAR).sum())
    assert filled[0] == 0
    assert 0 < filled[1] < filled[2]
