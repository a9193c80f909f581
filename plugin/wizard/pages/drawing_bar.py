# SPDX-License-Identifier: GPL-2.0-or-later
"""Buttons of the page *Draw*: draw, pick, take labels, save, and the suggested places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QSignalBlocker, pyqtSignal
from qgis.PyQt.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ...i18n import tr
from ...widgets.button_grid import button_grid, pass_clicks_on
from ...widgets.named_widgets import small_button, text_label

if TYPE_CHECKING:
    from ..suggestions import Suggestions


class DrawingBar(QWidget):
    """Buttons, with a line about what is drawn and one about the suggested place."""

    draw_pressed = pyqtSignal()
    pick_toggled = pyqtSignal(bool)
    labels_pressed = pyqtSignal()
    save_pressed = pyqtSignal()
    next_pressed = pyqtSignal()
    spot_finished = pyqtSignal(bool)  # whether it is done, not skipped

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._summary = text_label("orthoscribe_wizard_drawn", tr("What is drawn"))
        self._spot = text_label("orthoscribe_wizard_spot", tr("Suggested place"))
        self._draw = small_button(
            "wizard_draw_polygon", tr("Draw polygon"), tr("Start the polygon tool")
        )
        self._pick = small_button(
            "wizard_pick",
            tr("Pick shape"),
            tr("Click a shape of the map to give it the selected class; right-click to end"),
        )
        self._pick.setCheckable(True)
        self._labels = small_button(
            "wizard_labels",
            tr("Edit labels in view"),
            tr("Turn the polygons of the result in the view into polygons that you can correct"),
        )
        self._save = small_button(
            "wizard_save", tr("Save edits"), tr("Save all edits and go on drawing")
        )
        self._next = small_button(
            "wizard_next_spot", tr("Next spot"), tr("Go where the map is least certain")
        )
        self._done = small_button(
            "wizard_spot_done", tr("Done"), tr("Corrected, or right already: go to the next place")
        )
        self._skip = small_button(
            "wizard_spot_skip", tr("Skip"), tr("Leave this place out: go to the next one")
        )
        self._lay_out()
        pass_clicks_on(
            (self._draw, self.draw_pressed),
            (self._labels, self.labels_pressed),
            (self._save, self.save_pressed),
            (self._next, self.next_pressed),
        )
        self._pick.toggled.connect(self.pick_toggled.emit)
        self._done.clicked.connect(lambda: self.spot_finished.emit(True))
        self._skip.clicked.connect(lambda: self.spot_finished.emit(False))

    def show_state(self, summary: str, suggestions: Suggestions, *, can_edit: bool) -> None:
        """Show what is drawn and the suggested place.

        Args:
            summary: line about the drawn polygons.
            suggestions: suggested places.
            can_edit: whether the layer is made for corrections.
        """
        self._summary.setText(summary)
        for button in (self._draw, self._pick, self._labels):
            button.setEnabled(can_edit)
        self.show_suggestion(suggestions)

    def enable_save(self, is_wanted: bool) -> None:
        """Enable *Save edits* while there are some."""
        self._save.setEnabled(is_wanted)

    def show_suggestion(self, suggestions: Suggestions) -> None:
        """Show the suggested place."""
        text = suggestions.text()
        self._spot.setText(text)
        self._spot.setVisible(bool(text))
        is_there = suggestions.current is not None
        self._next.setVisible(not is_there)
        self._done.setVisible(is_there)
        self._skip.setVisible(is_there)

    def show_picking(self, is_on: bool) -> None:
        """Show whether the tool for picking is in use, without starting or ending it."""
        blocker = QSignalBlocker(self._pick)
        self._pick.setChecked(is_on)
        blocker.unblock()

    def end_picking(self) -> None:
        """Show that the tool for picking was put away."""
        self.show_picking(False)

    def _lay_out(self) -> None:
        spots = QHBoxLayout()
        for button in (self._next, self._done, self._skip):
            spots.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._summary)
        layout.addLayout(button_grid((self._draw, self._pick, self._labels, self._save)))
        layout.addLayout(spots)
        layout.addWidget(self._spot)
