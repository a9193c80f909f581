# SPDX-License-Identifier: GPL-2.0-or-later
"""The image of a draft as a layer, and the visible part of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsRasterLayer

from ..i18n import tr
from ..layers.inputs import file_and_layer
from ..layers.map_canvas import visible_extent
from ..protocol import InputError, RasterPath
from .trial import trial_extent

if TYPE_CHECKING:
    from qgis.core import QgsProject
    from qgis.gui import QgsMapCanvas

    from ..protocol import Extent
    from .draft import FinetuneDraft


def image_layer(draft: FinetuneDraft, project: QgsProject) -> Optional[QgsRasterLayer]:
    """Return the image as a layer of the project, else opened from its file; None without one."""
    layer = project.mapLayer(draft.image_layer) if draft.image_layer else None
    if isinstance(layer, QgsRasterLayer):
        return layer
    file = RasterPath.parse(draft.image).file if draft.image else ""
    if not file:
        return None
    for each in project.mapLayers().values():
        if isinstance(each, QgsRasterLayer) and _shows(each, file):
            return each
    opened = QgsRasterLayer(file, Path(file).stem)
    return opened if opened.isValid() else None


def visible_part(draft: FinetuneDraft, canvas: QgsMapCanvas, project: QgsProject) -> Extent:
    """Return the visible part of the image in its CRS, limited to what is labeled in seconds.

    Raises:
        InputError: if the image is gone or not visible.
    """
    layer = image_layer(draft, project)
    if layer is None:
        raise InputError(
            tr("The image {image} cannot be opened: choose it again on the first page.").format(
                image=draft.image
            )
        )
    part = trial_extent(visible_extent(canvas, layer, project), layer)
    if part is None:
        raise InputError(
            tr("The map does not show the image: zoom to the place that you want to look at.")
        )
    return part


def _shows(layer: QgsRasterLayer, file: str) -> bool:
    shown, _ = file_and_layer(layer)
    return bool(shown) and Path(shown).resolve() == Path(file).resolve()
