import numpy as np
from orthoscribe.engine.polygons.roads.judging import RoadScore, drop_doubtful_pieces
from orthoscribe.engine.polygons.roads.network import Edge, Network
from orthoscribe.engine.polygons.roads.pruning import RasterFrame

FRAME = RasterFrame(300, 300)


def lone(xy, radii_m):
    network = Network()
    nodes = [network.add_node(xy[0]), network.add_node(xy[-1])]
    network.add(Edge(*nodes, xy, radii_m))
    return network


def judged_m(network):
    drop_doubtful_pieces(network, FRAME, RoadScore())
    return sum(edge.length_m for edge in network.edges.values())


def test_long_even_straight_edge_is_a_road():
    xy = np.linspace((1, 150), (299, 150), 299)
    assert judged_m(lone(xy, np.full(299, 5.0))) > 297


def test_short_uneven_bent_edge_is_none():
    turns = np.cumsum(np.tile([0.4, -0.2, 0.5, -0.3], 15)[:60])
    xy = 150 + np.cumsum(np.column_stack((np.cos(turns), np.sin(turns))), axis=0)
    radii = 6 + 3 * np.sin(np.arange(60) / 6)
    assert judged_m(lone(xy, radii)) == 0


def test_only_the_wide_piece_of_an_edge_goes():
    xy = np.linspace((50, 150), (210, 150), 161)
    radii = np.full(161, 5.0)
    radii[120:] = 8.5
    network = lone(xy, radii)
    left_m = judged_m(network)
    assert 100 < left_m < 140
    assert max(edge.xy[:, 0].max() for edge in network.edges.values()) < 190
