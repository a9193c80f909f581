from math import pi, radians

import numpy as np
import pytest
from orthoscribe.engine.polygons.cars.rectangle import (
    Rectangle,
    rectangle_of_moments,
    smallest_rectangle,
    turn_between,
)

PIXEL_M = 0.05


def pixels_of(rectangle):
    rows, cols = np.mgrid[:240, :240]
    xy = np.column_stack((cols.ravel() + 0.5, rows.ravel() + 0.5)) * PIXEL_M
    return xy[rectangle.distance(xy) == 0]


@pytest.mark.parametrize("degrees", [0, 17, 45, 90, 133])
@pytest.mark.parametrize("fit", [rectangle_of_moments, smallest_rectangle])
def test_rectangle_of_pixels_is_that_rectangle(degrees, fit):
    true = Rectangle(6.1, 5.9, radians(degrees), 4.3, 1.8)
    found = fit(pixels_of(true), PIXEL_M)
    assert abs(turn_between(found.angle, true.angle)) < radians(1)
    np.testing.assert_allclose((found.x, found.y), (true.x, true.y), atol=0.05)
    np.testing.assert_allclose((found.length_m, found.width_m), (4.3, 1.8), atol=0.12)


def test_polygon_has_the_sides_and_the_direction():
    polygon = Rectangle(2, 3, radians(30), 4, 2).polygon()
    assert polygon.area == pytest.approx(8)
    assert polygon.centroid.coords[0] == pytest.approx((2, 3))
    tip = (2 + 2 * np.cos(radians(30)), 3 + 2 * np.sin(radians(30)))
    assert (
        min(
            np.hypot(*(np.array(tip) - polygon.exterior.interpolate(s).coords[0]))
            for s in np.linspace(0, 12, 1201)
        )
        < 0.02
    )


def test_turn_ignores_front_and_back():
    assert turn_between(0.1, 0.1 + pi) == pytest.approx(0)
    assert turn_between(radians(175), radians(5)) == pytest.approx(radians(10))
    assert turn_between(radians(5), radians(175)) == pytest.approx(radians(-10))


@pytest.mark.parametrize("fit", [rectangle_of_moments, smallest_rectangle])
def test_a_row_of_pixels_and_one_pixel_have_a_rectangle(fit):
    for xy in (np.array([[0.1, 0.1]]), np.column_stack((np.arange(9) * 0.2, np.zeros(9)))):
        found = fit(xy, 0.2)
        assert found.length_m >= found.width_m > 0
