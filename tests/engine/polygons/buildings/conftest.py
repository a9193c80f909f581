"""Rasterized shapes with a known outline."""

import numpy as np
import pytest
import shapely
from orthoscribe.engine.polygons.buildings.patch import BuildingPatch
from shapely import affinity

GSD_M = 0.2


def rectangle(center, length, width, angle_deg):
    """Rectangle in pixels."""
    box = shapely.box(-length / 2, -width / 2, length / 2, width / 2)
    return affinity.translate(affinity.rotate(box, angle_deg, origin=(0, 0)), *center)


def rasterized(polygon, shape):
    rows, columns = np.indices(shape)
    return shapely.contains_xy(polygon, columns + 0.5, rows + 0.5)


def patch_of(mask, *, tree=None, beyond=None, gsd_m=GSD_M, origin=(0, 0), heights_m=None):
    nowhere = np.zeros(mask.shape, bool)
    return BuildingPatch(
        mask,
        nowhere if tree is None else tree,
        nowhere if beyond is None else beyond,
        gsd_m,
        origin,
        heights_m,
    )


def corner_angles(polygon):
    xy = shapely.get_coordinates(polygon.exterior)[:-1]
    ways = np.diff(np.vstack((xy, xy[:1])), axis=0)
    angles = np.degrees(np.arctan2(ways[:, 1], ways[:, 0]))
    return np.abs((np.roll(angles, -1) - angles + 180) % 360 - 180)


def overlap(one, other):
    common = one.intersection(other).area
    return common / (one.area + other.area - common)


@pytest.fixture
def shapes():
    """The functions above, since test folders are no packages."""

    class Shapes:
        gsd_m = GSD_M

    for function in (rectangle, rasterized, patch_of, corner_angles, overlap):
        setattr(Shapes, function.__name__, staticmethod(function))
    return Shapes
