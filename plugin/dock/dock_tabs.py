# SPDX-License-Identifier: GPL-2.0-or-later
"""The tabs of the dock as data: a new tab is one more row with its widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Tuple

from ..i18n import tr
from .layout import Tab

if TYPE_CHECKING:
    from qgis.PyQt.QtWidgets import QWidget

    from .input_sections import InputSections


def dock_tabs(sections: InputSections, polygons: QWidget, improve: QWidget) -> Tuple[Tab, ...]:
    """Return the tabs in their order.

    Args:
        sections: sections for the inputs of a run.
        polygons: content of the tab *Polygons*.
        improve: content of the tab *Improve*.
    """
    return (
        Tab("label", tr("Label"), tr("Image, heights, model, area and output"), (sections,)),
        Tab(
            "polygons",
            tr("Polygons"),
            tr("Outlines of any class raster, and of the next run"),
            (polygons,),
        ),
        Tab("improve", tr("Improve"), tr("Teach the model where the map is wrong"), (improve,)),
    )
