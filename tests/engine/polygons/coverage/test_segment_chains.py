from itertools import pairwise

import numpy as np
from orthoscribe.engine.polygons.coverage.directed_edges import GRID_PX, codes_of
from orthoscribe.engine.polygons.coverage.segment_chains import chain_between


def neighbors_of(lines):
    beside = {}
    for line in lines:
        codes = codes_of(np.array(line, float)).tolist()
        for one, other in pairwise(codes):
            beside.setdefault(one, []).append(other)
            beside.setdefault(other, []).append(one)
    return beside


def chain(start, end, lines):
    ends = codes_of(np.array((start, end), float)).tolist()
    return chain_between(*ends, neighbors_of(lines))


def test_nodes_on_a_segment_are_in_its_order():
    lines = [[(0, 0), (3, 1), (6, 2), (9, 3)], [(3, 1), (3, 5)], [(6, 2), (6, 0)]]
    assert chain((0, 0), (9, 3), lines) == codes_of(np.array([(3, 1), (6, 2)])).tolist()
    assert chain((9, 3), (0, 0), lines) == codes_of(np.array([(6, 2), (3, 1)])).tolist()


def test_a_node_that_draws_the_segment_is_in_its_chain():
    drawn = (5, GRID_PX / 2)
    lines = [[(0, 0), drawn, (10, 0)], [drawn, (5, 4)]]
    assert chain((0, 0), (10, 0), lines) == codes_of(np.array([drawn])).tolist()


def test_a_dead_end_beside_the_segment_is_left_again():
    lines = [[(0, 0), (4, 0), (10, 0)], [(0, 0), (2, 0)]]
    assert chain((0, 0), (10, 0), lines) == codes_of(np.array([(4, 0)])).tolist()


def test_without_edges_there_is_no_chain():
    assert chain((0, 0), (10, 0), [[(0, 0), (5, 3), (10, 0)]]) == []
