import numpy as np
import shapely
from orthoscribe.engine.polygons.buildings.outline import RegularizedOutline
from orthoscribe.engine.polygons.buildings.overlaps import without_overlaps


def outlines_of(polygons):
    return [RegularizedOutline(polygon, "fit", 1.0) for polygon in polygons]


def cut(polygons, pixels):
    result = without_overlaps(outlines_of(polygons), np.array(pixels, object))
    return np.array([outline.polygon for outline in result], object), result


def test_overlap_goes_to_the_building_whose_pixels_it_covers():
    pixels = [shapely.box(0, 0, 10, 10), shapely.box(12, 0, 20, 10)]
    polygons, result = cut([shapely.box(0, 0, 11, 10), shapely.box(9, 0, 20, 10)], pixels)
    assert shapely.coverage_is_valid(polygons)
    assert polygons[0].area == 110
    assert polygons[1].area == 90
    assert result[1].iou_raw == 80 / 90


def test_cut_polygons_share_all_corners_of_a_slanted_wall():
    turned = shapely.affinity.rotate(shapely.box(0, 0, 31, 17), 13.7)
    other = shapely.affinity.rotate(shapely.box(20, 5, 50, 25), 41.3)
    polygons, _ = cut([turned, other], [turned, shapely.box(40, 5, 50, 25)])
    far = shapely.transform(polygons, lambda xy: (612_345.7, 5_812_345.3) + xy * (0.1, -0.1))
    assert shapely.is_valid(far).all()
    assert shapely.coverage_is_valid(far)
    assert far[0].intersection(far[1]).area == 0


def test_third_neighbor_keeps_its_shared_wall():
    a, b = shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)
    c = shapely.box(5, 9, 15, 20)
    polygons, _ = cut([a, b, c], [a, b, shapely.box(5, 12, 15, 20)])
    assert shapely.coverage_is_valid(polygons)
    assert shapely.area(polygons).tolist() == [100, 100, 100]


def test_outlines_that_only_touch_stay_as_they_are():
    one, other = shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)
    polygons, result = cut([one, other], [one, other])
    assert polygons[0] is one
    assert result[1].iou_raw == 1.0


def test_outline_within_another_keeps_its_pixels():
    large, small = shapely.box(0, 0, 30, 30), shapely.box(10, 10, 20, 20)
    polygons, _ = cut([large, small], [large - small, small])
    assert polygons[1].equals(small)
    assert polygons[0].area == 800
