import numpy as np
import shapely
from orthoscribe.engine.polygons.buildings.samples import sample_ring, simplified_ring
from orthoscribe.engine.polygons.buildings.tracing import trace_patches


def samples_of(patch):
    (outline,) = trace_patches([patch])
    return sample_ring(shapely.get_coordinates(outline.exterior), patch)


def block(height=6, width=9):
    mask = np.zeros((height, width), bool)
    mask[1:-1, 1:-1] = True
    return mask


def test_samples_are_the_midpoints_of_unit_edges(shapes):
    samples = samples_of(shapes.patch_of(block(), gsd_m=0.5))
    assert len(samples.points_m) == 2 * (4 + 7)
    halves = samples.points_m / 0.5 % 1
    assert ((halves == 0.5).sum(axis=1) == 1).all()
    # Cut corners shorten the way from midpoint to midpoint.
    assert np.isclose(
        samples.lengths_m.sum(), 0.5 * (22 - 8 + 4 * 2 * np.sqrt(0.5) / 1) - 0.0, rtol=0.1
    )


def test_samples_beside_trees_and_gaps_are_marked(shapes):
    tree, beyond = np.zeros((6, 9), bool), np.zeros((6, 9), bool)
    tree[0, 3:5] = True
    beyond[:, 8] = True
    samples = samples_of(shapes.patch_of(block(), tree=tree, beyond=beyond, gsd_m=1.0))
    hidden = {tuple(point) for point in samples.points_m[samples.is_hidden].tolist()}
    assert hidden == {(3.5, 1.0), (4.5, 1.0)}
    assert (samples.points_m[samples.is_beyond][:, 0] == 8).all()
    assert samples.is_beyond.sum() == 4


def test_simplified_ring_keeps_corners_by_number(shapes):
    samples = samples_of(shapes.patch_of(block(20, 30), gsd_m=1.0))
    kept = simplified_ring(samples, 0.75)
    assert (np.diff(kept) > 0).all()
    assert 4 <= len(kept) <= 8
