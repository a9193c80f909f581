import numpy as np
from orthoscribe.engine.polygons.roads.area import RoadArea, road_cells
from orthoscribe.engine.polygons.roads.network import Edge


def test_area_is_the_band_of_the_width():
    edge = Edge(0, 1, np.array([(0, 20), (80, 20)], float), np.full(2, 4.0))
    cells = road_cells([edge], np.array([8.0]), (100, 200), 0.4)
    rows = np.flatnonzero(cells[:, 100]) * 0.4
    assert abs(np.ptp(rows) - 9.6) < 0.9  # 8 m and a margin on either side
    assert abs(rows.mean() - 20) < 0.5


def test_local_radius_counts_only_up_to_the_width():
    edge = Edge(0, 1, np.array([(0, 20), (80, 20)], float), np.full(2, 15.0))
    cells = road_cells([edge], np.array([8.0]), (100, 200), 0.4)
    assert np.ptp(np.flatnonzero(cells[:, 100]) * 0.4) < 11


def test_rows_repeat_cells():
    cells = np.array([[True, False, True]])
    rows = RoadArea(cells, 2).rows(0, 2, 5)
    np.testing.assert_array_equal(rows, [[True, True, False, False, True]] * 2)


def test_no_roads_have_no_area():
    assert not road_cells([], np.empty(0), (5, 6), 0.4).any()
