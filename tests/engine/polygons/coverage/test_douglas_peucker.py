import itertools

import numpy as np
import pytest
import shapely
from orthoscribe.engine.polygons.coverage.arcs import Arcs
from orthoscribe.engine.polygons.coverage.douglas_peucker import corners_to_keep


def arcs_of(lines, is_bowed=None):
    """Arcs with the given corners; what simplification does not look at is left out."""
    lengths = np.array([len(line) for line in lines])
    bowed = np.zeros(len(lines), bool) if is_bowed is None else np.array(is_bowed)
    corners = np.concatenate(lines).astype(np.int32)
    return Arcs(corners, lengths, None, None, None, ~bowed, bowed)


def walks(count, seed=0):
    rng = np.random.default_rng(seed)
    return [np.cumsum(rng.integers(-3, 5, (rng.integers(2, 60), 2)), axis=0) for _ in range(count)]


@pytest.mark.parametrize("tolerance", [0.5, 1.5, 6.0])
def test_dropped_corners_are_within_the_tolerance(tolerance):
    lines = walks(200)
    arcs = arcs_of(lines)
    kept = corners_to_keep(arcs, np.full(len(lines), tolerance))
    dropped = 0
    for line, mark in zip(lines, np.split(kept, arcs.ends[:-1] + 1), strict=True):
        places = np.flatnonzero(mark)
        assert mark[0]
        assert mark[-1]
        for first, last in itertools.pairwise(places):
            chord = shapely.LineString(line[[first, last]])
            skipped = shapely.points(line[first + 1 : last].astype(float))
            dropped += len(skipped)
            assert (shapely.distance(skipped, chord) <= tolerance + 1e-9).all()
    assert dropped > 0


def test_each_arc_has_its_own_tolerance():
    lines = [np.array([(0, 0), (2, 5), (0, 10)])] * 2
    kept = corners_to_keep(arcs_of(lines), np.array([1.9, 2.1]))
    assert kept.tolist() == [True, True, True, True, False, True]


def test_a_bowed_arc_keeps_its_farthest_corner():
    line = np.array([(0, 0), (1, 0), (1, 3), (2, 3), (2, 5), (0, 5)])
    assert corners_to_keep(arcs_of([line], [True]), np.array([9.0])).sum() == 3
    assert corners_to_keep(arcs_of([line], [False]), np.array([9.0])).sum() == 2


def test_a_closed_arc_keeps_three_corners():
    square = np.array([(0, 0), (0, 2), (2, 2), (2, 0), (0, 0)])
    kept = corners_to_keep(arcs_of([square]), np.array([50.0]))
    assert np.unique(square[kept], axis=0).shape == (3, 2)
