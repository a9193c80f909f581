import numpy as np
import pytest
from orthoscribe.engine.polygons.buildings.patch import cut_patch


def block(shape=(6, 8)):
    mask = np.zeros(shape, bool)
    mask[1:-1, 1:-1] = True
    return mask


def test_patch_refuses_a_building_at_the_border(shapes):
    mask = block()
    mask[0, 3] = True
    with pytest.raises(ValueError, match="margin"):
        shapes.patch_of(mask)


def test_patch_refuses_two_regions_that_touch_at_a_corner(shapes):
    mask = np.zeros((4, 4), bool)
    mask[1, 1] = mask[2, 2] = True
    with pytest.raises(ValueError, match="region"):
        shapes.patch_of(mask)


def test_patch_refuses_other_shapes_and_resolutions(shapes):
    with pytest.raises(ValueError, match="shape"):
        shapes.patch_of(block(), tree=np.zeros((2, 2), bool))
    with pytest.raises(ValueError, match="edge of a pixel"):
        shapes.patch_of(block(), gsd_m=float("nan"))


def test_part_of_a_patch_keeps_its_place_in_the_raster(shapes):
    mask = block()
    labels = np.where(mask, 1, 0)
    labels[1:-1, 5:] *= 2
    heights_m = np.arange(mask.size, dtype=np.float32).reshape(mask.shape)
    whole = shapes.patch_of(mask, origin=(10, 20), heights_m=heights_m)
    part = cut_patch(whole, labels, 2)
    assert part.origin == (10, 24)
    assert part.window == (10, 24, 16, 28)
    assert (part.mask == (labels == 2)[:, 4:]).all()
    assert (part.heights_m == heights_m[:, 4:]).all()
