import numpy as np
import pytest
import shapely
from orthoscribe.engine.polygons.coverage import near_segments
from orthoscribe.engine.polygons.coverage.cut_out import cut_out
from orthoscribe.engine.polygons.coverage.directed_edges import GRID_PX
from orthoscribe.engine.polygons.coverage.tracer import CoverageTracer
from orthoscribe.tests.class_rasters import blobs
from orthoscribe.tests.engine.polygons.coverage.cleaning import clean_regions
from shapely import affinity

SQUARES = np.array([shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)])
ONE, BOTH = np.array([False, True]), np.array([True, True])


def coverage(size=250, sigma_px=5, tolerance_px=1.5):
    codes = clean_regions(blobs(size, size, sigma_px), np.full(256, 20.0))
    tracer = CoverageTracer(size, tolerance_px)
    parts = [tracer.feed(codes), tracer.finish()]
    return tuple(
        np.concatenate([getattr(part, name) for part in parts]) for name in ("codes", "polygons")
    )


def rectangles(polygons, scale, size):
    """Turned rectangles in place of polygons, none of which overlap or leave the raster."""
    found = []
    for each in polygons:
        outline = affinity.scale(each.minimum_rotated_rectangle, scale, scale)
        inside = shapely.box(0, 0, size, size).contains(outline)
        if inside and not any(outline.intersects(other) for other in found):
            found.append(outline)
    return np.array(found)


@pytest.mark.parametrize("scale", [0.6, 1.0])
def test_result_is_a_coverage_of_the_same_area(scale):
    codes, polygons = coverage()
    outlines = rectangles(polygons[codes == 2], scale, 250)
    assert len(outlines) > 5
    result = cut_out(polygons, codes == 2, outlines)
    after = np.concatenate((result.polygons, result.outlines))
    after = after[~shapely.is_empty(after)]
    assert shapely.is_valid(after).all()
    assert shapely.coverage_is_valid(after)
    assert abs(shapely.area(after).sum() - 250**2) <= 1e-9 * 250**2
    placed = shapely.transform(after, lambda xy: xy * [0.2, -0.2] + [672_345.1, 6_789_012.3])
    assert shapely.is_valid(placed).all()
    assert shapely.coverage_is_valid(placed)


def test_outlines_keep_their_shape():
    codes, polygons = coverage()
    outlines = rectangles(polygons[codes == 2], 0.8, 250)
    result = cut_out(polygons, codes == 2, outlines)
    assert (shapely.hausdorff_distance(result.outlines, outlines) <= GRID_PX).all()


def test_polygons_far_away_are_the_same_objects():
    codes, polygons = coverage()
    outline = np.array([affinity.rotate(shapely.box(20, 20, 30, 28), 20)])
    result = cut_out(polygons, np.zeros(len(codes), bool), outline)
    far = shapely.distance(polygons, outline[0]) > 2
    assert far.any()
    assert (~far).any()
    assert all(a is b for a, b in zip(result.polygons[far], polygons[far], strict=True))


def test_an_outline_is_cut_out_of_what_it_covers():
    outline = np.array([shapely.box(8, 2, 12, 4)])
    result = cut_out(SQUARES, ONE & False, outline)
    assert shapely.area(result.polygons).tolist() == [96, 96]
    assert [10, 2] in shapely.get_coordinates(result.outlines[0]).tolist()


def test_a_gap_goes_to_the_longest_shared_border():
    middle = np.array(
        [shapely.box(0, 0, 4, 10), shapely.box(4, 0, 8, 10), shapely.box(8, 0, 20, 10)]
    )
    replaced = np.array([False, True, False])
    # A strip of 1 px on the left and the whole width above and below are not covered.
    result = cut_out(middle, replaced, np.array([shapely.box(5, 0, 8, 10)]))
    assert shapely.area(result.polygons).tolist() == [50, 0, 120]
    assert shapely.area(result.outlines).tolist() == [30]


def test_a_gap_that_only_outlines_surround_stays():
    halves = np.array([shapely.box(10, 0, 14, 10), shapely.box(16, 0, 20, 10)])
    result = cut_out(SQUARES, BOTH, halves)
    assert shapely.is_empty(result.polygons).all()
    assert shapely.area(result.outlines).tolist() == [40, 40]


def test_a_covered_polygon_is_empty():
    result = cut_out(SQUARES, ONE & False, np.array([shapely.box(9, -1, 21, 11)]))
    assert result.polygons[1].is_empty
    assert result.polygons[0].area == 90


def test_without_outlines_nothing_changes():
    result = cut_out(SQUARES, ONE & False, np.empty(0, object))
    assert shapely.equals(result.polygons, SQUARES).all()


def turned(polygons, random):
    """Return turned and moved rectangles in place of polygons, none of which overlap."""
    found = []
    for each in polygons:
        size, angle = random.uniform(0.5, 1.2), random.uniform(-20, 20)
        outline = affinity.scale(each.minimum_rotated_rectangle, size, size)
        outline = affinity.translate(affinity.rotate(outline, angle), *random.uniform(-3, 3, 2))
        if not any(outline.intersects(other) for other in found):
            found.append(outline)
    return np.array(found)


@pytest.mark.parametrize(("sigma_px", "tolerance_px"), [(3, 1.0), (5, 0.0), (5, 2.5)])
def test_clusters_give_what_all_outlines_together_give(monkeypatch, sigma_px, tolerance_px):
    codes, polygons = coverage(200, sigma_px, tolerance_px)
    random = np.random.default_rng(7)
    is_replaced = (codes == 2) & (random.random(len(codes)) < 0.9)
    outlines = turned(polygons[codes == 2], random)
    found = []
    for batch in (1, 1 << 30):
        monkeypatch.setattr(near_segments, "_BATCH", batch)
        cut = cut_out(polygons, is_replaced, outlines)
        found.append([shapely.normalize(each) for each in cut])
    assert len(outlines) > 15
    for one, other in zip(*found, strict=True):
        assert shapely.equals_exact(one, other, 0).all()
