import numpy as np
import pytest
from orthoscribe.engine.polygons.chains import walk
from orthoscribe.engine.polygons.edges import OPEN
from orthoscribe.engine.polygons.ragged import gather
from orthoscribe.engine.polygons.runs import connected_components, find_runs
from scipy import ndimage


def test_components_of_runs_are_those_of_pixels():
    codes = np.random.default_rng(0).integers(0, 3, (60, 50)).astype(np.uint8)
    runs = find_runs(codes)
    component = connected_components(len(runs.code), runs.upper, runs.lower)
    count = sum(ndimage.label(codes == code)[1] for code in (1, 2))
    assert component.max() + 1 == count
    assert runs.length.sum() == (codes > 0).sum()
    pixels = component[runs.number]
    agree = (codes[1:] == codes[:-1]) & (codes[1:] > 0)
    assert (pixels[1:][agree] == pixels[:-1][agree]).all()


def lowest_reachable(count, pairs):
    """Return the lowest node that each node is connected to, by repeated relabeling."""
    lowest, before = list(range(count)), None
    while lowest != before:
        before = list(lowest)
        for one, other in pairs:
            lowest[one] = lowest[other] = min(lowest[one], lowest[other])
    return lowest


@pytest.mark.parametrize("pairs", [0, 50, 300, 2000])
def test_components_of_a_graph_are_numbered_by_their_lowest_node(pairs):
    left, right = np.random.default_rng(pairs).integers(0, 500, (2, pairs))
    found = connected_components(500, left, right)
    lowest = lowest_reachable(500, list(zip(left.tolist(), right.tolist(), strict=True)))
    assert found.tolist() == np.unique(lowest, return_inverse=True)[1].tolist()
    assert found.dtype == np.int64


def test_a_graph_without_nodes_has_no_components():
    none = np.zeros(0, np.int64)
    assert connected_components(0, none, none).shape == (0,)


def test_an_edge_given_many_times_still_connects():
    left, right = np.zeros(256, np.int64), np.ones(256, np.int64)
    assert connected_components(2, left, right).tolist() == [0, 0]


def test_a_path_of_nodes_in_any_order_is_one_component():
    order = np.random.default_rng(1).permutation(3000)
    assert connected_components(3000, order[1:], order[:-1]).max() == 0


def test_walk_follows_rings_and_open_chains_of_any_length():
    random = np.random.default_rng(2)
    lengths = [1, 2, 3, 5, 40, 333]
    names = random.permutation(2 * sum(lengths))
    following = np.empty(len(names), np.int64)
    heads, chains = [], []
    for number, length in enumerate(lengths * 2):
        chain, names = names[:length], names[length:]
        following[chain] = np.roll(chain, -1)
        if number < len(lengths):
            following[chain[-1]] = OPEN
            heads.append(chain[0])
            chains.append(chain.tolist())
    found = walk(following, np.array(heads))
    assert found.open_count == len(lengths)
    assert sorted(found.lengths.tolist()) == sorted(lengths * 2)
    parts = np.split(found.edges, np.cumsum(found.lengths)[:-1])
    assert [part.tolist() for part in parts[: len(lengths)]] == chains
    for ring in parts[len(lengths) :]:
        assert ring[0] == ring.min()
        assert (following[ring] == np.roll(ring, -1)).all()


def test_gather_takes_stretches_and_skips_empty_ones():
    assert gather(np.array([4, 9, 0]), np.array([2, 0, 3])).tolist() == [4, 5, 0, 1, 2]
