import numpy as np
import pytest
import shapely
from orthoscribe.engine.polygons.buildings.wall_chains import (
    bent_wall,
    wall_chains,
    without_small_holes,
)


def test_wall_of_two_buildings_is_one_chain():
    labels = np.zeros((6, 8), int)
    labels[1:5, 1:4], labels[1:5, 4:7] = 1, 2
    labels[1, 4] = 1
    (chain,) = wall_chains(labels)
    ends = {tuple(corner) for corner in chain[[0, -1]].tolist()}
    assert ends == {(5, 1), (4, 5)}
    assert np.abs(np.diff(chain, axis=0)).sum() == 5


def test_walls_end_where_three_buildings_meet():
    labels = np.zeros((8, 8), int)
    labels[1:4, 1:7], labels[4:7, 1:4], labels[4:7, 4:7] = 1, 2, 3
    chains = wall_chains(labels)
    assert len(chains) == 3
    assert all((4, 4) in map(tuple, chain[[0, -1]].tolist()) for chain in chains)


def test_small_hole_belongs_to_the_nearest_building():
    labels = np.ones((9, 12), int)
    labels[:, 6:] = 2
    labels[[0, -1]] = labels[:, [0, -1]] = 0
    labels[3:5, 5:8] = 0
    closed = without_small_holes(labels, smallest_px=7)
    assert (closed[3:5, 5] == 1).all()
    assert (closed[3:5, 6:8] == 2).all()
    assert (closed[0] == 0).all()
    assert (without_small_holes(labels, smallest_px=6) == labels).all()


def test_bent_wall_goes_on_straight_at_both_ends():
    stairs = np.array([(0, 0), (10, 0), (10, 0.4), (20, 0.4), (20, 8)], float)
    wall = bent_wall(stairs, 1.0, 5.0)
    (x0, y0), *_, (x1, y1) = wall.coords
    assert x0 == pytest.approx(-5, abs=0.01)
    assert abs(y0) < 0.2
    assert (x1, y1) == pytest.approx((20, 13))
    assert wall.hausdorff_distance(shapely.LineString([(-5, 0), (20, 0), (20, 13)])) < 1


def test_bent_ring_stays_a_ring():
    ring = np.array([(0, 0), (9, 0), (9, 9), (0, 9), (0, 0)], float)
    assert bent_wall(ring, 1.0, 5.0).is_ring
