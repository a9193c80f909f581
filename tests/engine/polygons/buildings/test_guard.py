import numpy as np
import pytest
import shapely
from orthoscribe.engine.polygons.buildings.fitting import Task, fit_tasks
from orthoscribe.engine.polygons.buildings.guard import Limits, area_m2, is_close, limits_of
from orthoscribe.engine.polygons.buildings.ring import prepare_ring
from orthoscribe.engine.polygons.buildings.settings import OutlineSettings
from orthoscribe.engine.polygons.buildings.tracing import trace_patches


def fitted(shapes, bite_is_tree):
    mask = shapes.rasterized(shapely.box(10, 10, 90, 70), (80, 100))
    bite = shapes.rasterized(shapely.box(30, 10, 44, 22), mask.shape)
    tree = bite if bite_is_tree else np.zeros(mask.shape, bool)
    patch = shapes.patch_of(mask & ~bite, tree=tree)
    (outline,) = trace_patches([patch])
    ring = prepare_ring(shapely.get_coordinates(outline.exterior), patch, 0.03)
    task = Task((ring,), (0.0,), 50.0, (ring.farthest,))
    return (ring,), fit_tasks([task], OutlineSettings())[0]


def test_bite_is_far_unless_a_tree_hides_it(shapes):
    limits = Limits(1.2, 0.9)
    assert not is_close(*fitted(shapes, bite_is_tree=False), limits)
    assert is_close(*fitted(shapes, bite_is_tree=True), limits)


def test_area_that_differs_counts_apart_from_the_distance(shapes):
    rings, fit = fitted(shapes, bite_is_tree=False)
    assert is_close(rings, fit, Limits(5.0, 0.9))
    assert not is_close(rings, fit, Limits(5.0, 0.995))


def test_rough_outline_has_wider_limits_up_to_a_factor(shapes):
    rings, fit = fitted(shapes, bite_is_tree=True)
    settings = OutlineSettings()
    smooth = limits_of(rings, fit, 0.2, settings)
    assert smooth == limits_of(rings, None, 0.2, settings) == Limits(1.2, 0.9)
    rough = tuple(each._replace(distances_m=each.distances_m + 0.3) for each in fit)
    assert 1.2 < limits_of(rings, rough, 0.2, settings).distance_m <= 2.4
    broken = tuple(each._replace(distances_m=each.distances_m + 9) for each in fit)
    assert limits_of(rings, broken, 0.2, settings) == Limits(2.4, 0.75)


def test_area_is_without_courtyards(shapes):
    mask = shapes.rasterized(shapely.box(10, 10, 60, 60) - shapely.box(20, 20, 40, 40), (70, 70))
    patch = shapes.patch_of(mask)
    (outline,) = trace_patches([patch])
    rings = [
        prepare_ring(shapely.get_coordinates(line), patch, 1.0)
        for line in (outline.exterior, *outline.interiors)
    ]
    assert area_m2(rings) == pytest.approx((2500 - 400) * 0.04, rel=0.01)
