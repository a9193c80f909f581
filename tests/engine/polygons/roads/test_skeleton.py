import numpy as np
from orthoscribe.engine.polygons.roads.skeleton import graph_of, thin
from scipy import ndimage


def test_crossing_is_one_node_with_four_paths():
    skeleton = np.zeros((21, 21), bool)
    skeleton[10] = skeleton[:, 10] = True
    graph = graph_of(skeleton)
    crossing = [
        number
        for number in range(len(graph.nodes))
        if sum((path.first == number) + (path.last == number) for path in graph.paths) == 4
    ]
    assert len(crossing) == 1
    np.testing.assert_allclose(graph.nodes[crossing[0]], (10, 10))
    assert len(graph.paths) == 4


def test_every_cell_is_in_one_path_or_junction():
    rng = np.random.default_rng(5)
    noise = ndimage.gaussian_filter(rng.standard_normal((220, 250)), 5)
    skeleton = thin(noise > 0, 10)
    graph = graph_of(skeleton)
    cells = [tuple(cell) for path in graph.paths for cell in path.cells]
    assert len(cells) == len(set(cells))
    assert all(skeleton[cell] for cell in cells)
    for path in graph.paths:
        steps = np.abs(np.diff(path.cells, axis=0)).max(axis=1, initial=0)
        assert (steps == 1).all()
        for node, cell in ((path.first, path.cells[0]), (path.last, path.cells[-1])):
            assert np.abs(graph.nodes[node] - cell).max() < 6


def test_ring_is_a_path_from_a_node_to_itself():
    skeleton = np.zeros((20, 20), bool)
    skeleton[5, 5:15] = skeleton[14, 5:15] = skeleton[5:15, 5] = skeleton[5:15, 14] = True
    skeleton = thin(skeleton, 0)
    (path,) = graph_of(skeleton).paths
    assert path.first == path.last
    assert len(path.cells) == skeleton.sum()


def test_skeleton_does_not_fork_where_a_road_leaves_the_raster():
    mask = np.zeros((60, 100), bool)
    mask[20:41] = True
    skeleton = thin(mask, 35)
    assert (skeleton.sum(axis=0) == 1).all()
    assert len(graph_of(skeleton).paths) == 1


def test_empty_skeleton_has_no_paths():
    graph = graph_of(np.zeros((5, 5), bool))
    assert graph.paths == []
    assert graph.nodes.shape == (0, 2)


def test_nodes_are_the_centers_of_touching_junction_cells():
    noise = ndimage.gaussian_filter(np.random.default_rng(6).standard_normal((150, 170)), 4)
    skeleton = thin(noise > 0, 10)
    eight = np.ones((3, 3), int)
    neighbors = ndimage.convolve(skeleton.astype(np.uint8), eight, mode="constant") - 1
    junction, count = ndimage.label(skeleton & (neighbors >= 3), eight)
    centers = ndimage.center_of_mass(junction > 0, junction, np.arange(1, count + 1))
    assert count > 20
    np.testing.assert_allclose(graph_of(skeleton).nodes[:count], centers)
