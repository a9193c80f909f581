# SPDX-License-Identifier: GPL-2.0-or-later
"""Polygons drawn on an image, as they are now in the layer, edits included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Sequence, Tuple

from qgis.core import QgsCoordinateTransform, QgsCsException, QgsFeatureRequest, QgsGeometry

from ..compat import is_null
from ..protocol import spelled
from .gsd import gsd_m

if TYPE_CHECKING:
    from qgis.core import QgsProject, QgsRasterLayer, QgsVectorLayer

    from ..protocol import Legend

MOST_POLYGONS = 2000  # more would hold up drawing
APART_PX = 160  # pixels of the network between groups, twice what it sees around a pixel
FEW, ENOUGH = 3, 5  # polygons of a class
RED, AMBER, GREEN = LIGHTS = ("red", "amber", "green")


@dataclass(frozen=True)
class DrawnPolygon:
    """One polygon.

    Args:
        fid: feature identifier in its layer.
        code: code of its class; 0 if it has none, -1 if its value means no class.
        geometry: outline in the CRS of the image.
        area_m2: area on the image's grid in square meters.
    """

    fid: int
    code: int
    geometry: QgsGeometry
    area_m2: float


@dataclass(frozen=True)
class ClassCount:
    """What is drawn of a class.

    Args:
        code: code of the class.
        polygons: number of polygons.
        groups: number of groups of neighboring polygons.
        area_m2: area in square meters.
    """

    code: int
    polygons: int = 0
    groups: int = 0
    area_m2: float = 0.0

    @property
    def light(self) -> str:
        """One of `LIGHTS`: red with too few polygons, amber with few or all in one place."""
        if self.polygons < FEW:
            return RED
        return AMBER if self.polygons < ENOUGH or self.groups < 2 else GREEN


def codes_by_value(legend: Legend, meanings: Mapping[str, str]) -> Dict[str, int]:
    """Return the code of each value as `spelled`: by `meanings`, else by code, name and title."""
    own: Dict[str, int] = {}
    for each in legend.classes:
        for value in (each.code, each.name, each.title):
            own[spelled(value)] = each.code
    if not meanings:
        return own
    return {value: own[spelled(name)] for value, name in meanings.items() if spelled(name) in own}


def drawn_polygons(
    layer: QgsVectorLayer,
    field: str,
    codes: Mapping[str, int],
    image: QgsRasterLayer,
    project: QgsProject,
) -> List[DrawnPolygon]:
    """Return the first `MOST_POLYGONS` polygons of a layer.

    Args:
        layer: layer with polygons.
        field: field of the class.
        codes: code by value, as `codes_by_value` returns it.
        image: image they are drawn on.
        project: project, which defines how coordinates are transformed.
    """
    transform = QgsCoordinateTransform(layer.crs(), image.crs(), project.transformContext())
    index = layer.fields().lookupField(field)
    request = QgsFeatureRequest().setLimit(MOST_POLYGONS)
    scale = square_meters_per_unit(image)
    found = []
    for feature in layer.getFeatures(request):
        geometry = QgsGeometry(feature.geometry())
        try:
            geometry.transform(transform)
        except QgsCsException:
            geometry = QgsGeometry()
        value = feature.attribute(index) if index >= 0 else None
        code = _code_of(value, codes)
        found.append(DrawnPolygon(feature.id(), code, geometry, geometry.area() * scale))
    return found


def square_meters_per_unit(image: QgsRasterLayer) -> float:
    """Return the area on the ground of a square with an edge of one unit of the image's CRS."""
    planar = image.rasterUnitsPerPixelX() * image.rasterUnitsPerPixelY()
    return gsd_m(image) ** 2 / planar if planar > 0 else 1.0


def count_classes(
    polygons: Sequence[DrawnPolygon], legend: Legend, apart: float
) -> Tuple[ClassCount, ...]:
    """Return what is drawn of each class of a legend.

    Args:
        polygons: drawn polygons.
        legend: legend of the new model.
        apart: distance between groups in units of the image's CRS.
    """
    return tuple(_count(each.code, polygons, apart) for each in legend.classes)


def _count(code: int, polygons: Sequence[DrawnPolygon], apart: float) -> ClassCount:
    own = [each for each in polygons if each.code == code and not each.geometry.isEmpty()]
    area_m2 = sum(each.area_m2 for each in own)
    return ClassCount(code, len(own), count_groups([each.geometry for each in own], apart), area_m2)


def count_groups(geometries: Sequence[QgsGeometry], apart: float) -> int:
    """Return the number of groups by single linkage of the bounding boxes.

    Args:
        geometries: outlines.
        apart: greatest distance between neighbors of a group.
    """
    boxes = [each.boundingBox() for each in geometries]
    left, groups = set(range(len(boxes))), 0
    while left:
        groups += 1
        reached = [left.pop()]
        while reached:
            near = boxes[reached.pop()].buffered(apart)
            neighbors = {each for each in left if near.intersects(boxes[each])}
            left -= neighbors
            reached += neighbors
    return groups


def _code_of(value: Any, codes: Mapping[str, int]) -> int:
    if is_null(value) or str(value).strip() == "":
        return 0
    return codes.get(spelled(value), -1)
