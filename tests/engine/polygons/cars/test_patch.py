import numpy as np
import pytest
from orthoscribe.engine.polygons.cars.patch import CarPatch, car_patches


def test_regions_touch_by_edges_and_keep_their_place():
    mask = np.zeros((8, 9), bool)
    mask[1:3, 2:5] = True
    mask[3, 5] = True  # touches by a corner only
    mask[6, 0] = True
    heights = np.arange(72, dtype=np.float32).reshape(8, 9)
    patches = list(car_patches(mask, 0.2, heights))
    assert [(each.row, each.column, int(each.mask.sum())) for each in patches] == [
        (1, 2, 6),
        (3, 5, 1),
        (6, 0, 1),
    ]
    assert patches[0].height_m() == np.median(heights[1:3, 2:5])
    assert patches[0].area_m2 == pytest.approx(0.24)


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
