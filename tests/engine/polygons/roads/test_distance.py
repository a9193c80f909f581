import numpy as np
import pytest
from orthoscribe.engine.polygons.roads.distance import border_distance, distance_outside
from scipy import ndimage


@pytest.mark.parametrize("band", [1, 7, 64, 1000])
@pytest.mark.parametrize("share", [0.0, 0.002, 0.3, 1.0])
def test_bands_do_not_change_distances(band, share):
    mask = np.random.default_rng(3).random((90, 60)) < share
    rows, cols = np.nonzero(mask)
    here = np.indices(mask.shape).reshape(2, -1, 1)
    away = np.hypot(here[0] - rows, here[1] - cols) if len(rows) else np.full((5400, 1), np.inf)
    expected = np.minimum(away.min(axis=1), 12).reshape(mask.shape)
    np.testing.assert_allclose(distance_outside(mask, 12, band), expected, rtol=1e-6)


@pytest.mark.parametrize("band", [5, 1000])
def test_edge_of_raster_is_no_border(band):
    mask = np.zeros((60, 40), bool)
    mask[20:40] = True
    distance = border_distance(mask, 30, band)
    assert distance[30, 0] == distance[30, 20] == 10
    assert (border_distance(np.ones((9, 9), bool), 30, band) == 30).all()


def test_border_distance_is_the_transform_inside():
    mask = ndimage.gaussian_filter(np.random.default_rng(1).random((80, 80)), 3) > 0.5
    inner = border_distance(mask, 50, 16)[25:-25, 25:-25]
    np.testing.assert_allclose(inner, ndimage.distance_transform_edt(mask)[25:-25, 25:-25])
