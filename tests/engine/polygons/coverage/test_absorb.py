import numpy as np
from orthoscribe.engine.polygons.coverage.absorb import absorb_small
from orthoscribe.engine.polygons.coverage.adjacency import RegionGraph

LEAST = np.full(256, 5.0)
NO_HOLES = np.zeros(256)


def graph_of(code, pixels, borders, at_edge=()):
    """A graph of regions in reading order; `borders` maps pairs to lengths; nodata is added."""
    count = len(code)
    edge = np.zeros(count + 1, bool)
    edge[list(at_edge)] = True
    return RegionGraph(
        np.array([*code, 0], np.uint8),
        np.array([*pixels, 0]),
        np.arange(count + 1),
        edge,
        np.array(list(borders), np.int64).reshape(-1, 2),
        np.array(list(borders.values()), np.int64),
    )


def absorbed(graph, minimum_px=LEAST, minimum_hole_px=NO_HOLES):
    return absorb_small(graph, minimum_px, minimum_hole_px)[:-1].tolist()


def test_a_small_region_goes_to_the_longest_border():
    graph = graph_of([1, 2, 3], [90, 4, 90], {(0, 1): 3, (1, 2): 4})
    assert absorbed(graph) == [1, 3, 3]


def test_of_equal_borders_the_larger_then_the_earlier_region_absorbs():
    borders = {(0, 1): 3, (1, 2): 3}
    assert absorbed(graph_of([1, 2, 3], [50, 4, 90], borders)) == [1, 3, 3]
    assert absorbed(graph_of([1, 2, 3], [90, 4, 90], borders)) == [1, 1, 3]


def test_minimum_is_that_of_the_code():
    least = NO_HOLES.copy()
    least[2] = 5
    graph = graph_of([1, 2, 3, 4], [90, 4, 4, 90], {(0, 1): 3, (1, 3): 1, (2, 3): 3})
    assert absorbed(graph, least) == [1, 1, 3, 4]


def test_the_smallest_goes_first_so_small_regions_can_grow_into_one_that_stays():
    graph = graph_of([1, 2, 3], [90, 3, 2], {(0, 1): 9, (1, 2): 5, (0, 2): 1})
    assert absorbed(graph) == [1, 2, 2]


def test_a_region_that_changes_its_code_joins_neighbors_of_that_code():
    # 1 goes to 0 and so connects 0 with 2, both of code 1. All are small, but not together.
    graph = graph_of([1, 2, 1, 3], [3, 1, 3, 90], {(0, 1): 3, (1, 2): 2, (0, 3): 1, (2, 3): 1})
    assert absorbed(graph) == [1, 1, 1, 3]


def test_nodata_absorbs_only_what_has_no_other_neighbor():
    graph = graph_of([1, 2, 3], [90, 4, 4], {(0, 1): 1, (1, 3): 9, (2, 3): 4})
    assert absorbed(graph) == [1, 1, 0]


def test_a_region_without_neighbors_stays():
    assert absorbed(graph_of([2], [3], {})) == [2]


def test_holes_are_filled_by_the_minimum_of_the_region_around():
    holes = NO_HOLES.copy()
    holes[1] = 20
    borders = {(0, 1): 8, (0, 2): 8, (2, 3): 8, (0, 4): 8, (0, 5): 8}
    graph = graph_of([1, 2, 3, 2, 2, 4], [900, 10, 500, 10, 20, 10], borders, at_edge=[0, 5])
    assert absorbed(graph, NO_HOLES, holes) == [1, 1, 3, 2, 2, 4]


def test_nested_holes_are_filled_from_the_inside():
    holes = np.full(256, 20.0)
    graph = graph_of([1, 2, 3], [900, 12, 4], {(0, 1): 20, (1, 2): 8}, at_edge=[0])
    assert absorbed(graph, NO_HOLES, holes) == [1, 1, 1]
