import numpy as np
from orthoscribe.engine.polygons.roads.network import Edge, Network
from orthoscribe.engine.polygons.roads.wide_pieces import WideLimits, cut_wide_pieces


def street(radii_m):
    network = Network()
    first, last = network.add_node(np.zeros(2)), network.add_node(np.array([200.0, 0]))
    network.add(Edge(first, last, np.linspace((0, 0), (200, 0), 201), radii_m))
    return network


def test_lot_beside_a_street_is_cut_out():
    radii = np.full(201, 5.0)
    radii[80:120] = 12
    network = street(radii)
    cut_wide_pieces(network, WideLimits())
    spans = sorted((edge.xy[0, 0], edge.xy[-1, 0]) for edge in network.edges.values())
    np.testing.assert_allclose(spans, [(0, 79), (120, 200)], atol=1.5)


def test_bay_and_small_swell_stay():
    for first, last, radius_m in ((95, 105, 12.0), (60, 140, 6.5)):
        radii = np.full(201, 5.0)
        radii[first:last] = radius_m
        network = street(radii)
        cut_wide_pieces(network, WideLimits())
        assert len(network.edges) == 1


def test_place_is_removed_whole():
    network = street(np.full(201, 30.0))
    cut_wide_pieces(network, WideLimits())
    assert not network.edges
