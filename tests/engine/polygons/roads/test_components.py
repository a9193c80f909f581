import numpy as np
import pytest
from orthoscribe.engine.polygons.roads.components import PartLimits, drop_small_parts
from orthoscribe.engine.polygons.roads.network import Edge, Network
from orthoscribe.engine.polygons.roads.pruning import RasterFrame

FRAME = RasterFrame(300, 300)


@pytest.mark.parametrize(
    ("start", "end", "radius_m", "is_kept"),
    [
        ((100, 100), (180, 100), 5.0, True),
        ((100, 100), (140, 100), 5.0, False),  # short
        ((1, 100), (41, 100), 3.0, True),  # short, but it may go on outside the raster
        ((100, 100), (180, 100), 9.0, False),  # short against its width
    ],
)
def test_parts_are_judged_by_length_and_width(start, end, radius_m, is_kept):
    network = Network()
    nodes = [network.add_node(np.array(xy, float)) for xy in (start, end)]
    network.add(Edge(*nodes, np.linspace(start, end, 50), np.full(50, radius_m)))
    drop_small_parts(network, FRAME, PartLimits())
    assert len(network.edges) == int(is_kept)
