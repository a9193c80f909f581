import numpy as np
import pytest
import shapely
from orthoscribe.engine.polygons.coverage.lattice import PinLattice
from orthoscribe.engine.polygons.coverage.tracer import CoverageTracer


def polygons_of(codes, rows=100):
    codes = np.array(codes, np.uint8)
    tracer = CoverageTracer(codes.shape[1], lattice=PinLattice(rows))
    parts = [tracer.feed(codes), tracer.finish()]
    return np.concatenate([part.polygons for part in parts])


@pytest.mark.parametrize("rows", [1, 2, 3, 100])
def test_a_region_that_touches_itself_at_a_corner_is_valid(rows):
    polygons = polygons_of([[1, 1, 1, 1], [1, 2, 1, 1], [1, 1, 2, 1], [1, 1, 1, 1]], rows)
    ring = max(polygons, key=lambda each: each.area)
    assert len(polygons) == 3
    assert shapely.is_valid(polygons).all()
    assert ring.area == 14
    assert len(ring.interiors) == 2


@pytest.mark.parametrize("rows", [1, 2, 3, 100])
def test_a_hole_that_touches_the_outline_is_cut_off_it(rows):
    polygons = polygons_of([[1, 1, 1], [1, 2, 1], [1, 1, 3], [3, 3, 3]], rows)
    assert shapely.is_valid(polygons).all()
    assert sorted(shapely.area(polygons)) == [1, 4, 7]


def test_diagonal_pixels_are_regions_of_their_own():
    polygons = polygons_of([[1, 2], [2, 1]])
    assert shapely.area(polygons).tolist() == [1, 1, 1, 1]


def test_corners_where_three_regions_meet_are_vertices_of_all():
    polygons = polygons_of([[1, 1], [2, 3]])
    assert all([1, 1] in shapely.get_coordinates(each).tolist() for each in polygons)
