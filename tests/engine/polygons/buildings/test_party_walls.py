import numpy as np
from orthoscribe.engine.polygons.buildings.party_walls import split_party_walls


def row_of_houses(shapes, eaves, slope=0.0):
    mask = np.zeros((60, 122), bool)
    mask[10:50, 1:121] = True
    heights = np.zeros(mask.shape, np.float32)
    rise = slope * shapes.gsd_m * (20 - np.abs(np.arange(60) - 30))[:, None]
    for number, height in enumerate(eaves):
        heights[:, 1 + 40 * number : 41 + 40 * number] = height + rise
    heights[~mask] = 0
    return shapes.patch_of(mask, heights_m=heights)


def test_houses_are_parted_where_eaves_differ(shapes):
    patch = row_of_houses(shapes, (6, 9, 7.5))
    labels = split_party_walls(patch)
    assert labels.max() == 3
    assert ((labels > 0) == patch.mask).all()
    places = np.flatnonzero(np.diff(labels[30]) != 0)
    assert np.abs(places[1:-1] - np.array((40, 80))).max() <= 1


def test_steep_roofs_of_one_height_stay_whole(shapes):
    assert split_party_walls(row_of_houses(shapes, (6, 6, 6), slope=1.7)).max() == 1


def test_building_without_heights_is_one_part(shapes):
    mask = row_of_houses(shapes, (6, 9, 6)).mask
    assert (split_party_walls(shapes.patch_of(mask)) == mask).all()


def test_unknown_heights_are_no_wall(shapes):
    patch = row_of_houses(shapes, (6, 6, 6))
    patch.heights_m[20:40, 50:52] = np.nan
    assert split_party_walls(patch).max() == 1
