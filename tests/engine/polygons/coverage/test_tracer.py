import numpy as np
import pytest
import shapely
from orthoscribe.engine.polygons.coverage.lattice import PinLattice
from orthoscribe.engine.polygons.coverage.tracer import CoarseBorder, CoverageTracer
from orthoscribe.engine.polygons.tracer import Tracer
from orthoscribe.tests.class_rasters import RASTERS, blobs

TOLERANCES = [0.0, 1.5, 5.0]


def trace(codes, tolerance_px=0.0, rows=1000, lattice=None, with_measures=False, coarse=None):
    """Codes, polygons and sums of pixels, confidence and heights of all regions."""
    rng = np.random.default_rng(5)
    confidence = rng.integers(0, 101, codes.shape).astype(np.uint8)
    heights_m = rng.normal(3, 2, codes.shape).astype(np.float32)
    tracer = CoverageTracer(codes.shape[1], tolerance_px, lattice or PinLattice(64), coarse)
    parts = []
    for row in range(0, len(codes), rows):
        part = slice(row, row + rows)
        measures = (confidence[part], heights_m[part]) if with_measures else ()
        parts.append(tracer.feed(codes[part], *measures))
    parts.append(tracer.finish())
    return (
        np.concatenate([part.codes for part in parts]),
        np.concatenate([part.polygons for part in parts]),
        np.concatenate([part.tally.sums for part in parts]),
        np.concatenate([part.tally.percentile_height_m(95) for part in parts]),
    )


def assert_covers(codes, polygons):
    assert shapely.is_valid(polygons).all()
    assert shapely.coverage_is_valid(polygons)
    assert abs(shapely.area(polygons).sum() - codes.size) <= 1e-9 * codes.size


@pytest.mark.parametrize("tolerance", TOLERANCES)
@pytest.mark.parametrize("name", RASTERS)
def test_polygons_are_a_coverage(name, tolerance):
    _, polygons, *_ = trace(RASTERS[name], tolerance)
    assert_covers(RASTERS[name], polygons)


@pytest.mark.parametrize("tolerance", TOLERANCES)
@pytest.mark.parametrize("name", RASTERS)
def test_polygons_are_a_coverage_far_from_the_origin(name, tolerance):
    _, polygons, *_ = trace(RASTERS[name], tolerance)
    placed = shapely.transform(polygons, lambda xy: xy * [0.1, -0.1] + [672_345.1, 6_789_012.3])
    assert shapely.is_valid(placed).all()
    assert shapely.coverage_is_valid(placed)


@pytest.mark.parametrize("name", RASTERS)
def test_exact_polygons_are_those_of_the_tracer(name):
    codes = RASTERS[name]
    tracer = Tracer(codes.shape[1], np.zeros(256))
    expected = np.concatenate([tracer.feed(codes).polygons, tracer.finish().polygons])
    _, polygons, *_ = trace(codes)
    order = [
        np.argsort(shapely.to_wkb(shapely.normalize(shapely.simplify(each, 0))))
        for each in (expected, polygons)
    ]
    assert shapely.equals(expected[order[0]], polygons[order[1]]).all()


@pytest.mark.parametrize("tolerance", TOLERANCES)
@pytest.mark.parametrize("name", RASTERS)
def test_strips_of_any_height_give_identical_features(name, tolerance):
    codes = RASTERS[name]
    whole = trace(codes, tolerance, with_measures=True)
    for rows in (1, 37, 64, 128):
        part = trace(codes, tolerance, rows, with_measures=True)
        assert (part[0] == whole[0]).all()
        assert (shapely.to_wkb(part[1]) == shapely.to_wkb(whole[1])).all()
        assert (part[2] == whole[2]).all()
        assert (part[3] == whole[3]).all()


def test_strips_of_256_and_512_and_the_whole_give_identical_features():
    codes = blobs(1100, 700, 4)
    features = [
        (each[0].tolist(), shapely.to_wkb(each[1]).tolist())
        for each in (trace(codes, 1.5, rows, PinLattice()) for rows in (256, 512, 1100))
    ]
    assert features[0] == features[1] == features[2]


def moved(polygons, column, line):
    return shapely.transform(polygons, lambda xy: np.add(xy, (column, line)))


