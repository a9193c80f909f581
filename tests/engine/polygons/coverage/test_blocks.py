import numpy as np
from orthoscribe.engine.polygons.coverage.blocks import boxes_near


def boxes(count, size_px, seed):
    rng = np.random.default_rng(seed)
    low = rng.integers(0, 1000, (count, 2))
    return low, low + rng.integers(0, size_px, (count, 2))


def test_all_boxes_that_intersect_are_near_and_few_others():
    low, high = boxes(3000, 40, 0)
    other_low, other_high = boxes(20, 90, 1)
    meets = (low[:, np.newaxis] <= other_high) & (high[:, np.newaxis] >= other_low)
    intersects = meets.all(axis=2).any(axis=1)
    apart = np.maximum(low[:, np.newaxis] - other_high, other_low - high[:, np.newaxis])
    far = (apart.max(axis=2) > 16).all(axis=1)
    near = boxes_near(low, high, other_low, other_high)
    assert intersects.any()
    assert far.any()
    assert near[intersects].all()
    assert not near[far].any()


def test_without_other_boxes_none_is_near():
    none = np.empty((0, 2), np.int64)
    assert not boxes_near(*boxes(10, 5, 0), none, none).any()
