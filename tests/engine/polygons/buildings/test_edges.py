import numpy as np
import shapely
from orthoscribe.engine.polygons.buildings.edges import intersections
from orthoscribe.engine.polygons.buildings.fitting import Task, fit_tasks, refined
from orthoscribe.engine.polygons.buildings.ring import prepare_ring
from orthoscribe.engine.polygons.buildings.settings import OutlineSettings
from orthoscribe.engine.polygons.buildings.tracing import trace_patches


def test_lines_meet_at_their_crossing():
    corners = intersections(np.array([0.0, 90.0]), np.array([[5.0, 1], [3, 8]]), np.zeros((1, 2)))
    assert np.allclose(corners, [[3, 1]])


def test_almost_parallel_lines_meet_beside_the_break():
    means = np.array([[0.0, 0], [10, 0.4]])
    corners = intersections(np.array([0.0, 1.0]), means, np.array([[5.0, 0.2]]))
    assert np.allclose(corners, [[5, 0.15]], atol=0.1)


def ring_of(shapes, mask):
    patch = shapes.patch_of(mask)
    (outline,) = trace_patches([patch])
    return prepare_ring(shapely.get_coordinates(outline.exterior), patch, 0.1)


def test_fit_is_the_same_from_within_either_of_the_longest_edges(shapes):
    truth = shapes.rectangle((60, 60), 70, 40, 25) | shapes.rectangle((70, 60), 30, 80, 25)
    ring = ring_of(shapes, shapes.rasterized(truth, (120, 120)))
    (whole,) = fit_tasks([Task((ring,), (25.0,), 0.5, (ring.farthest,))], OutlineSettings())
    edges = whole[0].edges
    middles = (edges.first + edges.beyond) // 2 % len(ring.samples.points_m)
    for start in middles[np.argsort(edges.first - edges.beyond)[:2]].tolist():
        (fit,) = fit_tasks([Task((ring,), (25.0,), 0.5, (start,))], OutlineSettings())
        one, other = (shapely.Polygon(each[0].corners_m) for each in (fit, whole))
        assert one.symmetric_difference(other).area < 0.1


def test_jog_survives_the_second_cut(shapes):
    truth = shapely.union_all([shapely.box(10, 20, 60, 80), shapely.box(60, 15, 110, 80)])
    ring = ring_of(shapes, shapes.rasterized(truth, (100, 120)))
    first = Task((ring,), (0.0,), 0.5, (ring.farthest,))
    (fit,) = fit_tasks([first], OutlineSettings())
    second = refined(first, fit, OutlineSettings())
    (again,) = fit_tasks([second], OutlineSettings())
    assert len(again[0].corners_m) == 6
    assert again[0].distances_m.max() < 0.3


def test_distances_are_those_of_the_samples_from_the_polygon(shapes):
    ring = ring_of(shapes, shapes.rasterized(shapes.rectangle((60, 60), 70, 40, 25), (120, 120)))
    (fit,) = fit_tasks([Task((ring,), (25.0,), 0.5, (ring.farthest,))], OutlineSettings())
    boundary = shapely.Polygon(fit[0].corners_m).boundary
    exact = shapely.distance(boundary, shapely.points(ring.samples.points_m))
    assert np.allclose(fit[0].distances_m, exact, atol=0.05)
