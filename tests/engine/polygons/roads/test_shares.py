import numpy as np
import pytest
from orthoscribe.engine.polygons.roads.settings import RoadCodes, RoadSettings
from orthoscribe.engine.polygons.roads.shares import ShareReducer
from orthoscribe.tests.engine.polygons.roads.whole_rasters import reduce_codes

CODES = RoadCodes(sealed=(1,), vehicles=(5,), covers=(4, 6))


def fed(codes, heights, gsd_m=0.1):
    reducer = ShareReducer(codes.shape[1], CODES, gsd_m, 0.4)
    row = 0
    for height in heights:
        reducer.feed(codes[row : row + height])
        row += height
    return reducer.finish()


@pytest.mark.parametrize("heights", [[103], [1] * 103, [4, 7, 90, 2], [50, 53]])
def test_shares_do_not_depend_on_strips(heights):
    codes = np.random.default_rng(1).integers(0, 7, (103, 61)).astype(np.uint8)
    whole, parts = reduce_codes(codes, CODES, 0.1, 0.4), fed(codes, heights)
    for name in ("sealed", "passable"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(parts, name))
    assert whole.shape_px == parts.shape_px == (103, 61)
    assert whole.sealed.shape == (26, 16)


def test_shares_count_pixels_of_each_role():
    codes = np.array([[1, 1, 5, 5], [1, 2, 4, 6], [0, 0, 3, 4]], np.uint8)
    shares = reduce_codes(codes, CODES, 0.2, 0.4)
    assert shares.cell_px == 2
    np.testing.assert_array_equal(shares.sealed, [[191, 128], [0, 0]])
    np.testing.assert_array_equal(shares.passable, [[191, 255], [0, 128]])


def test_coarse_pixels_are_cells():
    shares = reduce_codes(np.ones((3, 5), np.uint8), CODES, 0.5, 0.4)
    assert (shares.cell_px, shares.cell_m, shares.sealed.shape) == (1, 0.5, (3, 5))


@pytest.mark.parametrize(
    "roles", [{"sealed": ()}, {"sealed": (1,), "covers": (1,)}, {"sealed": (0,)}]
)
def test_codes_have_one_role_each(roles):
    with pytest.raises(ValueError, match="code"):
        RoadCodes(**roles)


@pytest.mark.parametrize("values", [{"cell_m": 0}, {"least_width_m": 30.0}, {"hole_m2": -1}])
def test_settings_refuse_impossible_values(values):
    with pytest.raises(ValueError, match="must have"):
        RoadSettings(**values)
