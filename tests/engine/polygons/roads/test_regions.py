import numpy as np
import pytest
from orthoscribe.engine.polygons.roads.regions import chosen_regions
from scipy import ndimage

SPIRAL = np.array(
    [
        [1, 1, 1, 1, 1, 1],
        [0, 0, 0, 0, 0, 1],
        [1, 1, 1, 1, 0, 1],
        [1, 0, 0, 1, 0, 1],
        [1, 0, 1, 1, 0, 1],
        [1, 0, 0, 0, 0, 1],
        [1, 1, 1, 1, 1, 1],
    ],
    bool,
)


@pytest.mark.parametrize("cells", [1, 90, 700, 1 << 20])
@pytest.mark.parametrize("share", [0.0, 0.45, 0.58, 0.7, 1.0])
def test_bands_do_not_change_regions(cells, share):
    random = np.random.default_rng(4)
    mask, marks = random.random((90, 60)) < share, random.random((90, 60)) < 0.5
    labels, count = ndimage.label(mask)
    size, marked = (np.bincount(labels.ravel(), w.ravel(), count + 1) for w in (mask, marks))
    is_wanted = (size >= 5) & (marked > 0.4 * size)
    is_wanted[0] = False
    found = chosen_regions(
        mask, lambda sizes: (sizes.cells >= 5) & (sizes.marked > 0.4 * sizes.cells), marks, cells
    )
    np.testing.assert_array_equal(found, is_wanted[labels])


def test_a_region_that_meets_itself_below_is_one():
    sizes = []
    chosen_regions(SPIRAL, lambda each: sizes.extend(each.cells) or each.cells > 0, None, 6)
    assert sizes == [SPIRAL.sum()]


def test_cells_that_share_a_corner_are_apart():
    mask = np.array([[1, 0], [0, 1]], bool)
    assert not chosen_regions(mask, lambda sizes: sizes.cells > 1).any()
