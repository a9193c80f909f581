import numpy as np
import shapely
from orthoscribe.engine.polygons.coverage.directed_edges import (
    GRID_PX,
    codes_of,
    coordinates_of,
    directed_edges,
    polygons_of_edges,
    uncancelled,
)
from shapely import box


def test_codes_give_their_coordinates_back_beyond_the_edge_too():
    xy = np.array([(0, 0), (-3.5, 7 * GRID_PX), (200_000, 12.25)])
    np.testing.assert_array_equal(coordinates_of(codes_of(xy)), xy)


def merged(*polygons):
    edges = np.concatenate([directed_edges(np.array([each])) for each in polygons])
    return polygons_of_edges(uncancelled(edges))


def test_neighbors_become_their_union():
    assert merged(box(0, 0, 2, 2), box(2, 0, 4, 2)).normalize() == (
        shapely.union(box(0, 0, 2, 2), box(2, 0, 4, 2)).normalize().segmentize(2)
    )


def test_a_ring_of_squares_has_a_hole():
    squares = [box(x, y, x + 1, y + 1) for x in range(3) for y in range(3) if (x, y) != (1, 1)]
    found = merged(*squares)
    assert found.area == 8
    assert [shapely.Polygon(ring).area for ring in found.interiors] == [1]


def test_squares_that_share_a_corner_stay_two():
    found = merged(box(0, 0, 1, 1), box(1, 1, 2, 2))
    assert sorted(part.area for part in found.geoms) == [1, 1]
    assert found.is_valid


def test_a_polygon_in_a_hole_stays_a_part_and_the_hole_stays_a_hole():
    outer = shapely.difference(box(0, 0, 9, 9), box(1, 1, 8, 8))
    found = merged(outer, box(3, 3, 4, 4))
    assert found.area == 33
    assert len(found.geoms) == 2


def test_what_is_taken_away_is_the_reverse_of_its_edges():
    whole, part = (directed_edges(np.array([each])) for each in (box(0, 0, 9, 9), box(2, 2, 4, 4)))
    found = polygons_of_edges(np.concatenate((whole, part[:, ::-1])))
    assert found.equals(shapely.difference(box(0, 0, 9, 9), box(2, 2, 4, 4)))


def test_nothing_is_left_of_what_is_taken_away_as_a_whole():
    edges = directed_edges(np.array([box(0, 0, 9, 9)]))
    assert polygons_of_edges(uncancelled(np.concatenate((edges, edges[:, ::-1])))).is_empty
