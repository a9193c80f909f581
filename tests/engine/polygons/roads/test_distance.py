import numpy as np
import pytest
from orthoscribe.engine.polygons.roads.distance import border_distance_at, within
from scipy import ndimage


@pytest.mark.parametrize("cells", [60, 700, 1 << 20])
@pytest.mark.parametrize("share", [0.0, 0.002, 0.3, 1.0])
def test_bands_do_not_change_what_is_within_a_radius(cells, share):
    mask = np.random.default_rng(3).random((90, 60)) < share
    rows, cols = np.nonzero(mask)
    here = np.indices(mask.shape).reshape(2, -1, 1)
    away = np.hypot(here[0] - rows, here[1] - cols) if len(rows) else np.full((5400, 1), np.inf)
    expected = (away.min(axis=1) <= 7).reshape(mask.shape)
    np.testing.assert_array_equal(within(mask, 7, cells), expected)


@pytest.mark.parametrize("cells", [80, 1 << 20])
def test_edge_of_raster_is_no_border(cells):
    mask = np.zeros((60, 40), bool)
    mask[20:40] = True
    middle = np.array([(30, 0), (30, 20), (39, 39), (20, 3)])
    assert border_distance_at(mask, middle, 30, cells).tolist() == [10, 10, 1, 1]
    full = np.ones((9, 9), bool)
    assert border_distance_at(full, middle % 9, 30, cells).tolist() == [30] * 4


def test_border_distance_is_the_transform_up_to_the_limit():
    mask = ndimage.gaussian_filter(np.random.default_rng(1).random((300, 80)), 3) > 0.5
    cells = np.random.default_rng(2).permutation(np.argwhere(mask))
    expected = np.minimum(ndimage.distance_transform_edt(mask), 6).astype(np.float32)
    found = border_distance_at(mask, cells, 6, 400)
    np.testing.assert_array_equal(found, expected[tuple(cells.T)])


def test_no_cells_have_no_distances():
    none = np.empty((0, 2), np.int64)
    assert border_distance_at(np.ones((3, 3), bool), none, 5).shape == (0,)
