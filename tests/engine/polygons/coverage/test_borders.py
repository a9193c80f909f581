import numpy as np
from orthoscribe.engine.polygons.coverage.borders import border_bits, find_points
from orthoscribe.tests.class_rasters import padded


def edges(count):
    found = np.zeros(count + 1, bool)
    found[[0, -1]] = True
    return found


def test_bits_list_the_borders_that_leave_a_corner():
    bits = border_bits(padded([[1, 1], [1, 2]]))
    assert bits.tolist() == [[3, 5, 6], [10, 3, 14], [8, 8, 8]]


def test_only_bends_and_nodes_are_points():
    codes = np.ones((4, 5), np.uint8)
    codes[1:3, 1:4] = 2
    points = find_points(padded(codes), edges(4), edges(5))
    inner = (points.corners % [4, 5] != 0).all(axis=1)
    assert points.corners[inner].tolist() == [[1, 1], [1, 4], [3, 1], [3, 4]]
    assert not points.is_node[inner].any()
    assert points.corners[points.is_node].tolist() == [[0, 0], [0, 5], [4, 0], [4, 5]]


def test_neighbors_lead_back():
    codes = np.random.default_rng(0).integers(0, 3, (12, 15))
    points = find_points(padded(codes), edges(12), edges(15))
    start, heading = np.nonzero(points.neighbors >= 0)
    end = points.neighbors[start, heading]
    assert (points.neighbors[end, (heading + 2) % 4] == start).all()
    step = np.array([(0, 1), (1, 0), (0, -1), (-1, 0)])[heading]
    assert (np.sign(points.corners[end] - points.corners[start]) == step).all()


def test_a_border_across_a_line_of_the_lattice_is_a_node():
    codes = np.ones((4, 6), np.uint8)
    codes[2:] = 2
    columns = edges(6)
    columns[3] = True
    points = find_points(padded(codes), edges(4), columns)
    assert [2, 3] in points.corners[points.is_node].tolist()
