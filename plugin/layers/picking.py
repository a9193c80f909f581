# SPDX-License-Identifier: GPL-2.0-or-later
"""Shapes of a result: the polygon below a point, the region of one class, all polygons in a box."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

from qgis.core import (
    Qgis,
    QgsCoordinateTransform,
    QgsCsException,
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsPointXY,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..protocol import NODATA, POLYGON_LAYERS
from .results import ROLE, RUN_ID

if TYPE_CHECKING:
    from qgis.core import QgsCoordinateReferenceSystem, QgsProject

    from ..protocol import Legend

LARGEST_PX = 300  # edge of the square around a click in which a region is searched
MOST_IN_BOX = 500
CLASS_FIELD = "class"
_CLASS_NAMES = {each.name: each.class_name for each in POLYGON_LAYERS}

Pixel = Tuple[int, int]  # row, column


class PickedShape(NamedTuple):
    """A shape of a result.

    Args:
        geometry: outline in the CRS that was asked for, of one part.
        class_name: name of the class that was predicted; empty if it is not in the legend.
        is_cut: whether the region goes on beyond the square that was searched.
    """

    geometry: QgsGeometry
    class_name: str
    is_cut: bool = False


def result_polygons(run_id: str, project: QgsProject) -> List[QgsVectorLayer]:
    """Return the visible polygon layers of a run, top first."""
    root = project.layerTreeRoot()
    layers = [node.layer() for node in root.findLayers() if node.isVisible()]
    return [
        layer
        for layer in layers
        if isinstance(layer, QgsVectorLayer)
        and layer.customProperty(RUN_ID) == run_id
        and layer.customProperty(ROLE) in _CLASS_NAMES
        and layer.geometryType() == QgsWkbTypes.GeometryType.PolygonGeometry
    ]


def polygon_at(
    point: QgsPointXY,
    crs: QgsCoordinateReferenceSystem,
    layers: Sequence[QgsVectorLayer],
    project: QgsProject,
) -> Optional[PickedShape]:
    """Return the smallest polygon of `layers` that contains a point; None without one.

    Args:
        point: point in `crs`.
        crs: CRS of the point, and of the returned outline.
        layers: polygon layers of a result.
        project: project, which defines how coordinates are transformed.
    """
    found = []
    for layer in layers:
        transform = QgsCoordinateTransform(layer.crs(), crs, project.transformContext())
        here = _transformed(point, transform)
        if here is None:
            continue
        request = QgsFeatureRequest(QgsRectangle(here, here)).setFlags(
            QgsFeatureRequest.Flag.ExactIntersect
        )
        found += [_shape(feature, layer, transform) for feature in layer.getFeatures(request)]
    around = [each for each in found if each.geometry.contains(point)]
    return min(around, key=lambda each: each.geometry.area(), default=None)


def polygons_in(
    box: QgsRectangle,
    crs: QgsCoordinateReferenceSystem,
    layers: Sequence[QgsVectorLayer],
    project: QgsProject,
) -> List[PickedShape]:
    """Return the polygons of `layers` that lie within a box, at most `MOST_IN_BOX`.

    Args:
        box: box in `crs`.
        crs: CRS of the box, and of the returned outlines.
        layers: polygon layers of a result.
        project: project, which defines how coordinates are transformed.
    """
    found: List[PickedShape] = []
    for layer in layers:
        transform = QgsCoordinateTransform(layer.crs(), crs, project.transformContext())
        try:
            here = transform.transformBoundingBox(box, Qgis.TransformDirection.Reverse)
        except QgsCsException:
            continue
        request = QgsFeatureRequest(here).setLimit(MOST_IN_BOX)
        shapes = (_shape(feature, layer, transform) for feature in layer.getFeatures(request))
        found += [each for each in shapes if box.contains(each.geometry.boundingBox())]
    return found[:MOST_IN_BOX]


def region_at(point: QgsPointXY, classes: QgsRasterLayer, legend: Legend) -> Optional[PickedShape]:
    """Return the connected region of one class around a point; None where nothing is labeled.

    Args:
        point: point in the CRS of the class raster.
        classes: class raster.
        legend: legend of the class raster.
    """
    if not classes.extent().contains(point) or not _holds_bytes(classes):
        return None
    window = _Window(classes, point)
    code = window.codes[window.start[0] * window.width + window.start[1]]
    if code == NODATA:
        return None
    pixels = _connected(window.codes, window.width, window.height, window.start)
    geometry = QgsGeometry.unaryUnion([window.box(*run) for run in _runs(pixels)])
    names = {each.code: each.name for each in legend.classes}
    is_cut = window.is_at_inner_edge(pixels)
    return PickedShape(_one_part(geometry, point), names.get(code, ""), is_cut)


class _Window:
    """Pixels of a class raster around a point.

    Args:
        classes: class raster of bytes.
        point: point inside it.
    """

    def __init__(self, classes: QgsRasterLayer, point: QgsPointXY) -> None:
        extent = classes.extent()
        self._size = classes.rasterUnitsPerPixelX(), classes.rasterUnitsPerPixelY()
        column = int((point.x() - extent.xMinimum()) / self._size[0])
        row = int((extent.yMaximum() - point.y()) / self._size[1])
        self._whole = classes.width(), classes.height()
        column, row = min(column, self._whole[0] - 1), min(row, self._whole[1] - 1)
        self._left = max(0, min(column - LARGEST_PX // 2, self._whole[0] - LARGEST_PX))
        self._top = max(0, min(row - LARGEST_PX // 2, self._whole[1] - LARGEST_PX))
        self.width = min(LARGEST_PX, self._whole[0])
        self.height = min(LARGEST_PX, self._whole[1])
        self._corner = (
            extent.xMinimum() + self._left * self._size[0],
            extent.yMaximum() - self._top * self._size[1],
        )
        self.start: Pixel = (row - self._top, column - self._left)
        box = self._rectangle(0, self.height, 0, self.width)
        block = classes.dataProvider().block(1, box, self.width, self.height)
        self.codes = bytes(block.data())

    def box(self, row: int, first: int, last: int) -> QgsGeometry:
        """Return the outline of pixels in a row, from the first to the last column."""
        return QgsGeometry.fromRect(self._rectangle(row, row + 1, first, last + 1))

    def is_at_inner_edge(self, pixels: Set[Pixel]) -> bool:
        """Return whether pixels touch an edge of the window that is none of the raster."""
        edges = (
            (self._top > 0, lambda row, _: row == 0),
            (self._left > 0, lambda _, column: column == 0),
            (self._top + self.height < self._whole[1], lambda row, _: row == self.height - 1),
            (self._left + self.width < self._whole[0], lambda _, column: column == self.width - 1),
        )
        return any(is_inner and any(at(*each) for each in pixels) for is_inner, at in edges)

    def _rectangle(self, top: int, bottom: int, left: int, right: int) -> QgsRectangle:
        (x, y), (width, height) = self._corner, self._size
        return QgsRectangle(
            x + left * width, y - bottom * height, x + right * width, y - top * height
        )


def _connected(codes: bytes, width: int, height: int, start: Pixel) -> Set[Pixel]:
    """Return the pixels of the code at `start` that are connected with it by their edges."""
    code = codes[start[0] * width + start[1]]
    found, reached = {start}, [start]
    while reached:
        row, column = reached.pop()
        for near in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
            if (
                0 <= near[0] < height
                and 0 <= near[1] < width
                and near not in found
                and codes[near[0] * width + near[1]] == code
            ):
                found.add(near)
                reached.append(near)
    return found


def _runs(pixels: Set[Pixel]) -> Iterator[Tuple[int, int, int]]:
    """Yield (row, first column, last column) of pixels that follow each other."""
    ordered = sorted(pixels)
    first = last = ordered[0]
    for pixel in ordered[1:]:
        if pixel != (last[0], last[1] + 1):
            yield (*first, last[1])
            first = pixel
        last = pixel
    yield (*first, last[1])


def _shape(
    feature: QgsFeature, layer: QgsVectorLayer, transform: QgsCoordinateTransform
) -> PickedShape:
    geometry = QgsGeometry(feature.geometry())
    geometry.transform(transform)
    name = _CLASS_NAMES[str(layer.customProperty(ROLE))]
    index = feature.fields().lookupField(CLASS_FIELD)
    return PickedShape(geometry, name or (str(feature.attribute(index)) if index >= 0 else ""))


def _one_part(geometry: QgsGeometry, point: QgsPointXY) -> QgsGeometry:
    """Return the part of a geometry that contains a point, or the largest one."""
    parts = [QgsGeometry(part.clone()) for part in geometry.constParts()]
    around = [part for part in parts if part.contains(point)]
    return max(around or parts, key=lambda part: part.area())


def _transformed(point: QgsPointXY, transform: QgsCoordinateTransform) -> Optional[QgsPointXY]:
    try:
        return transform.transform(point, Qgis.TransformDirection.Reverse)
    except QgsCsException:
        return None


def _holds_bytes(classes: QgsRasterLayer) -> bool:
    return bool(classes.dataProvider().dataType(1) == Qgis.DataType.Byte)
