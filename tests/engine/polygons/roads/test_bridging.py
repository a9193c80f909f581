import numpy as np
import pytest
from orthoscribe.engine.polygons.roads.bridging import BridgeLimits, PassableGround, bridge_gaps
from orthoscribe.engine.polygons.roads.network import Edge, Network
from orthoscribe.engine.polygons.roads.pruning import RasterFrame

FRAME = RasterFrame(200, 200)
CELL_M = 0.5


def network_of(*lines, radius_m=4.0):
    network = Network()
    for start, end in lines:
        first, last = (network.add_node(np.array(xy, float)) for xy in (start, end))
        xy = np.linspace(start, end, 41)
        network.add(Edge(first, last, xy, np.full(41, radius_m)))
    return network


def bridged(network, ground=None):
    cells = np.ones((400, 400), bool) if ground is None else ground
    return bridge_gaps(network, PassableGround(cells, CELL_M), FRAME, BridgeLimits())


def assert_connected_exactly(network):
    for edge in network.edges.values():
        np.testing.assert_array_equal(edge.xy[0], network.positions[edge.first])
        np.testing.assert_array_equal(edge.xy[-1], network.positions[edge.last])


def test_ends_that_face_each_other_become_one_edge():
    network = network_of(((1, 100), (80, 100)), ((120, 103), (199, 103)))
    assert bridged(network) == 1
    (edge,) = network.edges.values()
    assert edge.length_m == pytest.approx(198, abs=1)
    assert_connected_exactly(network)


@pytest.mark.parametrize("other", [((120, 100), (120, 199)), ((120, 140), (199, 140))])
def test_ends_that_look_past_each_other_stay_apart(other):
    network = network_of(((1, 100), (80, 100)), other)
    assert bridged(network) == 0


def test_lawn_between_ends_is_not_bridged():
    ground = np.ones((400, 400), bool)
    ground[:, 180:220] = False
    network = network_of(((1, 100), (80, 100)), ((120, 100), (199, 100)))
    assert bridged(network, ground) == 0


def test_end_is_led_to_the_side_of_a_road():
    network = network_of(((1, 100), (85, 100)), ((100, 1), (100, 199)))
    assert bridged(network) == 1
    assert len(network.edges) == 3
    degrees = sorted(network.degree(node) for node in network.positions)
    assert degrees[-1] == 3
    assert_connected_exactly(network)
    assert sum(edge.length_m for edge in network.edges.values()) == pytest.approx(297, abs=0.1)


def test_several_ends_meet_the_same_road():
    ends = (((1, y), (85, y)) for y in (40, 90, 150))
    network = network_of(*ends, ((100, 1), (100, 199)))
    assert bridged(network) == 3
    assert len(network.components()) == 1
    assert len(network.edges) == 7
    assert_connected_exactly(network)
