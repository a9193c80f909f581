# SPDX-License-Identifier: GPL-2.0-or-later
"""Corners, distances and pairs of outlines with known answers."""

import numpy as np
import pytest
import shapely
from orthoscribe.engine.bench.vectors.outlines import (
    corner_angles_deg,
    count_overlapping,
    count_right,
    hausdorff_m,
    joined_where_they_touch,
    match,
    polygon_of,
)


def test_vertices_on_a_wall_are_no_corners():
    wall = shapely.Polygon([(0, 0), (2, 0), (4, 0), (4, 3), (0, 3)])
    assert corner_angles_deg(wall).tolist() == [90, 90, 90, 90]


def test_courtyards_count():
    ring = shapely.box(0, 0, 9, 9).difference(shapely.box(3, 3, 6, 6))
    assert count_right(corner_angles_deg(ring)) == 8


def test_slanted_corners_are_not_right():
    slanted = shapely.Polygon([(0, 0), (10, 0), (11, 10), (0, 10)])
    angles = corner_angles_deg(slanted)
    assert len(angles) == 4
    assert count_right(angles) == 2


def test_hausdorff_distance_of_a_shifted_side():
    assert hausdorff_m(shapely.box(0, 0, 10, 10), shapely.box(0, 0, 12, 10)) == pytest.approx(2)


def test_each_polygon_is_paired_once_with_the_best():
    found = np.array(
        [shapely.box(0, 0, 10, 9), shapely.box(0, 0, 10, 8), shapely.box(50, 0, 60, 9)]
    )
    true = np.array([shapely.box(0, 0, 10, 10)])
    pairs = match(found, true, 0.5)
    assert pairs.found.tolist() == [0]
    assert pairs.true.tolist() == [0]
    assert pairs.iou == pytest.approx([0.9])


def test_poor_pairs_do_not_count():
    found, true = np.array([shapely.box(0, 0, 10, 4)]), np.array([shapely.box(0, 0, 10, 10)])
    assert len(match(found, true, 0.5).iou) == 0


def test_touching_polygons_are_one_building_far_from_the_origin():
    far = np.array([5e5 + 0.1, 5.4e6 + 0.3])
    row = np.array(
        [shapely.box(0, 0, 7.3, 5), shapely.box(7.3, 0, 12, 5), shapely.box(20, 0, 25, 5)]
    )
    joined = joined_where_they_touch(shapely.transform(row, lambda xy: xy + far))
    assert sorted(shapely.area(joined).round(3)) == [25, 60]


def test_overlaps_are_counted_but_not_shared_walls():
    row = np.array([shapely.box(0, 0, 5, 5), shapely.box(5, 0, 9, 5), shapely.box(8, 0, 12, 5)])
    assert count_overlapping(row) == 1


def test_an_invalid_outline_gives_its_largest_part():
    bow = shapely.Polygon([(0, 0), (4, 4), (4, 0), (0, 6)])
    assert polygon_of(bow).is_valid
    assert polygon_of(bow).area > 0
    assert polygon_of(None).is_empty
