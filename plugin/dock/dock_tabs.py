# SPDX-License-Identifier: GPL-2.0-or-later
"""The tabs of the dock as data: a new tab is one more row with its widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Tuple

from ..i18n import tr
from .layout import Tab
from .named_widgets import text_label

if TYPE_CHECKING:
    from qgis.PyQt.QtWidgets import QLabel

    from .input_sections import InputSections


def dock_tabs(sections: InputSections) -> Tuple[Tab, ...]:
    """Return the tabs in their order.

    Args:
        sections: sections for the inputs of a run.
    """
    return (
        Tab("label", tr("Label"), tr("Image, heights, model, area and output"), (sections,)),
        Tab(
            "polygons",
            tr("Polygons"),
            tr("Polygons of the next run"),
            (_polygons_text(), sections.polygons),
        ),
    )


def _polygons_text() -> QLabel:
    label = text_label("orthoscribe_polygons_text", tr("About the polygons"))
    label.setText(
        tr(
            "These areas count for the next run. For any class raster, use 'Vectorize classes' "
            "in the Processing toolbox."
        )
    )
    return label
