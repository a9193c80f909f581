import numpy as np
from orthoscribe.engine.polygons.roads.ends import straighten_ends
from orthoscribe.engine.polygons.roads.network import Edge, Network
from orthoscribe.engine.polygons.roads.pruning import RasterFrame

CELL_M = 0.5


def test_end_in_a_corner_goes_on_straight_to_the_border():
    mask = np.zeros((100, 300), bool)
    mask[40:60, :240] = True  # a street of 10 m that ends at x = 120 m
    xy = np.vstack((np.linspace((1, 25), (115, 25), 200), np.linspace((115.5, 25.4), (119, 29), 9)))
    radii = np.append(np.full(200, 5.0), np.linspace(4.5, 0.5, 9))
    network = Network()
    nodes = [network.add_node(xy[0]), network.add_node(xy[-1])]
    network.add(Edge(*nodes, xy, radii))
    straighten_ends(network, mask, CELL_M, RasterFrame(150, 50))
    (edge,) = network.edges.values()
    edge = edge.outgoing(nodes[0])
    np.testing.assert_allclose(edge.xy[-1], (120, 25), atol=1.0)
    np.testing.assert_array_equal(edge.xy[-1], network.positions[nodes[1]])
    np.testing.assert_array_equal(edge.xy[0], xy[0])
