import itertools

import numpy as np
import pytest
from orthoscribe.engine.polygons.coverage.arcs import trace_arcs
from orthoscribe.engine.polygons.coverage.lattice import PinLattice
from orthoscribe.tests.class_rasters import RASTERS, padded


def trace(codes, size_px=64):
    lattice = PinLattice(size_px)
    height, width = np.shape(codes)
    return trace_arcs(padded(codes), lattice.is_line(height), lattice.is_column(width))


def unit_borders(codes):
    """Every border between two pixels, or a pixel and the outside, but the raster's lower edge."""
    framed = padded(codes)
    across = np.argwhere(framed[:-1, 1:-1] != framed[1:, 1:-1])
    down = np.argwhere(framed[1:, :-1] != framed[1:, 1:])
    return {(line, column, 0) for line, column in across.tolist()} | {
        (line, column, 1) for line, column in down.tolist()
    }


def unit_steps(arcs):
    steps = []
    for start, length in zip(arcs.starts, arcs.lengths, strict=True):
        corners = arcs.corners[start : start + length].tolist()
        for (line, column), (next_line, next_column) in itertools.pairwise(corners):
            assert line == next_line or column == next_column
            for k in range(min(column, next_column), max(column, next_column)):
                steps.append((line, k, 0))
            for k in range(min(line, next_line), max(line, next_line)):
                steps.append((k, column, 1))
    return steps


@pytest.mark.parametrize("name", RASTERS)
def test_every_border_is_followed_exactly_once(name):
    steps = unit_steps(trace(RASTERS[name]))
    assert len(steps) == len(set(steps))
    assert set(steps) == unit_borders(RASTERS[name])


@pytest.mark.parametrize("name", RASTERS)
def test_pixels_on_both_sides_are_those_of_every_step(name):
    codes = padded(RASTERS[name])
    arcs = trace(RASTERS[name])
    right, left = codes.ravel()[arcs.pixels].T
    assert (right != left).all()
    first = arcs.corners[arcs.starts]
    second = arcs.corners[arcs.starts + 1]
    last, before = arcs.corners[arcs.ends], arcs.corners[arcs.ends - 1]
    ahead = np.array([(0, 1), (1, 0), (0, -1), (-1, 0)])
    assert (np.sign(second - first) == ahead[arcs.headings[:, 0]]).all()
    assert (np.sign(last - before) == ahead[arcs.headings[:, 1]]).all()
    # The pixels on both sides of the last step have the codes of those at the first.
    shortest = last - (last - before) / np.abs(last - before).sum(axis=1, keepdims=True) / 2
    normal = np.array([(1, 0), (0, -1), (-1, 0), (0, 1)])[arcs.headings[:, 1]] / 2
    for sign, expected in ((1, right), (-1, left)):
        line, column = np.floor(shortest + sign * normal).astype(int).T
        assert (codes[line + 1, column + 1] == expected).all()


def test_a_ring_starts_at_its_topmost_leftmost_corner():
    codes = np.ones((6, 6), np.uint8)
    codes[2:4, 3] = codes[3, 2] = 2
    arcs = trace(codes)
    ring = np.flatnonzero(arcs.is_ring)
    assert len(ring) == 1
    corners = arcs.corners[arcs.owner == ring[0]].tolist()
    assert corners == [[2, 3], [2, 4], [4, 4], [4, 2], [3, 2], [3, 3], [2, 3]]


def test_only_arcs_that_leave_a_line_and_come_back_are_bowed():
    codes = np.ones((20, 20), np.uint8)
    codes[10:14, 4:7] = 2  # on the line 10
    codes[15, 15] = 2  # on no line
    arcs = trace(codes, 10)
    assert arcs.is_bowed.sum() == 1
    bowed = arcs.corners[arcs.owner == np.flatnonzero(arcs.is_bowed)[0]]
    assert sorted(bowed[[0, -1]].tolist()) == [[10, 4], [10, 7]]


def test_a_raster_without_classes_has_no_arcs():
    assert len(trace(np.zeros((5, 5), np.uint8)).lengths) == 0
