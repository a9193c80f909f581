import numpy as np
import pytest
import shapely
from orthoscribe.engine.polygons.roads.settings import RoadCodes
from orthoscribe.engine.polygons.roads.shares import ShareReducer
from orthoscribe.engine.polygons.roads.trace import roads_of_shares
from orthoscribe.tests.engine.polygons.roads.whole_rasters import road_area, trace_roads

CODES = RoadCodes(sealed=(1,), vehicles=(5,), covers=(4, 6))
GSD_M = 0.2
SIZE = 1200  # 240 m


def meters(value):
    return round(value / GSD_M)


def ground():
    return np.full((SIZE, SIZE), 3, np.uint8)


def pave(codes, x, y, width, height, code=1):
    """Give a rectangle in meters a code."""
    codes[meters(y) : meters(y + height), meters(x) : meters(x + width)] = code


def crossing():
    """Two streets of 10 m that cross."""
    codes = ground()
    pave(codes, 0, 95, 240, 10)
    pave(codes, 145, 0, 10, 240)
    return codes


def lines_in_meters(network):
    return shapely.transform(network.lines, lambda xy: xy * GSD_M)


def nearest_m(network, axis, share=1.0):
    """Quantile of the distances of the points of an axis to the lines, in meters."""
    points = shapely.line_interpolate_point(axis, np.linspace(0.01, 0.99, 99), normalized=True)
    return np.quantile(shapely.distance(points, shapely.union_all(lines_in_meters(network))), share)


def test_crossing_is_four_lines_with_one_shared_end():
    network = trace_roads(crossing(), CODES, GSD_M)
    assert len(network.lines) == 4
    ends = [tuple(line.coords[place]) for line in network.lines for place in (0, -1)]
    assert max(ends.count(end) for end in ends) == 4
    assert nearest_m(network, shapely.LineString([(0, 100), (240, 100)])) < 0.5
    assert nearest_m(network, shapely.LineString([(150, 0), (150, 240)])) < 0.5
    np.testing.assert_allclose(network.width_m, 10, atol=0.8)
    np.testing.assert_allclose(network.length_m, shapely.length(lines_in_meters(network)))


def test_crowns_and_cars_leave_one_street():
    codes = ground()
    pave(codes, 0, 95, 240, 9)
    for x in range(10, 230, 12):
        pave(codes, x, 95, 4, 3.5, code=4)
    for x in range(14, 230, 9):
        pave(codes, x, 101.5, 4.2, 1.8, code=5)
    network = trace_roads(codes, CODES, GSD_M)
    assert len(network.lines) == 1
    assert nearest_m(network, shapely.LineString([(0, 99.5), (240, 99.5)]), 0.9) < 1.0


def test_wide_crown_over_a_street_is_bridged():
    codes = ground()
    pave(codes, 0, 95, 240, 9)
    pave(codes, 110, 90, 16, 20, code=4)
    network = trace_roads(codes, CODES, GSD_M)
    assert len(network.lines) == 1
    assert network.length_m[0] == pytest.approx(240, abs=2)


def test_lawn_across_a_street_is_not_bridged():
    codes = ground()
    pave(codes, 0, 95, 240, 9)
    pave(codes, 110, 90, 16, 20, code=3)
    assert len(trace_roads(codes, CODES, GSD_M).lines) == 2


def test_yard_is_no_road():
    codes = crossing()
    pave(codes, 30, 20, 45, 30)
    pave(codes, 60, 40, 30, 35)
    network = trace_roads(codes, CODES, GSD_M)
    assert len(network.lines) == 4
    assert not road_area(network)[meters(22) : meters(70), meters(32) : meters(88)].any()


def test_lot_along_a_street_is_paved_and_the_street_stays_straight():
    codes = crossing()
    pave(codes, 30, 105, 60, 40)
    network = trace_roads(codes, CODES, GSD_M)
    assert nearest_m(network, shapely.LineString([(0, 100), (240, 100)])) < 2.0
    assert road_area(network)[meters(97) : meters(103), :].all()
    assert not road_area(network)[meters(112) : meters(140), meters(35) : meters(85)].any()


def test_strips_give_the_same_network():
    codes = crossing()
    reducer = ShareReducer(SIZE, CODES, GSD_M, 0.4)
    for row in range(0, SIZE, 77):
        reducer.feed(codes[row : row + 77])
    parts, whole = roads_of_shares(reducer.finish()), trace_roads(codes, CODES, GSD_M)
    assert [line.wkb for line in parts.lines] == [line.wkb for line in whole.lines]
    rows = [whole.area.rows(row, min(77, SIZE - row), SIZE) for row in range(0, SIZE, 77)]
    np.testing.assert_array_equal(np.concatenate(rows), road_area(whole))


def test_ground_without_roads_has_no_lines():
    for codes in (ground(), np.zeros((50, 70), np.uint8), np.ones((300, 300), np.uint8)):
        network = trace_roads(codes, CODES, GSD_M)
        assert len(network.lines) == 0
        assert road_area(network).shape == codes.shape
        assert not road_area(network).any()
