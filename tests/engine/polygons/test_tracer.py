import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from orthoscribe.engine.polygons.tracer import Tracer

NO_MINIMUM = np.zeros(256)
RASTERS = arrays(
    np.uint8,
    st.tuples(st.integers(1, 12), st.integers(1, 12)),
    elements=st.sampled_from([0, 1, 1, 2]),
)


def trace(codes, rows=1000, minimum_px=NO_MINIMUM):
    codes = np.asarray(codes, np.uint8)
    tracer = Tracer(codes.shape[1], minimum_px)
    parts = [tracer.feed(codes[row : row + rows]) for row in range(0, len(codes), rows)]
    parts.append(tracer.finish())
    return [
        (int(code), polygon)
        for part in parts
        for code, polygon in zip(part.codes, part.polygons, strict=True)
    ]


def blobs(height, width, seed):
    """Smooth blobs of four codes, one of them 0."""
    noise = np.random.default_rng(seed).standard_normal((4, height, width))
    for axis in (1, 2):
        spectrum = np.fft.fft(noise, axis=axis)
        frequency = np.fft.fftfreq(noise.shape[axis]).reshape((-1, 1) if axis == 1 else (1, -1))
        noise = np.fft.ifft(spectrum * np.exp(-200 * frequency**2), axis=axis).real
    return noise.argmax(axis=0).astype(np.uint8)


def components(codes):
    """Code and pixels of every 4-connected component, found by flooding."""
    found, left = [], {tuple(place) for place in np.argwhere(codes)}
    while left:
        seed = left.pop()
        pixels, front = {seed}, [seed]
        while front:
            row, col = front.pop()
            for place in ((row - 1, col), (row + 1, col), (row, col - 1), (row, col + 1)):
                if place in left and codes[place] == codes[seed]:
                    left.remove(place)
                    pixels.add(place)
                    front.append(place)
        found.append((int(codes[seed]), pixels))
    return found


def as_union_of_squares(pixels):
    return shapely.union_all([shapely.box(col, row, col + 1, row + 1) for row, col in pixels])


def assert_tiles(codes, traced):
    polygons = np.array([polygon for _, polygon in traced])
    labels = np.array([code for code, _ in traced])
    assert shapely.is_valid(polygons).all()
    for code in np.unique(codes[codes > 0]):
        assert shapely.area(polygons[labels == code]).sum() == (codes == code).sum()
    # Areas that add up to the area of the union leave no room for a gap or an overlap.
    assert shapely.union_all(polygons).area == (codes > 0).sum()


@given(RASTERS, st.integers(1, 5))
@settings(max_examples=150, deadline=None)
def test_tracer_finds_exactly_the_components_of_any_raster(codes, rows):
    traced = trace(codes, rows)
    expected = [(code, as_union_of_squares(pixels)) for code, pixels in components(codes)]
    assert len(traced) == len(expected)
    for code, polygon in traced:
        assert polygon.is_valid
        assert polygon.geom_type == "Polygon"
        assert any(code == other and polygon.equals(shape) for other, shape in expected)


@given(RASTERS)
@settings(max_examples=100, deadline=None)
def test_polygons_do_not_depend_on_the_strips(codes):
    whole = [(code, polygon.wkb) for code, polygon in trace(codes)]
    for rows in (1, 2, 3):
        assert [(code, polygon.wkb) for code, polygon in trace(codes, rows)] == whole


@pytest.mark.parametrize("rows", [7, 64, 1000])
def test_polygons_tile_the_valid_area_of_blobs_and_of_noise(rows):
    noise = np.random.default_rng(5).integers(0, 3, (90, 70)).astype(np.uint8)
    for codes in (blobs(300, 220, 1), noise):
        assert_tiles(codes, trace(codes, rows))


def test_no_two_polygons_overlap():
    polygons = [polygon for _, polygon in trace(blobs(120, 120, 2), rows=11)]
    tree = shapely.STRtree(polygons)
    pairs = tree.query(polygons, predicate="intersects")
    for left, right in pairs[:, pairs[0] < pairs[1]].T:
        assert polygons[left].intersection(polygons[right]).area == 0


def test_corners_lie_on_integers_and_only_where_the_outline_bends():
    for _, polygon in trace(blobs(80, 80, 3), rows=9):
        for ring in (polygon.exterior, *polygon.interiors):
            xy = shapely.get_coordinates(ring)
            assert (xy == np.rint(xy)).all()
            steps = np.diff(np.vstack((xy, xy[1])), axis=0)
            assert ((steps == 0).sum(axis=1) == 1).all()
            assert (np.sum(steps[1:] * steps[:-1], axis=1) == 0).all()


