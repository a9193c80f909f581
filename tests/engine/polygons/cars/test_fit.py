from math import cos, radians, sin

import numpy as np
import pytest
import shapely
from orthoscribe.engine.polygons.cars.fit import Car, fit_cars
from orthoscribe.engine.polygons.cars.patch import CarPatch
from orthoscribe.engine.polygons.cars.rectangle import Rectangle
from orthoscribe.engine.polygons.cars.settings import CarSettings
from scipy import ndimage

GSD_M = 0.2
SIZE = 160  # 32 m


def painted(*vehicles):
    """Return the mask of vehicles, each (x, y, degrees clockwise from up, length, width)."""
    rows, cols = np.mgrid[:SIZE, :SIZE]
    xy = np.stack((cols + 0.5, rows + 0.5), axis=-1) * GSD_M
    mask = np.zeros((SIZE, SIZE), bool)
    for x, y, heading, length_m, width_m in vehicles:
        rectangle = Rectangle(x, y, radians(heading - 90), length_m, width_m)
        mask |= rectangle.distance(xy) == 0
    return mask


def fitted(mask, height_m=None, settings=None):
    heights = None if height_m is None else np.full(mask.shape, height_m, np.float32)
    regions, _ = ndimage.label(mask)
    results = []
    for number, window in enumerate(ndimage.find_objects(regions), start=1):
        known = None if heights is None else heights[window]
        place = window[0].start, window[1].start
        patch = CarPatch(regions[window] == number, GSD_M, *place, known)
        results.append(fit_cars(patch, settings or CarSettings()))
    return [car for result in results for car in result.cars], results


def turn(heading, other):
    return abs((heading - other + 90) % 180 - 90)


@pytest.mark.parametrize("heading", [0, 20, 45, 90, 135, 170])
def test_one_car_has_its_place_size_and_heading(heading):
    (car,), _ = fitted(painted((15, 17, heading, 4.4, 1.8)))
    assert turn(car.heading_deg, heading) < 3
    assert car.kind == "car"
    np.testing.assert_allclose(car.point.coords[0], (15 / GSD_M, 17 / GSD_M), atol=0.5)
    np.testing.assert_allclose((car.length_m, car.width_m), (4.4, 1.8), atol=0.25)
    assert car.polygon.area * GSD_M**2 == pytest.approx(car.length_m * car.width_m)
    assert car.iou_raw > 0.85
    # A car that points up by `heading` from north has its tip there.
    tip = shapely.Point(
        (15 + 2.1 * sin(radians(heading))) / GSD_M, (17 - 2.1 * cos(radians(heading))) / GSD_M
    )
    assert car.polygon.distance(tip) < 1


@pytest.mark.parametrize("heading", [0, 30, 75])
def test_row_of_touching_cars_is_one_feature_each(heading):
    side = radians(heading)
    places = [
        (16 + at * cos(side), 16 + at * sin(side), heading, 4.3, 1.8)
        for at in np.arange(-2, 3) * 2.1
    ]
    between = (16, 16, heading + 90, 8.4, 0.8)  # what the network adds between cars
    cars, results = fitted(painted(*places, between))
    assert len(results) == 1
    assert len(cars) == 5
    assert max(turn(car.heading_deg, heading) for car in cars) < 8
    for x, y, *_ in places:
        point = shapely.Point(x / GSD_M, y / GSD_M)
        assert min(car.point.distance(point) for car in cars) * GSD_M < 0.5


def test_cars_in_line_and_across_are_told_apart():
    mask = painted((10, 16, 90, 4.3, 1.8), (14.3, 16, 90, 4.3, 1.8), (17.4, 16, 0, 4.3, 1.8))
    cars, results = fitted(mask)
    assert len(results) == 1
    assert len(cars) == 3
    assert sorted(round(turn(car.heading_deg, 90) / 90) for car in cars) == [0, 0, 1]


@pytest.mark.parametrize(
    ("length_m", "width_m", "height_m", "kind"),
    [
        (4.4, 1.8, None, "car"),
        (5.9, 2.1, None, "van"),
        (5.4, 2.1, 2.3, "van"),
        (4.9, 1.9, 1.5, "car"),
        (9.0, 2.5, None, "truck"),
        (11.5, 2.6, 3.4, "truck"),
    ],
)
def test_vans_and_trucks_stay_whole(length_m, width_m, height_m, kind):
    (car,), _ = fitted(painted((16, 16, 40, length_m, width_m)), height_m)
    assert car.kind == kind
    assert car.length_m == pytest.approx(length_m, abs=0.5)


def test_what_is_too_high_small_or_large_is_counted():
    car = painted((16, 16, 40, 4.4, 1.8))
    high = fitted(car, 7.0)[1][0]
    assert (high.cars, high.too_high) == ([], 1)
    low = fitted(car, 0.1, CarSettings(lowest_m=0.4))[1][0]
    assert (low.cars, low.too_low) == ([], 1)
    assert len(fitted(car, 0.1)[0]) == 1
    assert len(fitted(car, np.nan)[0]) == 1
    small = fitted(painted((16, 16, 0, 1.2, 1.2)))[1][0]
    assert (small.cars, small.wrong_size) == ([], 1)
    thin = fitted(painted((16, 16, 0, 9.0, 0.5)))[1][0]
    assert (thin.cars, thin.wrong_size) == ([], 1)


def test_position_counts_from_the_raster():
    mask = painted((16, 16, 40, 4.4, 1.8), (20, 26, 80, 4.4, 1.8))
    shifted = np.pad(mask, ((50, 0), (70, 0)))
    for here, there in zip(fitted(mask)[0], fitted(shifted)[0], strict=True):
        moved = shapely.transform(here.polygon, lambda xy: xy + np.array([70, 50]))
        assert moved.equals_exact(there.polygon, 1e-9)


@pytest.mark.parametrize(
    "values", [{"heading_deg": 180.0}, {"kind": "boat"}, {"width_m": 5.0}, {"width_m": 0.0}]
)
def test_impossible_cars_are_refused(values):
    car = {
        "polygon": shapely.box(0, 0, 20, 9),
        "length_m": 4.0,
        "width_m": 1.8,
        "heading_deg": 90.0,
        "kind": "car",
        "iou_raw": 0.9,
    }
    with pytest.raises(ValueError, match=r"must be|impossible"):
        Car(**{**car, **values})


@pytest.mark.parametrize("values", [{"length_m": 0}, {"lowest_m": -1}, {"shortest_m": 30.0}])
def test_impossible_settings_are_refused(values):
    with pytest.raises(ValueError, match=r"must be|exceeds"):
        CarSettings(**values)
