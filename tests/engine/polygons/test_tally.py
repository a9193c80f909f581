import numpy as np
from orthoscribe.engine.polygons.tally import Tally, tally_runs


def random_pixels(seed, runs=200, components=5):
    random = np.random.default_rng(seed)
    owner = random.integers(0, components, runs)
    lengths = random.integers(1, 30, runs)
    heights = random.gamma(2, 3, lengths.sum()).astype(np.float32)
    confidence = random.integers(1, 101, lengths.sum()).astype(np.uint8)
    return owner, lengths, confidence, heights


def test_means_are_those_of_the_pixels():
    owner, lengths, confidence, heights = random_pixels(1)
    tally = tally_runs(owner, lengths, 5, confidence, heights)
    pixel_owner = np.repeat(owner, lengths)
    for component in range(5):
        mine = pixel_owner == component
        assert tally.pixels[component] == mine.sum()
        assert np.isclose(tally.mean_confidence()[component], confidence[mine].mean())
        assert abs(tally.mean_height_m()[component] - heights[mine].mean()) < 0.001


def test_percentile_is_the_nearest_rank_to_half_a_bin():
    owner, lengths, _, heights = random_pixels(2)
    found = tally_runs(owner, lengths, 5, heights_m=heights).percentile_height_m(95)
    pixel_owner = np.repeat(owner, lengths)
    for component in range(5):
        mine = np.sort(heights[pixel_owner == component])
        exact = mine[int(np.ceil(0.95 * len(mine))) - 1]
        assert abs(found[component] - exact) <= 0.0501


def test_parts_merge_into_the_whole():
    owner, lengths, confidence, heights = random_pixels(3)
    half = len(owner) // 2
    cut = lengths[:half].sum()
    whole = tally_runs(owner, lengths, 5, confidence, heights)
    upper = tally_runs(owner[:half], lengths[:half], 5, confidence[:cut], heights[:cut])
    lower = tally_runs(owner[half:], lengths[half:], 5, confidence[cut:], heights[cut:])
    for merged, expected in zip(upper.plus(lower), whole, strict=True):
        np.testing.assert_array_equal(merged, expected)


def test_regrouping_merges_and_drops_components():
    tally = tally_runs(
        np.array([0, 1, 2]), np.array([2, 1, 1]), 3, heights_m=np.float32([1, 1, 9, 5])
    )
    merged = tally.regrouped(np.array([0, 0, -1]), 1)
    assert merged.pixels.tolist() == [3]
    assert np.isclose(merged.mean_height_m()[0], 11 / 3, atol=0.001)
    assert merged.counts.sum() == 3


def test_unknown_values_are_left_out_and_give_nan_where_nothing_is_known():
    tally = tally_runs(
        np.array([0, 1]),
        np.array([2, 2]),
        2,
        np.uint8([80, 0, 0, 255]),
        np.float32([3, np.nan, np.nan, np.inf]),
    )
    np.testing.assert_array_equal(tally.mean_confidence(), [80, np.nan])
    np.testing.assert_array_equal(tally.mean_height_m(), [3, np.nan])
    percentile = tally.percentile_height_m(95)
    assert abs(percentile[0] - 3) <= 0.0501
    assert np.isnan(percentile[1])


def test_tally_without_components_is_empty():
    none = np.empty(0, np.int64)
    tally = tally_runs(none, none, 0, np.empty(0, np.uint8), np.empty(0, np.float32))
    assert tally.plus(Tally.empty()).pixels.size == 0
