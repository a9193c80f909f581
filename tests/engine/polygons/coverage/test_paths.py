import numpy as np
from orthoscribe.engine.polygons.coverage.paths import follow_paths


def test_paths_are_followed_to_their_ends():
    neighbors = np.array([[2], [-1], [4], [1], [-1]])
    nodes, lengths, chosen = follow_paths(neighbors, np.array([3, 0]))
    assert (nodes.tolist(), lengths.tolist(), chosen.tolist()) == ([3, 1, 0, 2, 4], [2, 3], [0, 1])


def test_a_ring_is_followed_once():
    neighbors = np.array([[1, 3], [2, 0], [3, 1], [0, 2]])
    nodes, lengths, chosen = follow_paths(neighbors, np.array([0, 2]))
    assert (nodes.tolist(), lengths.tolist(), chosen.tolist()) == ([0, 1, 2, 3], [4], [0])


def test_long_paths_from_both_ends_are_found_once():
    count = 100_000
    onward = np.append(np.arange(1, count), -1)
    neighbors = np.column_stack((onward, np.arange(-1, count - 1)))
    nodes, lengths, chosen = follow_paths(neighbors, np.array([0, count - 1]))
    assert lengths.tolist() == [count]
    assert chosen.tolist() == [0]
    assert (nodes == np.arange(count)).all()


def test_no_starts_give_no_paths():
    nodes, lengths, chosen = follow_paths(np.array([[-1]]), np.empty(0, np.int64))
    assert (len(nodes), len(lengths), len(chosen)) == (0, 0, 0)
