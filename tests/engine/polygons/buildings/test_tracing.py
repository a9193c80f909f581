import numpy as np
import shapely
from orthoscribe.engine.polygons.buildings.tracing import pixel_outlines, trace_patches


def test_patches_of_many_sizes_are_traced_in_order(shapes):
    rng = np.random.default_rng(5)
    patches = []
    for _ in range(150):
        height, width = rng.integers(3, 30, 2)
        mask = np.zeros((height, width), bool)
        mask[1:-1, 1:-1] = True
        patches.append(shapes.patch_of(mask, origin=tuple(rng.integers(-3, 90, 2).tolist())))
    for patch, own, placed in zip(
        patches, trace_patches(patches), pixel_outlines(patches), strict=True
    ):
        height, width = patch.mask.shape
        row, column = patch.origin
        assert own.equals(shapely.box(1, 1, width - 1, height - 1))
        assert placed.bounds == (
            column + 1, row + 1, column + width - 1, row + height - 1,
        )  # fmt: skip


def test_courtyard_is_a_hole(shapes):
    mask = np.zeros((9, 9), bool)
    mask[1:-1, 1:-1] = True
    mask[3:6, 3:6] = False
    (outline,) = trace_patches([shapes.patch_of(mask)])
    assert outline.area == 40
    assert len(outline.interiors) == 1
