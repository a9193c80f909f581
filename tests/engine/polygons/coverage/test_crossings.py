import numpy as np
import pytest
import shapely
from orthoscribe.engine.polygons.coverage.crossings import crossing_arcs
from orthoscribe.tests.engine.polygons.coverage.test_douglas_peucker import arcs_of

ALL = np.ones(2, bool)


@pytest.mark.parametrize(
    ("left", "right", "crosses"),
    [
        ([(0, 0), (4, 4)], [(0, 4), (4, 0)], True),
        ([(0, 0), (4, 4)], [(2, 2), (4, 0)], True),  # touches the middle
        ([(0, 0), (4, 4)], [(4, 4), (2, 2)], True),  # runs back
        ([(0, 0), (4, 4)], [(0, 0), (4, 4)], True),  # the same twice
        ([(0, 0), (4, 4)], [(4, 4), (8, 8)], False),  # goes on
        ([(0, 0), (4, 4)], [(4, 4), (8, 0)], False),
        ([(0, 0), (4, 4)], [(0, 1), (3, 4)], False),
        ([(0, 0), (4, 0)], [(6, 0), (9, 0)], False),
    ],
)
def test_pairs_of_segments(left, right, crosses):
    arcs = arcs_of([np.array(left), np.array(right)])
    assert crossing_arcs(arcs, ALL).tolist() == [crosses] * 2


def test_an_arc_that_crosses_itself():
    arcs = arcs_of([np.array([(0, 0), (4, 4), (4, 0), (0, 4)]), np.array([(9, 9), (9, 10)])])
    assert crossing_arcs(arcs, ALL).tolist() == [True, False]


def test_random_segments_agree_with_geos():
    rng = np.random.default_rng(1)
    start = rng.integers(0, 40, (200, 1, 2))
    lines = list(start + np.concatenate((0 * start, rng.integers(-4, 5, start.shape)), axis=1))
    lines = [line for line in lines if (line[0] != line[1]).any()]
    geometry = shapely.linestrings(np.array(lines, float))
    expected = np.zeros(len(lines), bool)
    for i, j in zip(*np.triu_indices(len(lines), 1), strict=True):
        shared = {tuple(p) for p in lines[i].tolist()} & {tuple(p) for p in lines[j].tolist()}
        meeting = shapely.intersection(geometry[i], geometry[j])
        if not meeting.is_empty and not (len(shared) == 1 and meeting.geom_type == "Point"):
            expected[[i, j]] = True
    assert 0 < expected.sum() < len(lines)
    found = crossing_arcs(arcs_of(lines), np.ones(len(lines), bool))
    assert (found == expected).all()


def test_only_pairs_with_a_suspect_are_tested():
    crossing = [np.array([(0, 0), (4, 4)]), np.array([(0, 4), (4, 0)])]
    arcs = arcs_of([*crossing, *(line + 9 for line in crossing)])
    suspects = np.array([False, True, False, False])
    assert crossing_arcs(arcs, suspects).tolist() == [True, True, False, False]


def test_pairs_of_a_suspect_are_found_among_many_arcs():
    rng = np.random.default_rng(2)
    start = rng.integers(0, 200, (400, 1, 2))
    lines = list(start + np.concatenate((0 * start, rng.integers(1, 30, start.shape)), axis=1))
    arcs = arcs_of(lines)
    geometry = shapely.linestrings(np.array(lines, float))
    for suspect in range(0, 400, 40):
        suspects = np.arange(400) == suspect
        expected = shapely.crosses(geometry, geometry[suspect])
        found = crossing_arcs(arcs, suspects)
        assert (found[expected]).all()
        assert found[suspect] == found.any()
        assert (shapely.intersects(geometry, geometry[suspect])[found]).all()
