import numpy as np
from orthoscribe.engine.polygons.buildings.part_borders import merge_parts


def merged_of(parts, is_step, heights_m=None):
    return merge_parts(parts, is_step, 3.0 * parts if heights_m is None else heights_m)


def two_parts():
    parts = np.zeros((12, 22), np.int32)
    parts[1:11, 1:11], parts[1:11, 11:21] = 1, 2
    return parts


def test_border_with_steps_stays():
    is_step = np.zeros((12, 22), bool)
    is_step[:, 10:12] = True
    assert (merged_of(two_parts(), is_step) == two_parts()).all()


def test_border_that_steps_along_half_of_its_length_is_none():
    is_step = np.zeros((12, 22), bool)
    is_step[:6, 10:12] = True
    assert (merged_of(two_parts(), is_step) == (two_parts() > 0)).all()


def test_box_on_a_roof_is_no_part():
    parts = two_parts()
    parts[4:8, 4:8] = 3
    merged = merged_of(parts, np.ones(parts.shape, bool))
    assert (merged == two_parts()).all()


def test_part_in_a_corner_stays_and_numbers_have_no_gaps():
    parts = np.where(two_parts() == 2, 7, two_parts())
    parts[1:5, 1:5] = 4
    merged = merged_of(parts, np.ones(parts.shape, bool))
    assert np.unique(merged).tolist() == [0, 1, 2, 3]
    assert (merged[1:5, 1:5] == merged[1, 1]).all()


def test_teeth_of_a_sawtooth_roof_are_one_part():
    steps = np.zeros((12, 22), bool)
    steps[:, 10:12] = True
    slope = np.tile(np.arange(22) % 10 * 0.3 + 6.0, (12, 1))
    assert merged_of(two_parts(), steps, slope).max() == 1
    higher = slope + 2.0 * (two_parts() == 2)
    assert merged_of(two_parts(), steps, higher).max() == 2
