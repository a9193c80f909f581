import numpy as np
import pytest
import shapely
from orthoscribe.engine.polygons.buildings.directions import dominant_directions


@pytest.mark.parametrize("angle", [0, 1, 30, 44, 89])
def test_direction_of_a_rectangle(shapes, angle):
    ring = shapely.get_coordinates(shapes.rectangle((0, 0), 20, 9, angle))
    (main,) = dominant_directions([ring], 1.0)
    assert abs((main - angle + 45) % 90 - 45) < 1e-6


def test_second_pair_needs_a_share_of_the_length(shapes):
    large = shapely.get_coordinates(shapes.rectangle((0, 0), 20, 9, 10))
    wing = shapely.get_coordinates(shapes.rectangle((0, 0), 10, 8, 45))
    small = shapely.get_coordinates(shapes.rectangle((0, 0), 3, 2, 45))
    assert np.allclose(dominant_directions([large, wing], 1.0), (10, 45), atol=0.1)
    assert len(dominant_directions([large, small], 1.0)) == 1


def test_short_edges_count_when_there_are_no_others(shapes):
    ring = shapely.get_coordinates(shapes.rectangle((0, 0), 0.8, 0.5, 25))
    assert np.allclose(dominant_directions([ring], 1.0), (25,))