def test_diagonal_neighbors_are_two_polygons():
    traced = trace([[1, 0], [0, 1]])
    assert sorted(polygon.bounds for _, polygon in traced) == [(0, 0, 1, 1), (1, 1, 2, 2)]


def test_hole_is_cut_out_and_what_lies_in_it_is_a_polygon_of_its_own():
    codes = np.ones((5, 5), np.uint8)
    codes[1:4, 1:4] = 0
    codes[2, 2] = 1
    inner, outer = sorted((polygon for _, polygon in trace(codes)), key=lambda each: each.area)
    assert inner.equals(shapely.box(2, 2, 3, 3))
    assert outer.area == 16
    assert [hole.bounds for hole in outer.interiors] == [(1, 1, 4, 4)]


def test_outline_that_touches_itself_becomes_a_ring_and_a_hole():
    ((_, polygon),) = trace([[1, 1, 1], [1, 0, 1], [1, 1, 0]])
    assert polygon.is_valid
    assert polygon.area == 7
    assert [hole.bounds for hole in polygon.interiors] == [(1, 1, 2, 2)]


def test_outline_that_touches_itself_is_known_even_if_it_closes_strips_later():
    # The two arms meet at a corner in the second row and join in the last.
    codes = np.array([[1, 1, 0], [1, 0, 1], [1, 0, 1], [1, 1, 1]], np.uint8)
    for rows in (1, 2, 3, 4):
        ((_, polygon),) = trace(codes, rows)
        assert polygon.is_valid
        assert [hole.bounds for hole in polygon.interiors] == [(1, 1, 2, 3)]


def test_spiral_through_all_strips_is_one_polygon():
    codes = np.zeros((41, 41), np.uint8)
    row, col, length = 0, 0, 41
    for turn, (down, right) in zip(
        range(40), itertools.cycle([(0, 1), (1, 0), (0, -1), (-1, 0)]), strict=False
    ):
        for _ in range(length - 1):
            codes[row, col] = 1
            row, col = row + down, col + right
        length -= 2 if turn % 2 and turn > 1 else 0
        if length < 3:
            break
    assert len(components(codes)) == 1
    for rows in (1, 4, 100):
        ((_, polygon),) = trace(codes, rows)
        assert polygon.is_valid
        assert polygon.area == codes.sum()


def test_components_below_the_minimum_are_dropped_and_others_stay_whole():
    codes = np.zeros((20, 20), np.uint8)
    codes[2:4, 2:4] = 1
    codes[8:18, 8:10] = 1
    codes[5, 5] = 2
    minimum = np.zeros(256)
    minimum[1] = 5
    for rows in (3, 100):
        traced = trace(codes, rows, minimum)
        assert sorted((code, polygon.area) for code, polygon in traced) == [(1, 20.0), (2, 1.0)]


def test_empty_raster_gives_nothing():
    assert trace(np.zeros((6, 4), np.uint8), rows=2) == []


def test_finished_components_leave_at_once():
    codes = np.zeros((30, 6), np.uint8)
    codes[1:3, 1:3] = 1
    codes[4:, 4] = 1
    tracer = Tracer(6, NO_MINIMUM)
    assert len(tracer.feed(codes[:10]).codes) == 1
    assert len(tracer.feed(codes[10:]).codes) == 0
    assert len(tracer.finish().codes) == 1


def test_tallies_add_up_over_strips():
    codes = blobs(60, 50, 4)
    random = np.random.default_rng(6)
    confidence = random.integers(0, 101, codes.shape).astype(np.uint8)
    heights = random.normal(5, 3, codes.shape).astype(np.float32)
    heights[random.random(codes.shape) < 0.2] = np.nan

    def tallies(rows):
        tracer = Tracer(codes.shape[1], NO_MINIMUM)
        for row in range(0, len(codes), rows):
            part = slice(row, row + rows)
            yield tracer.feed(codes[part], confidence[part], heights[part])
        yield tracer.finish()

    def numbers(rows):
        parts = [each.tally for each in tallies(rows)]
        return [
            np.concatenate([measure(part) for part in parts])
            for measure in (
                lambda tally: tally.pixels,
                lambda tally: tally.mean_confidence(),
                lambda tally: tally.mean_height_m(),
                lambda tally: tally.percentile_height_m(95),
            )
        ]

    for whole, parts in zip(numbers(1000), numbers(7), strict=True):
        np.testing.assert_array_equal(whole, parts)
