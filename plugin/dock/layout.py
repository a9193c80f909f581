# SPDX-License-Identifier: GPL-2.0-or-later
"""Layout of the dock: header, tabs or engine panel, notices, and controls always visible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Sequence, Tuple

from qgis.PyQt.QtWidgets import QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from ..i18n import tr
from ..widgets.fitting_scroll import FittingScroll, scrolling

if TYPE_CHECKING:
    from qgis.PyQt.QtCore import QSize


@dataclass(frozen=True)
class Tab:
    """One tab of the dock.

    Args:
        name: identifier, used in object names.
        title: title of the tab.
        tip: tooltip of the tab.
        widgets: content from top to bottom.
    """

    name: str
    title: str
    tip: str
    widgets: Tuple[QWidget, ...]


class Pages(QStackedWidget):
    """Tabs and engine panel, one at a time, so that the panel needs no height of its own.

    Args:
        tabs: tabs in their order.
        engine: panel of the engine.
    """

    def __init__(self, tabs: Sequence[Tab], engine: QWidget) -> None:
        super().__init__()
        self.addWidget(_tab_widget(tabs))
        self.addWidget(scrolling(column((engine,)), "orthoscribe_engine_page"))

    def sizeHint(self) -> QSize:
        """Return the minimum, so that notices get the height they need first."""
        return self.minimumSizeHint()

    def show_engine(self, is_wanted: bool) -> None:
        """Show the engine panel, or else the tabs."""
        self.setCurrentIndex(1 if is_wanted else 0)


def column(widgets: Sequence[QWidget]) -> QWidget:
    """Return a widget with `widgets` from top to bottom."""
    content = QWidget()
    layout = QVBoxLayout(content)
    for each in widgets:
        layout.addWidget(each)
    layout.addStretch(1)
    return content


def dock_content(
    header: QWidget, pages: QWidget, notices: Sequence[QWidget], controls: QWidget
) -> QWidget:
    """Return the content of the dock.

    Args:
        header: header line.
        pages: tabs and engine panel, which get all height that is left.
        notices: messages and checks, which scroll if they are high.
        controls: progress and buttons.
    """
    notes = QWidget()
    rows = QVBoxLayout(notes)
    rows.setContentsMargins(9, 2, 9, 2)
    for each in notices:
        rows.addWidget(each)
    rows.addStretch(1)
    content = QWidget()
    layout = QVBoxLayout(content)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(2)
    layout.addWidget(header)
    layout.addWidget(pages, 1)
    layout.addWidget(FittingScroll(notes))
    layout.addWidget(controls)
    return content


def _tab_widget(tabs: Sequence[Tab]) -> QTabWidget:
    widget = QTabWidget()
    widget.setObjectName("orthoscribe_tabs")
    widget.setAccessibleName(tr("Steps"))
    widget.setDocumentMode(True)
    for tab in tabs:
        page = scrolling(column(tab.widgets), f"orthoscribe_{tab.name}_page")
        widget.setTabToolTip(widget.addTab(page, tab.title), tab.tip)
    return widget
