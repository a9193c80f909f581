# SPDX-License-Identifier: GPL-2.0-or-later
"""What the buttons of the page *Draw* do to the layers; without widgets. Main thread only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, Optional, Tuple

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsPointXY,
    QgsRectangle,
)

from ..i18n import tr
from ..layers.correction_edits import CorrectionEdits, Shape, apart_from
from ..layers.corrections import (
    CLASS_FIELD,
    corrections_file,
    create_corrections,
    is_corrections,
    open_corrections,
)
from ..layers.drawn_findings import UNSAVED
from ..layers.map_canvas import visible_extent
from ..layers.picking import PickedShape, polygon_at, polygons_in, region_at, result_polygons
from ..protocol import InputError, spelled
from .draft_layers import base_of, image_of, labels_of, labels_source

if TYPE_CHECKING:
    from pathlib import Path

    from qgis.core import QgsCoordinateReferenceSystem, QgsVectorLayer

    from ..layers.drawn_findings import DrawnFinding
    from .draft import FinetuneDraft
    from .page import WizardContext


class DrawingActions:
    """Actions on the layer with the drawn polygons.

    Args:
        context: window, project and draft that the pages work on.
    """

    def __init__(self, context: WizardContext) -> None:
        self._context, self._project = context, context.project

    def usual_file(self) -> Optional[Path]:
        """Return where a new layer is stored without asking; None if the user has to choose."""
        base, image = base_of(self._draft, self._project), image_of(self._draft, self._project)
        layers = [base.classes if base is not None else None, image]
        return corrections_file([each for each in layers if each is not None], self._project)

    def start(self, path: Path) -> None:
        """Create a layer for corrections, and add it to the project.

        Raises:
            InputError: if the image is not in the project.
            OutputError: if the file cannot be written.
        """
        image = image_of(self._draft, self._project)
        if image is None:
            raise InputError(tr("The image is not in the project: choose it in step 1."))
        self.open(create_corrections(path, image.crs()))

    def open(self, path: Path) -> None:
        """Add the layer of a file with corrections to the project, and draw in it.

        Raises:
            OutputError: if the file cannot be opened.
        """
        layer = open_corrections(path, self._draft.legend, self._project)
        self._context.draft.change(
            labels=str(path), labels_layer=layer.id(), class_field=CLASS_FIELD, label_values=()
        )

    def use_layer(self, layer: QgsVectorLayer, field: str, label_values: Tuple[str, ...]) -> None:
        """Take the polygons of a layer, which is not changed.

        Args:
            layer: layer with polygons.
            field: field with the values.
            label_values: class of each value, `6=building`.

        Raises:
            InputError: if the layer cannot be read.
            JobError: if the values are invalid.
        """
        self._context.draft.change(
            labels=labels_source(layer, self._project),
            labels_layer=layer.id(),
            class_field=field,
            label_values=label_values,
        )

    def begin(self) -> None:
        """Switch the layer into edit mode.

        Raises:
            OutputError: if the layer is write-protected.
            InputError: if the layer is not in the project.
        """
        self._edits().begin()

    def pick(self, point: QgsPointXY, code: int) -> str:
        """Take the shape at a point of the map, or give the polygon drawn there another class.

        Returns:
            Sentence about what was done.

        Raises:
            InputError: if nothing was labeled at the point.
            OutputError: if the layer cannot be edited.
        """
        layer, title = self._layer(), self._title(code)
        here = self._to(point, layer.crs())
        if self._edits().set_class_at(here, code):
            return tr("The polygon is now {title}.").format(title=title)
        shape = self._shape_at(here, layer.crs())
        if shape is None:
            raise InputError(tr("Nothing was labeled there, so there is no shape: draw it."))
        drawn = [feature.geometry() for feature in layer.getFeatures()]
        if not self._edits().add(apart_from([(shape.geometry, code)], drawn), tr("Pick shape")):
            raise InputError(tr("This shape is covered by polygons that you have drawn."))
        former = self._titles().get(shape.class_name, shape.class_name)
        text = tr("Taken: {former}, now {title}.").format(former=former, title=title)
        if shape.is_cut:
            text += " " + tr("The region is large, so only the part around the click was taken.")
        return text

    def take_labels_in_view(self) -> str:
        """Turn the labels that lie within the view into polygons that can be edited.

        Returns:
            Sentence about what was done.

        Raises:
            InputError: if the view has no polygons of the result.
            OutputError: if the layer cannot be edited.
        """
        layer, base = self._layer(), base_of(self._draft, self._project)
        box = visible_extent(self._context.canvas, layer, self._project)
        layers = result_polygons(base.run_id, self._project) if base is not None else []
        found = polygons_in(QgsRectangle(*box), layer.crs(), layers, self._project) if box else []
        codes = {each.name: each.code for each in self._draft.legend.classes}
        shapes: List[Shape] = [
            (each.geometry, codes[each.class_name]) for each in found if each.class_name in codes
        ]
        drawn = [feature.geometry() for feature in layer.getFeatures()]
        added = self._edits().add(apart_from(shapes, drawn), tr("Labels in view")) if shapes else 0
        if not added:
            raise InputError(
                tr(
                    "No polygons of the result lie within the view: zoom out, switch the layers of "
                    "the result on, or pick single shapes."
                )
            )
        return tr(
            "{count} labels can be edited now: delete those that you have not checked."
        ).format(count=added)

    def save(self) -> None:
        """Save all edits.

        Raises:
            OutputError: if they cannot be written.
            InputError: if the layer is not in the project.
        """
        self._edits().save()

    def mend(self, finding: DrawnFinding, code: int) -> None:
        """Mend what a finding is about; `code` is for a polygon without a class.

        Raises:
            OutputError: if the layer cannot be edited.
            InputError: if a layer is not in the project.
        """
        if finding.kind == UNSAVED:
            self.save()
            return
        layer, image = self._layer(), image_of(self._draft, self._project)
        if image is None:
            raise InputError(tr("The image is not in the project: choose it in step 1."))
        frame = QgsGeometry.fromRect(image.extent())
        frame.transform(
            QgsCoordinateTransform(image.crs(), layer.crs(), self._project.transformContext())
        )
        self._edits().mend(finding, code, frame)

    def can_edit(self) -> bool:
        """Return whether the layer was made for corrections, and not only taken over."""
        layer = labels_of(self._draft, self._project)
        return layer is not None and is_corrections(layer)

    @property
    def _draft(self) -> FinetuneDraft:
        return self._context.draft.value

    def _layer(self) -> QgsVectorLayer:
        layer = labels_of(self._draft, self._project)
        if layer is None:
            raise InputError(tr("There is no layer to draw in: press Start drawing."))
        return layer

    def _edits(self) -> CorrectionEdits:
        return CorrectionEdits(self._layer(), self._draft.class_field)

    def _shape_at(
        self, point: QgsPointXY, crs: QgsCoordinateReferenceSystem
    ) -> Optional[PickedShape]:
        """Return the smallest polygon of the result at a point, else the region of its class."""
        base = base_of(self._draft, self._project)
        if base is None:
            return None
        layers = result_polygons(base.run_id, self._project)
        shape = polygon_at(point, crs, layers, self._project)
        if shape is not None:
            return shape
        context = self._project.transformContext()
        there = QgsCoordinateTransform(crs, base.classes.crs(), context)
        region = region_at(there.transform(point), base.classes, base.legend)
        if region is not None:
            region.geometry.transform(QgsCoordinateTransform(base.classes.crs(), crs, context))
        return region

    def _to(self, point: QgsPointXY, crs: QgsCoordinateReferenceSystem) -> QgsPointXY:
        """Return a point of the map in another CRS.

        Raises:
            InputError: if it cannot be transformed.
        """
        settings = self._context.canvas.mapSettings()
        context = self._project.transformContext()
        try:
            return QgsCoordinateTransform(settings.destinationCrs(), crs, context).transform(point)
        except QgsCsException as error:
            raise InputError(tr("The point lies outside of the layer's CRS.")) from error

    def _title(self, code: int) -> str:
        return next(
            (tr(each.title) for each in self._draft.legend.classes if each.code == code), ""
        )

    def _titles(self) -> Dict[str, str]:
        return {spelled(each.name): tr(each.title) for each in self._draft.legend.classes}
