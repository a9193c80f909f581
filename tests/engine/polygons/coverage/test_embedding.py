import numpy as np
from orthoscribe.engine.polygons.coverage.arcs import trace_arcs
from orthoscribe.engine.polygons.coverage.embedding import (
    displaced_arcs,
    find_islands,
    turned_arcs,
)
from orthoscribe.tests.class_rasters import padded
from scipy import ndimage


def edges(count):
    found = np.zeros(count + 1, bool)
    found[[0, -1]] = True
    return found


def traced(codes):
    """Arcs of a raster and the regions on both sides of each one."""
    framed = padded(codes)
    arcs = trace_arcs(framed, edges(codes.shape[0]), edges(codes.shape[1]))
    number = np.zeros(framed.shape, int)
    for code in np.unique(codes):
        labels, _ = ndimage.label(framed == code)
        number[labels > 0] = labels[labels > 0] + number.max()
    return arcs, number.ravel()[arcs.pixels] - 1


def islands_of(codes):
    arcs, regions = traced(codes)
    height, width = codes.shape
    return arcs, find_islands(arcs, regions, edges(height), edges(width))


def keeping(arcs, dropped):
    """Marks of the corners to keep: all but those in `dropped`."""
    kept = ~(arcs.corners[:, np.newaxis] == np.array(dropped)).all(axis=2).any(axis=1)
    assert not kept.all()
    return kept


def pond_in_a_bay():
    """A bay of code 2 that opens to the right, with a pond of code 3 in it."""
    codes = np.ones((9, 12), np.uint8)
    codes[2:7, 4:] = 2
    codes[4, 10] = 3
    return codes


def test_islands_touch_no_line_of_the_lattice():
    codes = np.ones((12, 12), np.uint8)
    codes[2:4, 2:4] = 2  # a ring
    codes[6:9, 6:8], codes[6:9, 8:10] = 2, 3  # two regions that touch
    codes[5, 0:3] = 2  # at the edge
    arcs, islands = islands_of(codes)
    assert len(islands.corners) == 2
    assert (islands.number[arcs.is_ring] >= 0).all()
    assert np.bincount(islands.number + 1)[1:].tolist() in ([1, 3], [3, 1])


def test_the_outer_side_of_an_island_faces_the_region_around_it():
    codes = np.ones((12, 12), np.uint8)
    codes[3:9, 3:6], codes[3:9, 6:9] = 2, 3
    arcs, regions = traced(codes)
    islands = find_islands(arcs, regions, edges(12), edges(12))
    around = regions[islands.outer_side == -1, 1], regions[islands.outer_side == 1, 0]
    assert set(np.concatenate(around).tolist()) == {0}
    inner = (islands.number >= 0) & (islands.outer_side == 0)
    assert inner.sum() == 1


def test_an_arc_moved_over_an_island_is_found():
    arcs, islands = islands_of(pond_in_a_bay())
    every = np.ones(len(arcs.lengths), bool)
    assert not displaced_arcs(arcs, np.ones(len(arcs.corners), bool), islands, every).any()
    # One corner of the bay is cut off, and the pond is not in that corner.
    assert not displaced_arcs(arcs, keeping(arcs, [(7, 4)]), islands, every).any()
    # The chord from one side of the bay's mouth to the other leaves the pond outside.
    found = displaced_arcs(arcs, keeping(arcs, [(2, 4), (7, 4)]), islands, every)
    assert found.sum() == 1
    assert arcs.corners[arcs.owner == np.flatnonzero(found)[0]].tolist().count([2, 4]) == 1


def test_an_island_turned_inside_out_is_found():
    codes = np.ones((12, 12), np.uint8)
    codes[2:4, 2:9] = codes[4:10, 2:4] = 2  # an angle
    arcs, islands = islands_of(codes)
    every = np.ones(len(arcs.lengths), bool)
    ring = arcs.owner == np.flatnonzero(arcs.is_ring)[0]
    kept = np.ones(len(arcs.corners), bool)
    assert not displaced_arcs(arcs, kept, islands, every).any()
    order = arcs.corners.copy()
    order[ring] = order[ring][::-1]
    mirrored = np.flatnonzero(ring)
    flat = kept.copy()
    flat[mirrored[1:-1]] = False
    flat[mirrored[2]] = True  # no area is left
    assert displaced_arcs(arcs, flat, islands, every)[arcs.is_ring].all()


def test_a_changed_order_around_a_node_is_found():
    codes = np.full((10, 10), 1, np.uint8)
    codes[:, 5:] = 2
    codes[6:, 5:] = 3
    arcs, _ = traced(codes)
    assert not turned_arcs(arcs).any()
    node = np.array([6, 5])
    at_node = (arcs.corners == node).all(axis=1)
    right = arcs.owner[at_node & (arcs.headings[arcs.owner] % 2 == 0).any(axis=1)]
    assert len(right) == 1
    # The arc to the east is bent to leave the node between the other two, on their left.
    moved = arcs.corners.copy()
    other = (arcs.owner == right[0]) & ~at_node
    moved[other] = [6, 1]
    found = turned_arcs(arcs._replace(corners=moved))
    assert set(arcs.owner[at_node]) <= set(np.flatnonzero(found))
