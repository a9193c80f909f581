import numpy as np
import pytest
from orthoscribe.engine.polygons.roads.network import Edge, Network
from orthoscribe.engine.polygons.roads.pruning import RasterFrame, SpurLimits, prune_spurs

FRAME = RasterFrame(200, 200)


def street_with_spur(tip, spur_radius_m=4.0):
    """A street of 160 m with one side edge from its middle to a tip."""
    network = Network()
    nodes = [network.add_node(np.array(xy, float)) for xy in ((20, 100), (100, 100), (180, 100))]
    nodes.append(network.add_node(np.array(tip, float)))
    for first, last, radius_m in ((0, 1, 5.0), (1, 2, 5.0), (1, 3, spur_radius_m)):
        xy = np.linspace(network.positions[first], network.positions[last], 9)
        network.add(Edge(first, last, xy, np.full(9, radius_m)))
    return network


@pytest.mark.parametrize(
    ("tip", "radius_m", "left"),
    [
        ((100, 107), 4.0, 1),  # shorter than 1.6 radii
        ((100, 112), 4.0, 3),
        ((100, 112), 2.0, 1),  # narrow
        ((100, 130), 2.0, 3),
    ],
)
def test_short_or_narrow_ends_are_spurs(tip, radius_m, left):
    network = street_with_spur(tip, radius_m)
    prune_spurs(network, FRAME, SpurLimits())
    assert len(network.edges) == left
    assert sum(edge.length_m for edge in network.edges.values()) >= 160


def test_an_end_at_the_edge_of_the_raster_is_no_spur():
    network = street_with_spur((100, 107))
    prune_spurs(network, RasterFrame(200, 108), SpurLimits())
    assert len(network.edges) == 3


def test_a_lone_edge_is_no_spur():
    network = Network()
    nodes = [network.add_node(np.array(xy, float)) for xy in ((50, 50), (54, 50))]
    network.add(Edge(*nodes, np.array([(50, 50), (54, 50)], float), np.full(2, 5.0)))
    prune_spurs(network, FRAME, SpurLimits())
    assert len(network.edges) == 1
