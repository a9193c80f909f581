import numpy as np
import pytest
from orthoscribe.engine.polygons.buildings.neighborhood import touching_groups


def block(shapes, row, column, height=4, width=4):
    mask = np.zeros((height + 2, width + 2), bool)
    mask[1:-1, 1:-1] = True
    return shapes.patch_of(mask, origin=(row, column))


def test_patches_that_share_an_edge_are_a_group(shapes):
    patches = [
        block(shapes, 0, 0),
        block(shapes, 0, 20),
        block(shapes, 4, 2),  # below the first
        block(shapes, 4, 24),  # touches the second at a corner only
    ]
    (group,) = touching_groups(patches)
    assert group.members == (0, 2)
    assert np.bincount(group.labels.ravel())[1:].tolist() == [16, 16]
    assert group.whole.origin == (0, 0)
    assert group.whole.mask.sum() == 32


def test_chain_of_neighbors_is_one_group(shapes):
    (group,) = touching_groups([block(shapes, 0, 4 * number) for number in (2, 0, 1, 3)])
    assert group.members == (0, 1, 2, 3)


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_make_no_group(shapes, count):
    assert touching_groups([block(shapes, 0, 0)] * count) == []
