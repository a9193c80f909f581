import numpy as np
import shapely
from orthoscribe.engine.polygons.buildings.faces import faces_between, joined_faces

SQUARE = shapely.box(0, 0, 10, 10)


def test_loose_ends_enclose_nothing():
    wall = shapely.LineString([(4, -3), (4, 13)])
    stub = shapely.LineString([(7, 5), (7, 12)])
    faces = faces_between([SQUARE.boundary, wall, stub])
    assert sorted(shapely.area(faces)) == [40, 60]


def test_piece_apart_from_its_owner_goes_to_the_neighbor():
    walls = [shapely.LineString([(x, -1), (x, 11)]) for x in (3, 9)]
    faces = faces_between([SQUARE.boundary, *walls])
    faces = faces[np.argsort(shapely.bounds(faces)[:, 0])]
    left, middle, nothing = joined_faces(faces, np.array([0, 1, 0]), 3)
    assert left.equals(shapely.box(0, 0, 3, 10))
    assert middle.equals(shapely.box(3, 0, 10, 10))
    assert nothing is None
