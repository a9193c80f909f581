# SPDX-License-Identifier: GPL-2.0-or-later
"""Combo box with the installed models by use, and a button that opens the list of models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Optional, Tuple

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QFileSystemWatcher, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QWidget

from ..i18n import tr
from ..models import read_card
from ..project_model import project_model
from ..protocol import installed_cards, library_by_use, own_models_folder
from ..settings import MODEL
from ..widgets.delay_timer import delay_timer
from ..widgets.named_widgets import named
from .models_dialog import ModelsDialog

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QShowEvent

PREFERRED_HEIGHTLESS = "image_only"  # preferred model that needs no heights
SETTLE_MS = 300  # an import or a training changes several files at once
Entry = Tuple[str, str, str]  # name, title and details; a heading has no name


class ModelBox(QComboBox):
    """Combo box that reads the list again before it is opened."""

    opening = pyqtSignal()

    def showPopup(self) -> None:
        """Open the list."""
        self.opening.emit()
        super().showPopup()


class ModelSelector(QWidget):
    """Widget for choosing a model; emits `changed` when another one is chosen."""

    changed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._elsewhere: Dict[str, str] = {}  # titles of models outside of the library
        self._entries: Tuple[Entry, ...] = ()
        self._box = named(
            ModelBox(), "orthoscribe_model", tr("Model"), tr("Trained model that labels the image")
        )
        self._box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        button = named(
            QToolButton(),
            "orthoscribe_all_models",
            tr("Models"),
            tr("List, rename, share and delete models, and list all architectures"),
        )
        button.setText("…")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._box, 1)
        layout.addWidget(button)
        self.setFocusProxy(self._box)
        self._watcher = QFileSystemWatcher(self)
        self._settling = delay_timer(self, SETTLE_MS, self.refresh)
        self.refresh()
        self._choose_default()
        self._box.currentIndexChanged.connect(self._emit_changed)
        self._box.opening.connect(self.refresh)
        button.clicked.connect(self.show_all)
        self._watcher.directoryChanged.connect(self._settle)
        QgsProject.instance().readProject.connect(self._choose_project_model)

    def model(self) -> str:
        """Return the name of the model."""
        return str(self._box.currentData() or MODEL.default)

    def heightless(self) -> str:
        """Return the name of a model that needs no heights; empty if none is installed."""
        names = [name for name, card in installed_cards().items() if not card.wants_heights]
        return min(names, key=lambda name: name != PREFERRED_HEIGHTLESS, default="")

    def choose(self, model: str) -> None:
        """Choose a model by name or folder, with the same effect as a choice by the user."""
        if self._box.findData(model) < 0:
            self.refresh()
        if self._box.findData(model) < 0:
            self._elsewhere[model] = read_card(model).title
            self.refresh()
        self._box.setCurrentIndex(self._box.findData(model))

    def show_all(self) -> None:
        """Open the list of models."""
        dialog = ModelsDialog(self.model(), self)
        dialog.changed.connect(self.refresh)
        dialog.accepted.connect(lambda: self.choose(dialog.model()))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def refresh(self) -> None:
        """List the models as they are now; the chosen one stays if it still exists."""
        self._watch()
        entries = self._current_entries()
        if entries == self._entries:
            return
        is_first, self._entries = not self._entries, entries
        chosen = self.model()
        self._box.blockSignals(True)
        self._box.clear()
        for name, title, details in entries:
            _add(self._box, name, title, details)
        index = self._box.findData(chosen)
        self._box.setCurrentIndex(index if index >= 0 else self._box.findData(MODEL.default))
        self._box.blockSignals(False)
        if not is_first:
            self.changed.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """List the models as they are now."""
        super().showEvent(event)
        self.refresh()

    def _current_entries(self) -> Tuple[Entry, ...]:
        entries = []
        for use, models in library_by_use().items():
            entries.append(("", tr(use), ""))
            entries += [(each.name, each.title, f"{each.name}\n{each.details}") for each in models]
        if self._elsewhere:
            entries.append(("", tr("Other folders"), ""))
            entries += [(folder, title, folder) for folder, title in self._elsewhere.items()]
        return tuple(entries)

    def _watch(self) -> None:
        """Watch the library and the folders of its models, or the folder where it will be."""
        library = own_models_folder()
        folders = [library, *library.glob("*/")] if library.is_dir() else [library.parent]
        wanted = {str(folder) for folder in folders if folder.is_dir()}
        watched = set(self._watcher.directories())
        if watched - wanted:
            self._watcher.removePaths(sorted(watched - wanted))
        if wanted - watched:
            self._watcher.addPaths(sorted(wanted - watched))

    def _choose_default(self) -> None:
        """Choose the model of the project, else that of the last run, else the recommended one."""
        for model in (project_model(), MODEL.read(), MODEL.default):
            index = self._box.findData(model) if model else -1
            if index >= 0:
                self._box.setCurrentIndex(index)
                return

    def _choose_project_model(self) -> None:
        preferred = project_model()
        index = self._box.findData(preferred) if preferred else -1
        if index >= 0:
            self._box.setCurrentIndex(index)

    def _settle(self) -> None:
        self._settling.start()

    def _emit_changed(self) -> None:
        self.changed.emit()


def _add(box: QComboBox, name: str, title: str, details: str) -> None:
    """Add a model, or a heading that cannot be chosen."""
    box.addItem(title, name or None)
    last = box.count() - 1
    box.setItemData(last, details, Qt.ItemDataRole.ToolTipRole)
    if not name:
        box.model().item(last).setEnabled(False)