def segments(polygons):
    """All segments of the polygons' outlines, each once, whatever its direction."""
    xy, ring = shapely.get_coordinates(shapely.get_rings(polygons), return_index=True)
    start = np.flatnonzero(ring[1:] == ring[:-1])
    pairs = np.sort(np.column_stack((xy[start] @ [1, 1e6], xy[start + 1] @ [1, 1e6])), axis=1)
    return {tuple(pair) for pair in pairs.tolist()}


@pytest.mark.parametrize("tolerance", [1.5, 5.0])
def test_cells_of_the_lattice_do_not_depend_on_each_other(tolerance):
    codes = blobs(192, 192, 3)
    _, polygons, *_ = trace(codes, tolerance)
    whole = segments(polygons)
    found = set()
    for line in range(0, 192, 64):
        for column in range(0, 192, 64):
            _, part, *_ = trace(codes[line : line + 64, column : column + 64], tolerance)
            found |= segments(moved(part, column, line))
    # Alone, a cell also has edges all around.
    inner = [{pair for pair in each if not is_on_lattice(pair)} for each in (whole, found)]
    assert len(inner[0]) > 1000
    assert inner[0] == inner[1]


def is_on_lattice(pair):
    (y1, x1), (y2, x2) = (divmod(each, 1e6) for each in pair)
    return (x1 == x2 and x1 % 64 == 0) or (y1 == y2 and y1 % 64 == 0)


def test_a_window_of_a_raster_keeps_to_the_lattice_of_the_raster():
    codes = blobs(256, 256, 3)
    _, polygons, *_ = trace(codes, 1.5)
    window = codes[40:, 100:]
    _, part, *_ = trace(window, 1.5, lattice=PinLattice(64, line=40, column=100))
    shifted = segments(moved(part, 100, 40))
    inside = {
        pair
        for pair in segments(polygons)
        if all(each[0] >= 64 and each[1] >= 128 for each in (divmod(end, 1e6) for end in pair))
    }
    assert len(inside) > 100
    assert inside <= shifted


@pytest.mark.parametrize("name", RASTERS)
def test_tally_counts_the_pixels_of_each_region(name):
    codes, polygons, sums, _ = trace(RASTERS[name])
    assert (sums[:, 0] == shapely.area(polygons)).all()
    for code in np.unique(codes):
        assert sums[codes == code, 0].sum() == (RASTERS[name] == code).sum()


def test_nodata_is_left_out():
    codes = RASTERS["small blobs"] - 1
    found, polygons, *_ = trace(codes, 1.5)
    assert (found > 0).all()
    assert shapely.is_valid(polygons).all()
    assert shapely.coverage_is_valid(polygons)
    exact = trace(codes)[1]
    assert shapely.area(exact).sum() == (codes > 0).sum()


def test_a_raster_of_nodata_has_no_polygons():
    codes, polygons, *_ = trace(np.zeros((70, 30), np.uint8), 1.5)
    assert len(codes) == len(polygons) == 0


def test_a_raster_of_one_class_is_one_rectangle():
    _, polygons, *_ = trace(np.full((70, 30), 3, np.uint8), 1.5)
    assert len(polygons) == 1
    assert polygons[0].equals(shapely.box(0, 0, 30, 70))


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_a_coarse_border_has_a_tolerance_of_its_own(order):
    """Cells of 4 px along two diagonals: only the border of the classes 1 and 2 is straightened."""
    rows, columns = np.indices((60, 60)) // 4
    codes = np.select([columns + 2 < rows, columns < rows + 3], [1, 2], 3).astype(np.uint8)
    plain_codes, plain, *_ = trace(codes, 1.5)
    coarse_codes, coarse, *_ = trace(codes, 1.5, coarse=CoarseBorder(order, 4.0))
    assert_covers(codes, coarse)
    assert plain_codes.tolist() == coarse_codes.tolist()
    corners_of = dict(zip(coarse_codes.tolist(), shapely.get_num_coordinates(coarse), strict=True))
    before = dict(zip(plain_codes.tolist(), shapely.get_num_coordinates(plain), strict=True))
    assert corners_of[1] <= before[1] - 10
    assert corners_of[3] == before[3]


@pytest.mark.parametrize("name", RASTERS)
def test_polygons_with_a_coarse_border_are_a_coverage(name):
    first, second = np.unique(RASTERS[name])[-2:].tolist()
    _, polygons, *_ = trace(RASTERS[name], 1.5, coarse=CoarseBorder((first, second), 4.0))
    assert_covers(RASTERS[name], polygons)
