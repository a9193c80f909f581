# SPDX-License-Identifier: GPL-2.0-or-later
"""Page *Area and model* without widgets: its choices, and what is missing or wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Tuple

from ...choices import TitledChoice, model_choices
from ...i18n import tr
from ...layers.checks import band_problems, grid_problems, overlap_problems, raster_problems
from ...models import read_card, title_of
from ...protocol import IMAGE_ROLES, ModelError
from ..draft import MISSING_CLASS
from ..draft_layers import image_of

if TYPE_CHECKING:
    from qgis.core import QgsProject, QgsRasterLayer

    from ..draft import FinetuneDraft

# By cause, as an analyst would say it.
CAUSE_TITLES = (
    ("colors", "The image looks different from usual"),
    ("meaning", "A class means something else here"),
    (MISSING_CLASS, "A class is missing"),
)
CAUSE_HELP = {
    "colors": (
        "Other colors, light, season or sharpness: the most common case. The classes stay as they "
        "are."
    ),
    "meaning": (
        "For example, gravel yards count as low vegetation here. The names of the classes stay; "
        "what belongs to them follows what you draw."
    ),
    MISSING_CLASS: "For example water. Name it here, and draw at least 5 polygons of it.",
}


class AreaPresenter:
    """Presenter of a draft on this page.

    Args:
        draft: draft of the project.
        project: open project.
    """

    def __init__(self, draft: FinetuneDraft, project: QgsProject) -> None:
        self._draft, self._project = draft, project

    def models(self) -> Tuple[TitledChoice, ...]:
        """Return the models to start from; that of the draft is among them."""
        choices = model_choices()
        start = self._draft.start
        if start in {each.value for each in choices}:
            return choices
        return (*choices, TitledChoice(start, title_of(start)))

    def cause_help(self) -> str:
        """Return what the chosen cause means."""
        return tr(CAUSE_HELP[self._draft.cause])

    def wants_new_classes(self) -> bool:
        """Return whether the list of new classes is shown."""
        return self._draft.cause == MISSING_CLASS

    def wants_terrain(self) -> bool:
        """Return whether the terrain layer is shown."""
        return self._draft.heights == "dsm+dtm"

    def problems(self, dsm: Optional[QgsRasterLayer] = None) -> Tuple[str, ...]:
        """Return what keeps the user from drawing; empty if nothing does.

        Args:
            dsm: heights layer; None without one.
        """
        image = image_of(self._draft, self._project)
        if image is None and self._draft.image:
            text = tr(
                "The image {image} is not in the project any more: add it again, or choose "
                "another one. Your polygons are kept."
            )
            return (text.format(image=self._draft.image),)
        found = self._image_problems(image) if image is not None else ()
        if image is not None and dsm is not None and not found:
            found = raster_problems(dsm, "DSM") or overlap_problems(
                image, dsm, "DSM", self._project.transformContext()
            )
        return found or self._draft.area_problems()

    def _image_problems(self, image: QgsRasterLayer) -> Tuple[str, ...]:
        found = raster_problems(image, "image") or grid_problems(image)
        if found:
            return found
        try:
            roles = read_card(self._draft.start).image_roles
        except ModelError:
            roles = IMAGE_ROLES
        return band_problems(image, self._draft.given_bands(roles))
