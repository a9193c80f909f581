# SPDX-License-Identifier: GPL-2.0-or-later
"""Page *Draw* without widgets: what is drawn of each class, what is wrong, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Dict, List, Optional, Sequence, Tuple

from qgis.core import QgsGeometry

from ...i18n import tr
from ...layers.drawn_findings import OVERLAP, UNSAVED, DrawnFinding, drawn_findings
from ...layers.drawn_polygons import (
    AMBER,
    APART_PX,
    ENOUGH,
    FEW,
    GREEN,
    RED,
    ClassCount,
    codes_by_value,
    count_classes,
    drawn_polygons,
)
from ...layers.gsd import gsd_m
from ...models import read_card
from ...protocol import ModelError, labeled_gsd_m, meanings_of
from ...styling.area_text import area_text
from ..draft_layers import base_of, image_of, labels_of

if TYPE_CHECKING:
    from qgis.core import QgsProject, QgsRasterLayer, QgsVectorLayer

    from ...layers.drawn_polygons import DrawnPolygon
    from ...protocol import LandClass
    from ..draft import FinetuneDraft
    from ..draft_layers import BaseResult

# Signs of the lights differ in shape, for color-blind users.
LIGHT_SIGNS = {RED: "✕", AMBER: "▲", GREEN: "✓"}
LIGHT_COLORS = {RED: "#d9463e", AMBER: "#cc8400", GREEN: "#2e9e4f"}
MOST_KEYS = 9


@dataclass(frozen=True)
class ClassRow:
    """One row of the table of classes.

    Args:
        land_class: class of the row.
        count: polygons that are drawn of it.
        key: key that chooses it; empty from the tenth class on.
    """

    land_class: LandClass
    count: ClassCount
    key: str

    @property
    def texts(self) -> Tuple[str, ...]:
        """Texts of the columns: key, class, polygons, groups, area and light."""
        count = self.count
        area = area_text(count.area_m2) if count.polygons else ""
        numbers = (str(count.polygons), str(count.groups), area)
        return (self.key, tr(self.land_class.title), *numbers, LIGHT_SIGNS[count.light])

    @property
    def advice(self) -> str:
        """What the light means."""
        count = self.count
        if count.polygons == 0:
            return tr("Nothing drawn: the class stays as the model sees it.")
        if count.light == RED:
            text = tr("Draw at least {few}: fewer cannot be judged.")
            return text.format(few=FEW)
        if count.polygons < ENOUGH:
            return tr("Better draw {enough} or more.").format(enough=ENOUGH)
        if count.light == AMBER:
            return tr("All lie in one place: draw some farther away.")
        return tr("Enough to learn from and to judge.")


class DrawPresenter:
    """What is drawn at a moment; reads the layers once.

    Args:
        draft: draft of the project.
        project: open project.
    """

    def __init__(self, draft: FinetuneDraft, project: QgsProject) -> None:
        self._draft = draft
        self.image: Optional[QgsRasterLayer] = image_of(draft, project)
        self.layer: Optional[QgsVectorLayer] = labels_of(draft, project)
        self.base: Optional[BaseResult] = base_of(draft, project)
        self.polygons: List[DrawnPolygon] = []
        self.usable: List[DrawnPolygon] = []
        self.findings: List[DrawnFinding] = []
        self.legend = draft.legend
        if self.image is not None and self.layer is not None:
            codes = codes_by_value(self.legend, meanings_of(draft.label_values))
            self.polygons = drawn_polygons(
                self.layer, draft.class_field, codes, self.image, project
            )
            self.findings = drawn_findings(self.layer, self.polygons, self.image)
            frame = QgsGeometry.fromRect(self.image.extent())
            # What lies outside is not learned, so it does not count.
            self.usable = [each for each in self.polygons if frame.intersects(each.geometry)]

    @property
    def is_drawing(self) -> bool:
        """Whether there is a layer to draw in, and an image below it."""
        return self.image is not None and self.layer is not None

    def rows(self) -> Tuple[ClassRow, ...]:
        """Return the rows of the table of classes."""
        counts: Dict[int, ClassCount] = {
            each.code: each for each in count_classes(self.usable, self.legend, self._apart())
        }
        return tuple(
            ClassRow(each, counts[each.code], str(number) if number <= MOST_KEYS else "")
            for number, each in enumerate(self.legend.classes, 1)
        )

    def problems(self) -> Tuple[str, ...]:
        """Return what keeps the user from going on; empty if nothing does."""
        if self.image is None:
            text = tr(
                "The image is not in the project any more: add it again, or choose another one in "
                "step 1. Your polygons are kept in {file}."
            )
            return (text.format(file=self._draft.labels or tr("no file yet")),)
        if self.layer is None:
            return (self._no_layer(),)
        if not any(each.code > 0 for each in self.usable):
            return (tr("Nothing is drawn yet: draw polygons where the map is wrong."),)
        sentences = [each.sentence for each in self.findings if each.kind in (UNSAVED, OVERLAP)]
        return (*sentences, *self._too_few_new())

    def listed_findings(self) -> Tuple[DrawnFinding, ...]:
        """Return the findings for the list; unsaved edits have a button of their own."""
        return tuple(each for each in self.findings if each.kind != UNSAVED)

    def has_unsaved_edits(self) -> bool:
        """Return whether edits have to be saved."""
        return any(each.kind == UNSAVED for each in self.findings)

    def summary(self) -> str:
        """Return what is drawn in one line."""
        known = [each for each in self.usable if each.code > 0]
        if not known:
            return tr("Choose a class, then draw or pick where the map is wrong.")
        classes = len({each.code for each in known})
        text = tr("Polygons: {polygons}, classes: {classes}, stored in {file}.")
        file = Path(self._draft.labels).name
        return text.format(polygons=len(known), classes=classes, file=file)

    def _no_layer(self) -> str:
        if self._draft.labels:
            text = tr(
                "The layer with your polygons was removed from the project. Its file {file} is "
                "kept: press Open it again."
            )
            return text.format(file=self._draft.labels)
        return tr("There is no layer to draw in yet: press Start drawing.")

    def _too_few_new(self) -> Sequence[str]:
        """Return a sentence for each new class with too few polygons to be learned."""
        new = self._draft.wanted_classes
        rows = self.rows()[-len(new) :] if new else ()
        text = tr("Draw at least {enough} polygons of the new class {title}; there are {count}.")
        return [
            text.format(
                enough=ENOUGH, title=row.land_class.title, count=row.count.polygons or tr("none")
            )
            for row in rows
            if row.count.polygons < ENOUGH
        ]

    def _apart(self) -> float:
        """Return the distance between groups in units of the image's CRS."""
        if self.image is None:
            return 0.0
        image_m = gsd_m(self.image)
        try:
            card = read_card(self._draft.start)
            network_m = labeled_gsd_m(image_m, card.gsd_range_m, card.enlarged_to_m)
        except ModelError:
            network_m = image_m
        unit_m = image_m / self.image.rasterUnitsPerPixelX() if image_m else 1.0
        return float(APART_PX * network_m / (unit_m or 1.0))
