# SPDX-License-Identifier: GPL-2.0-or-later
"""Places to look at next; those done and skipped stay in the draft. Without widgets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, List, Optional

from qgis.core import QgsRasterLayer, QgsRectangle

from ..i18n import tr
from ..layers.spots import UNKNOWN, Spot, apart_of, find_spots, next_spot, shown_reach
from .draft_layers import base_of, image_of

if TYPE_CHECKING:
    from .draft_layers import BaseResult
    from .page import WizardContext


class Suggestions:
    """Places of the draft's image, found once for each result.

    Args:
        context: window, project and draft that the pages work on.
    """

    def __init__(self, context: WizardContext) -> None:
        self._context = context
        self._spots: List[Spot] = []
        self._found_for = ("", "")  # image and run
        self.current: Optional[Spot] = None

    def go_on(self) -> Optional[Spot]:
        """Return the next place, which becomes the current one; None if all were seen."""
        draft, project = self._context.draft.value, self._context.project
        image, base = image_of(draft, project), base_of(draft, project)
        self.current = None
        if image is None:
            return None
        key = (draft.image, base.run_id if base else "")
        if key != self._found_for:
            classes = base.classes if base else None
            self._spots = find_spots(classes, _confidence_of(base), image)
            self._found_for = key
        seen = (*draft.done_spots, *draft.skipped_spots)
        self.current = next_spot(self._spots, seen, apart_of(image))
        return self.current

    def finish(self, *, is_done: bool) -> None:
        """Remember the current place as done or skipped."""
        if self.current is None:
            return
        draft = self._context.draft
        name = "done_spots" if is_done else "skipped_spots"
        point, self.current = self.current.point, None
        draft.change(**{name: (*getattr(draft.value, name), point)})

    def place(self) -> QgsRectangle:
        """Return the current place, in the CRS of the image."""
        return self._square(self.current.reach) if self.current is not None else QgsRectangle()

    def box(self) -> QgsRectangle:
        """Return the current place with its surroundings, in the CRS of the image."""
        image = image_of(self._context.draft.value, self._context.project)
        if self.current is None or image is None:
            return QgsRectangle()
        return self._square(shown_reach(self.current.reach, image))

    def text(self) -> str:
        """Return the current place and how many were done, in one line."""
        draft = self._context.draft.value
        done = tr("{done} places done, {skipped} skipped.").format(
            done=len(draft.done_spots), skipped=len(draft.skipped_spots)
        )
        if self.current is None:
            return done if draft.done_spots or draft.skipped_spots else ""
        if self.current.confidence == UNKNOWN:
            return tr("Is the map right here?") + " " + done
        text = tr("The map is only {percent:.0f} % certain here. Is it right?")
        return text.format(percent=self.current.confidence) + " " + done

    def _square(self, half: float) -> QgsRectangle:
        """Return the square around the current place."""
        x, y = self.current.point if self.current is not None else (0.0, 0.0)
        return QgsRectangle(x - half, y - half, x + half, y + half)


def _confidence_of(base: Optional[BaseResult]) -> Optional[QgsRasterLayer]:
    """Return the confidence raster of a result, which need not be in the project."""
    if base is None or not Path(base.confidence).is_file():
        return None
    return QgsRasterLayer(base.confidence, "confidence")
