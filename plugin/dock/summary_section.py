# SPDX-License-Identifier: GPL-2.0-or-later
"""Section with the summary of the last run and what to do with its results."""

from __future__ import annotations

from html import escape
from typing import Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ..i18n import tr
from ..widgets.named_widgets import named, small_button, text_label
from .class_bar import ClassBar
from .summary import ClassShare, RunSummary, share_text

WHITE = 240  # smallest value of red, green and blue from which a color counts as white


class SummarySection(QWidget):
    """Areas by class as a bar with a legend, mean confidence, and the way to the review."""

    review_pressed = pyqtSignal()
    improve_pressed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("orthoscribe_summary_section")
        self._bar = ClassBar()
        self._bar.setAccessibleName(tr("Areas by class"))
        self._legend = text_label(
            "orthoscribe_summary", tr("Areas by class"), Qt.TextFormat.RichText
        )
        self._review = named(
            QPushButton(tr("Step through the least certain")),
            "orthoscribe_review_least_certain",
            tr("Step through the least certain"),
            tr("Zoom to the polygons of this run one by one, least certain first"),
        )
        self._improve = small_button(
            "improve_map",
            tr("Improve this map…"),
            tr("Mark where the map is wrong, and teach the model"),
        )
        self._review.setMinimumWidth(1)
        buttons = QHBoxLayout()
        buttons.addWidget(self._review)
        buttons.addWidget(self._improve)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._bar)
        layout.addLayout(buttons)
        layout.addWidget(self._legend)
        self._review.clicked.connect(self.review_pressed.emit)
        self._improve.clicked.connect(self.improve_pressed.emit)
        self.hide()

    def show_summary(self, summary: Optional[RunSummary], *, can_review: bool = False) -> None:
        """Show a summary, None to hide it, and the button for the review if there are polygons."""
        self.setVisible(summary is not None)
        self._review.setVisible(can_review)
        if summary is None:
            return
        self._bar.show_shares(summary.shares)
        parts = [_entry(share) for share in summary.shares]
        if summary.confidence_percent is not None:
            text = tr("Mean confidence {percent:.0f} %")
            parts.append(escape(text.format(percent=summary.confidence_percent)))
        self._legend.setText("<br>".join(parts))


def _entry(share: ClassShare) -> str:
    """Return the legend entry of a class; white is drawn as an outline."""
    red, green, blue = share.color
    square = (
        "□"
        if min(share.color) > WHITE
        else f"<span style='color:rgb({red},{green},{blue})'>■</span>"
    )
    return f"{square}&nbsp; {escape(share_text(share))}"
