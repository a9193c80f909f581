# SPDX-License-Identifier: GPL-2.0-or-later
"""The visible part of the image of a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..i18n import tr
from ..layers.map_canvas import visible_extent
from ..protocol import InputError
from .draft_layers import image_of
from .trial import trial_extent

if TYPE_CHECKING:
    from qgis.core import QgsProject
    from qgis.gui import QgsMapCanvas

    from ..protocol import Extent
    from .draft import FinetuneDraft


def visible_part(draft: FinetuneDraft, canvas: QgsMapCanvas, project: QgsProject) -> Extent:
    """Return the visible part of the image in its CRS, limited to what is labeled in seconds.

    Raises:
        InputError: if the image is gone or not visible.
    """
    layer = image_of(draft, project)
    if layer is None:
        raise InputError(
            tr("The image was removed from the project: add it again, or choose another one.")
        )
    part = trial_extent(visible_extent(canvas, layer, project), layer)
    if part is None:
        raise InputError(
            tr("The map does not show the image: zoom to the place that you want to look at.")
        )
    return part
