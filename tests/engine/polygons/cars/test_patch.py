import numpy as np
import pytest
from orthoscribe.engine.polygons.cars.patch import CarPatch


def test_height_and_area_are_those_of_the_mask():
    mask = np.zeros((4, 5), bool)
    mask[1:3, 2:5] = True
    heights = np.arange(20, dtype=np.float32).reshape(4, 5)
    patch = CarPatch(mask, 0.2, heights_m=heights)
    assert patch.height_m() == np.median(heights[1:3, 2:5])
    assert patch.area_m2 == pytest.approx(0.24)


def test_unknown_heights_are_left_out():
    heights = np.array([[np.nan, 1.5, np.nan]], np.float32)
    patch = CarPatch(np.ones((1, 3), bool), 0.2, heights_m=heights)
    assert patch.height_m() == 1.5
    assert np.isnan(patch.height_m(np.array([True, False, True])))
    assert np.isnan(CarPatch(np.ones((1, 3), bool), 0.2).height_m())


@pytest.mark.parametrize(
    "values",
    [
        {"mask": np.zeros((2, 2), bool)},
        {"mask": np.ones((2, 2), np.uint8)},
        {"gsd_m": 0},
        {"heights_m": np.zeros((3, 3), np.float32)},
    ],
)
def test_impossible_patches_are_refused(values):
    with pytest.raises(ValueError, match=r"car patch|pixel"):
        CarPatch(**{"mask": np.ones((2, 2), bool), "gsd_m": 0.2, **values})
