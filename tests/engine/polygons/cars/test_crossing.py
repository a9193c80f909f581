# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
import shapely
from orthoscribe.engine.polygons.cars.assigning import FittedShare
from orthoscribe.engine.polygons.cars.crossing import MOST_SHARED, without_crossing
from orthoscribe.engine.polygons.cars.fit import fit_cars
from orthoscribe.engine.polygons.cars.patch import CarPatch
from orthoscribe.engine.polygons.cars.rectangle import Rectangle


def share(x, angle=0.0):
    return FittedShare(Rectangle(x, 0.0, angle, 4.0, 2.0), np.ones(1, bool))


def test_the_better_of_two_crossing_rectangles_stays():
    better, worse, far = share(0.0), share(1.0, 0.7), share(9.0)
    assert without_crossing([better, worse, far]) == [better, far]
    assert without_crossing([worse, better, far]) == [worse, far]


def test_rectangles_that_touch_or_hardly_overlap_stay():
    touching = [share(0.0), share(4.0), share(8.0 - 4.0 * MOST_SHARED * 0.9)]
    assert without_crossing(touching) == touching
    assert without_crossing([share(0.0), share(4.0 - 4.0 * MOST_SHARED * 1.1)]) == [share(0.0)]


def test_a_dropped_rectangle_drops_no_others():
    first, dropped, last = share(0.0), share(3.0), share(6.0)
    assert without_crossing([first, dropped, last]) == [first, last]


def test_cars_of_a_round_blot_do_not_cross():
    rows, cols = np.mgrid[:20, :20]
    for radius_px in np.arange(3.0, 9.5, 0.25):
        blot = np.hypot(rows - 9.5, cols - 9.5) <= radius_px
        cars = fit_cars(CarPatch(blot, 0.6, 0, 0, None)).cars
        polygons = np.array([car.polygon for car in cars], object)
        for number, polygon in enumerate(polygons):
            shared = shapely.area(shapely.intersection(polygons[number + 1 :], polygon))
            assert (shared <= (MOST_SHARED + 1e-9) * polygon.area).all()
