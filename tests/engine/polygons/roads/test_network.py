import numpy as np
import pytest
from orthoscribe.engine.polygons.roads.network import Edge, Network
from orthoscribe.engine.polygons.roads.parts import add_part, position_at


def network_of(positions, pairs):
    network = Network()
    for xy in positions:
        network.add_node(np.array(xy, float))
    for first, last in pairs:
        add_edge(network, first, last)
    return network


def add_edge(network, first, last, radius_m=4.0):
    xy = np.linspace(network.positions[first], network.positions[last], 11)
    return network.add(Edge(first, last, xy, np.full(11, radius_m)))


def test_join_merges_chains_and_keeps_length():
    network = network_of([(0, 0), (10, 0), (20, 0), (20, 30)], [(1, 0), (1, 2), (3, 2)])
    network.join()
    (edge,) = network.edges.values()
    assert {edge.first, edge.last} == {0, 3}
    assert edge.length_m == pytest.approx(50)
    np.testing.assert_array_equal(edge.xy[0], network.positions[edge.first])
    np.testing.assert_array_equal(edge.xy[-1], network.positions[edge.last])


def test_join_leaves_junctions_and_loops():
    star = network_of([(0, 0), (10, 0), (0, 10), (-10, 0)], [(0, 1), (0, 2), (0, 3)])
    star.join()
    assert len(star.edges) == 3
    square = network_of([(0, 0), (10, 0), (10, 10)], [(0, 1), (1, 2), (2, 0)])
    square.join()
    (edge,) = square.edges.values()
    assert edge.first == edge.last
    assert edge.length_m == pytest.approx(20 + 200**0.5)


def brute_force_bridges(network):
    found = set()
    for number in network.edges:
        copy = network_of(network.positions.values(), [])
        for other, edge in network.edges.items():
            if other != number:
                add_edge(copy, edge.first, edge.last)
        used = {node for edge in network.edges.values() for node in (edge.first, edge.last)}
        reached = parts_with_lone_nodes(copy, used)
        if reached > parts_with_lone_nodes(network, used):
            found.add(number)
    return found


def parts_with_lone_nodes(network, nodes):
    return len(network.components()) + sum(network.degree(node) == 0 for node in nodes)


@pytest.mark.parametrize("seed", range(8))
def test_bridges_are_the_edges_that_hold_parts_together(seed):
    rng = np.random.default_rng(seed)
    pairs = [tuple(map(int, rng.choice(12, 2, replace=False))) for _ in range(14)]
    network = network_of(rng.random((12, 2)) * 100, pairs)
    assert network.bridges() == brute_force_bridges(network)


def test_parallel_edges_are_no_bridges():
    network = network_of([(0, 0), (10, 0), (20, 0)], [(0, 1), (0, 1), (1, 2)])
    assert network.bridges() == {2}


def test_part_keeps_nodes_that_it_reaches():
    network = network_of([(0, 0), (100, 0)], [(0, 1)])
    edge = network.remove(0)
    number = add_part(network, edge, 0, 35)
    part = network.edges[number]
    assert part.first == 0
    assert part.last == 2
    assert part.length_m == pytest.approx(35)
    np.testing.assert_allclose(network.positions[2], (35, 0))
    np.testing.assert_allclose(position_at(edge, 42), (42, 0))
    assert list(network.free_ends()) == [(0, number), (2, number)]
