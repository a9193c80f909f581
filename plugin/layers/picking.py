# SPDX-License-Identifier: GPL-2.0-or-later
"""Shapes of a result: the polygon below a point, the region of one class, all polygons in a box."""

from __future__ import annotations

import re
from itertools import islice
from typing import (
    TYPE_CHECKING,
    Iterable,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Set,
    Tuple,
)

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

# Edges of the square around a click in which a region is searched: the first in which it is so
# simple that its outline is made in a moment.
EDGES_PX = (300, 150, 75, 37)
MOST_RUNS = 1500
MOST_IN_BOX = 500
CLASS_FIELD = "class"
_CLASS_NAMES = {each.name: each.class_name for each in POLYGON_LAYERS}

Pixel = Tuple[int, int]  # row, column
Run = Tuple[int, int, int]  # row, first and last column of pixels that follow each other


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
    found = _shapes_at(QgsRectangle(point, point), crs, layers, project)
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
    shapes = _shapes_at(box, crs, layers, project)
    within = (each for each in shapes if box.contains(each.geometry.boundingBox()))
    return list(islice(within, MOST_IN_BOX))


def region_at(point: QgsPointXY, classes: QgsRasterLayer, legend: Legend) -> Optional[PickedShape]:
    """Return the connected region of one class around a point; None where nothing is labeled.

    Args:
        point: point in the CRS of the class raster.
        classes: class raster.
        legend: legend of the class raster.
    """
    if not classes.extent().contains(point) or not _holds_bytes(classes):
        return None
    runs: Set[Run] = set()
    for edge_px in EDGES_PX:
        window = _Window(classes, point, edge_px)
        code = window.codes[window.start[0] * window.width + window.start[1]]
        if code == NODATA:
            return None
        runs = _connected(window.runs_of(code), window.start)
        if len(runs) <= MOST_RUNS:
            break
    geometry = QgsGeometry.unaryUnion([window.box(*run) for run in runs])
    names = {each.code: each.name for each in legend.classes}
    is_cut = window.is_at_inner_edge(runs)
    return PickedShape(_one_part(geometry, point), names.get(code, ""), is_cut)


class _Window:
    """Pixels of a class raster around a point.

    Args:
        classes: class raster of bytes.
        point: point inside it.
        edge_px: edge of the square in pixels.
    """

    def __init__(self, classes: QgsRasterLayer, point: QgsPointXY, edge_px: int) -> None:
        extent = classes.extent()
        self._size = classes.rasterUnitsPerPixelX(), classes.rasterUnitsPerPixelY()
        column = int((point.x() - extent.xMinimum()) / self._size[0])
        row = int((extent.yMaximum() - point.y()) / self._size[1])
        self._whole = classes.width(), classes.height()
        column, row = min(column, self._whole[0] - 1), min(row, self._whole[1] - 1)
        self._left = max(0, min(column - edge_px // 2, self._whole[0] - edge_px))
        self._top = max(0, min(row - edge_px // 2, self._whole[1] - edge_px))
        self.width = min(edge_px, self._whole[0])
        self.height = min(edge_px, self._whole[1])
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

    def runs_of(self, code: int) -> List[List[Run]]:
        """Return the runs of pixels of a code in each row."""
        pattern = re.compile(re.escape(bytes([code])) + b"+")
        rows = (self.codes[row * self.width : (row + 1) * self.width] for row in range(self.height))
        return [
            [(number, found.start(), found.end() - 1) for found in pattern.finditer(row)]
            for number, row in enumerate(rows)
        ]

    def is_at_inner_edge(self, runs: Iterable[Run]) -> bool:
        """Return whether pixels touch an edge of the window that is none of the raster."""
        width, height = self._whole
        bottom, right = self.height - 1, self.width - 1
        return any(
            (row == 0 and self._top > 0)
            or (first == 0 and self._left > 0)
            or (row == bottom and self._top + self.height < height)
            or (last == right and self._left + self.width < width)
            for row, first, last in runs
        )

    def _rectangle(self, top: int, bottom: int, left: int, right: int) -> QgsRectangle:
        (x, y), (width, height) = self._corner, self._size
        return QgsRectangle(
            x + left * width, y - bottom * height, x + right * width, y - top * height
        )


def _connected(rows: List[List[Run]], start: Pixel) -> Set[Run]:
    """Return the runs that are connected with the one at `start` by edges of their pixels."""
    reached = [run for run in rows[start[0]] if run[1] <= start[1] <= run[2]]
    found = set(reached)
    while reached:
        row, first, last = reached.pop()
        for near in (row - 1, row + 1):
            if 0 <= near < len(rows):
                beside = [run for run in rows[near] if run[1] <= last and run[2] >= first]
                reached += [run for run in beside if run not in found]
                found.update(beside)
    return found


def _shapes_at(
    box: QgsRectangle,
    crs: QgsCoordinateReferenceSystem,
    layers: Sequence[QgsVectorLayer],
    project: QgsProject,
) -> Iterator[PickedShape]:
    """Yield the polygons of `layers` that intersect a box in `crs`, at most some of each layer."""
    for layer in layers:
        transform = QgsCoordinateTransform(layer.crs(), crs, project.transformContext())
        try:
            here = transform.transformBoundingBox(box, Qgis.TransformDirection.Reverse)
        except QgsCsException:
            continue
        request = QgsFeatureRequest(here).setFlags(QgsFeatureRequest.Flag.ExactIntersect)
        for feature in layer.getFeatures(request.setLimit(MOST_IN_BOX)):
            yield _shape(feature, layer, transform)


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


def _holds_bytes(classes: QgsRasterLayer) -> bool:
    return bool(classes.dataProvider().dataType(1) == Qgis.DataType.Byte)
