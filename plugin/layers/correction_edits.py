# SPDX-License-Identifier: GPL-2.0-or-later
"""Edits of the layer for corrections, each of them one step of its undo history.

Coordinates are those of the layer. Main thread only.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Iterator, List, Sequence, Tuple

from qgis.core import (
    QgsFeatureRequest,
    QgsGeometry,
    QgsPointXY,
    QgsRectangle,
    QgsVectorLayerUtils,
    QgsWkbTypes,
)

from ..i18n import tr
from ..protocol import OutputError
from .drawn_findings import INVALID, NO_CLASS, OUTSIDE, OVERLAP, SMALL, DrawnFinding

if TYPE_CHECKING:
    from qgis.core import QgsVectorLayer

Shape = Tuple[QgsGeometry, int]  # outline and code of its class


class CorrectionEdits:
    """Edits of one layer.

    Args:
        layer: layer with polygons.
        field: field of the class.
    """

    def __init__(self, layer: QgsVectorLayer, field: str) -> None:
        self._layer = layer
        self._index = layer.fields().lookupField(field)

    def begin(self) -> None:
        """Switch the layer into edit mode.

        Raises:
            OutputError: if it cannot be edited.
        """
        if self._layer.isEditable() or self._layer.startEditing():
            return
        raise OutputError(
            tr(
                "The layer '{layer}' is write-protected: allow writing to its file, or start a new "
                "layer in another folder."
            ).format(layer=self._layer.name())
        )

    def save(self) -> None:
        """Save all edits and stay in edit mode.

        Raises:
            OutputError: if the edits cannot be written; they stay in the layer.
        """
        if self._layer.isEditable() and not self._layer.commitChanges(False):
            reasons = " ".join(self._layer.commitErrors())
            raise OutputError(
                tr(
                    "The edits cannot be saved ({reasons}): check the disk and try again. They "
                    "stay in the layer until then."
                ).format(reasons=reasons)
            )

    def add(self, shapes: Sequence[Shape], title: str) -> int:
        """Add polygons of one or several parts, and return how many features were added.

        Args:
            shapes: polygons with the codes of their classes.
            title: title of the step in the undo history.

        Raises:
            OutputError: if the layer cannot be edited.
        """
        self.begin()
        added = 0
        with self._step(title):
            for geometry, code in shapes:
                for part in polygon_parts(geometry):
                    values = {self._index: code}
                    feature = QgsVectorLayerUtils.createFeature(self._layer, part, values)
                    added += bool(self._layer.addFeature(feature))
        self._layer.triggerRepaint()
        return added

    def set_class_at(self, point: QgsPointXY, code: int) -> bool:
        """Give the drawn polygon at a point another class; return whether there is one.

        Raises:
            OutputError: if the layer cannot be edited.
        """
        for feature in self._layer.getFeatures(QgsFeatureRequest(QgsRectangle(point, point))):
            if feature.geometry().contains(point):
                self.begin()
                with self._step(tr("Change class")):
                    self._layer.changeAttributeValue(feature.id(), self._index, code)
                self._layer.triggerRepaint()
                return True
        return False

    def mend(self, finding: DrawnFinding, code: int, frame: QgsGeometry) -> None:
        """Mend what a finding is about.

        Args:
            finding: finding with a `fix`.
            code: class for a polygon without one.
            frame: extent of the image in the CRS of the layer.

        Raises:
            OutputError: if the layer cannot be edited.
        """
        self.begin()
        fid = finding.fids[-1]
        geometry = self._geometry(fid)
        with self._step(finding.fix):
            if finding.kind == NO_CLASS:
                self._layer.changeAttributeValue(fid, self._index, code)
            elif finding.kind == INVALID:
                self._reshape(fid, geometry.makeValid())
            elif finding.kind == OUTSIDE:
                self._reshape(fid, geometry.intersection(frame))
            elif finding.kind == OVERLAP:
                self._reshape(fid, geometry.difference(self._geometry(finding.fids[0])))
            elif finding.kind == SMALL:
                self._layer.deleteFeature(fid)
        self._layer.triggerRepaint()

    def _reshape(self, fid: int, geometry: QgsGeometry) -> None:
        """Give a polygon another outline; further parts become polygons, none deletes it."""
        parts = polygon_parts(geometry)
        if not parts:
            self._layer.deleteFeature(fid)
            return
        self._layer.changeGeometry(fid, parts[0])
        values = {self._index: self._layer.getFeature(fid).attribute(self._index)}
        for part in parts[1:]:
            self._layer.addFeature(QgsVectorLayerUtils.createFeature(self._layer, part, values))

    def _geometry(self, fid: int) -> QgsGeometry:
        return QgsGeometry(self._layer.getFeature(fid).geometry())

    @contextmanager
    def _step(self, title: str) -> Iterator[None]:
        self._layer.beginEditCommand(title)
        try:
            yield
        except Exception:
            self._layer.destroyEditCommand()
            raise
        self._layer.endEditCommand()


def polygon_parts(geometry: QgsGeometry) -> List[QgsGeometry]:
    """Return the polygons in a geometry, largest first; lines and points are left out."""
    is_polygon = QgsWkbTypes.GeometryType.PolygonGeometry
    parts = [QgsGeometry(part.clone()) for part in geometry.constParts()]
    polygons = [part for part in parts if part.type() == is_polygon and part.area() > 0]
    return sorted(polygons, key=lambda part: -part.area())


def apart_from(shapes: Sequence[Shape], drawn: Sequence[QgsGeometry]) -> List[Shape]:
    """Return shapes without what is drawn already, and cut at each other, small ones first.

    Args:
        shapes: polygons with the codes of their classes.
        drawn: outlines of the drawn polygons.
    """
    taken = [geometry for geometry in drawn if not geometry.isEmpty()]
    kept = []
    for geometry, code in sorted(shapes, key=lambda shape: shape[0].area()):
        rest = geometry
        for other in taken:
            if rest.boundingBoxIntersects(other) and rest.intersects(other):
                rest = rest.difference(other)
        if polygon_parts(rest):
            kept.append((rest, code))
            taken.append(geometry)
    return kept
