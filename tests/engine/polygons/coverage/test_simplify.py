import numpy as np
import pytest
import shapely
from orthoscribe.engine.polygons.coverage.lattice import PinLattice
from orthoscribe.engine.polygons.coverage.tracer import CoverageTracer
from orthoscribe.tests.class_rasters import RASTERS


def polygons_of(codes, tolerance_px, size_px=64):
    tracer = CoverageTracer(codes.shape[1], tolerance_px, PinLattice(size_px))
    parts = [tracer.feed(codes), tracer.finish()]
    return np.concatenate([part.polygons for part in parts])


@pytest.mark.parametrize("tolerance", [0.7, 1.5, 5.0])
@pytest.mark.parametrize("name", RASTERS)
def test_regions_keep_their_rings_and_neighbors(name, tolerance):
    exact = polygons_of(RASTERS[name], 0)
    simple = polygons_of(RASTERS[name], tolerance)
    key = shapely.get_num_interior_rings
    assert sorted(key(simple)) == sorted(key(exact))
    left, right = (
        shapely.STRtree(polygons).query(polygons, predicate="touches").shape[1]
        for polygons in (exact, simple)
    )
    assert left == right


def test_corners_are_dropped():
    exact = polygons_of(RASTERS["large blobs"], 0)
    simple = polygons_of(RASTERS["large blobs"], 1.5)
    assert (
        shapely.get_num_coordinates(simple).sum() < 0.35 * shapely.get_num_coordinates(exact).sum()
    )


@pytest.mark.parametrize("tolerance", [1.5, 5.0])
def test_borders_move_at_most_by_the_tolerance(tolerance):
    codes = RASTERS["large blobs"]
    borders = [
        shapely.union_all(shapely.boundary(polygons_of(codes, each))) for each in (0, tolerance)
    ]
    assert 0.5 < shapely.hausdorff_distance(*borders) <= tolerance


def test_an_island_is_not_leapt():
    codes = np.ones((40, 60), np.uint8)
    codes[20:, :] = 2
    codes[16:20, 20:40] = 2  # a bulge lower than the tolerance
    codes[17:19, 28:31] = 3  # an island in the bulge
    polygons = polygons_of(codes, 6.0)
    island = min(polygons, key=lambda each: each.area)
    around = [each for each in polygons if each.touches(island)]
    assert len(around) == 1
    assert around[0].contains(shapely.Point(30, 35))
    assert len(around[0].interiors) == 1


def test_raster_corners_stay():
    codes = RASTERS["small blobs"]
    outline = shapely.union_all(polygons_of(codes, 5.0))
    assert outline.equals(shapely.box(0, 0, codes.shape[1], codes.shape[0]))
