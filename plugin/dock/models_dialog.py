# SPDX-License-Identifier: GPL-2.0-or-later
"""Dialog with all installed models: choose, rename, note, delete, export and import one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Callable, Dict, Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QInputDialog,
    QMessageBox,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ..i18n import tr
from ..models import read_card
from ..project_model import project_model
from ..protocol import ModelError, installed_cards, offered_by_paper
from ..widgets.named_widgets import named, text_label
from .architectures_dialog import ArchitecturesDialog
from .models_presenter import Done, ModelsPresenter

if TYPE_CHECKING:
    from ..protocol import LibraryModel

MODEL_ROLE = Qt.ItemDataRole.UserRole
SIZE_PX = (1000, 500)
MAX_COLUMN_PX = 280
ZIP = "Zip (*.zip)"
TIPS = {
    "rename": "Give your model another name",
    "note": "Write a remark about your model",
    "delete": "Delete your model from the disk",
    "export": "Save the model as one zip, to share it",
    "import": "Add a model from a zip to the list",
    "folder": "Use a model that was trained, imported or copied to another folder",
    "project": "Choose this model whenever the project is opened",
    "architectures": "List all network architectures by paper, to train one from scratch",
}


class ModelsDialog(QDialog):
    """Dialog for choosing a model and changing the library; emits `changed` after a change.

    Args:
        selected: name of the model to select at first.
    """

    changed = pyqtSignal()

    def __init__(self, selected: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("orthoscribe_models_dialog")
        self.setWindowTitle(tr("Models"))
        self.resize(*SIZE_PX)
        self._presenter = ModelsPresenter()
        self._folder = ""
        self._models: Dict[str, LibraryModel] = {}
        self._tree = self._create_tree()
        self._details = text_label("orthoscribe_models_details", tr("About the selection"))
        self._message = text_label("orthoscribe_models_message", tr("Message"))
        self._actions = {
            "rename": self._action("rename", tr("Rename…"), self._rename),
            "note": self._action("note", tr("Note…"), self._note),
            "delete": self._action("delete", tr("Delete…"), self._delete),
            "export": self._action("export", tr("Export…"), self._export),
            "import": self._action("import", tr("Import…"), self._import),
            "folder": self._action("folder", tr("Use a folder…"), self._choose_folder),
            "project": self._action("project", tr("Project default"), self._set_default),
            "architectures": self._action(
                "architectures", tr("Architectures…"), self._show_architectures
            ),
        }
        self._actions["project"].setCheckable(True)
        self._buttons = self._create_buttons()
        self._use = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._lay_out()
        self._fill(selected)
        self._message.setText(self._presenter.remarks())
        self._tree.currentItemChanged.connect(self._show_selection)
        self._tree.itemDoubleClicked.connect(self.accept)

    def model(self) -> str:
        """Return the name or the folder of the chosen model, or an empty string."""
        return self._folder or self._selected()

    def use_folder(self, folder: str) -> None:
        """Choose the model in a folder, or show why it cannot be used."""
        try:
            read_card(folder)
        except ModelError as error:
            self._message.setText(str(error))
            return
        self._folder = folder
        self.accept()

    def _create_tree(self) -> QTreeWidget:
        tree = named(
            QTreeWidget(),
            "orthoscribe_models_list",
            tr("Models"),
            tr("Installed models; the same list is in the toolbox and in the shell"),
        )
        tree.setHeaderLabels([tr("Model"), tr("Use"), tr("Score"), tr("Date"), tr("Lineage")])
        tree.setRootIsDecorated(False)
        tree.setUniformRowHeights(True)
        return tree

    def _action(self, name: str, title: str, action: Callable[[], None]) -> QPushButton:
        button = named(QPushButton(title), f"orthoscribe_models_{name}", title, tr(TIPS[name]))
        button.setAutoDefault(False)
        button.clicked.connect(lambda *_: action())
        return button

    def _create_buttons(self) -> QDialogButtonBox:
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Ok | kinds.Close)
        buttons.button(kinds.Ok).setText(tr("Use model"))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        for name in ("rename", "note", "delete", "project", "export", "import", "folder"):
            side.addWidget(self._actions[name])
        side.addStretch(1)
        side.addWidget(self._actions["architectures"])
        top = QHBoxLayout()
        top.addWidget(self._tree, 1)
        top.addLayout(side)
        layout = QVBoxLayout(self)
        layout.addLayout(top, 1)
        layout.addWidget(self._details)
        layout.addWidget(self._message)
        layout.addWidget(self._buttons)

    def _fill(self, selected: str) -> None:
        """List the models as they are now and select one."""
        self._models = {model.name: model for model in self._presenter.models()}
        self._tree.clear()
        for model in self._models.values():
            item = QTreeWidgetItem(list(self._presenter.columns(model)))
            item.setData(0, MODEL_ROLE, model.name)
            for column in range(item.columnCount()):
                item.setToolTip(column, f"{model.name}\n{model.details}")
            self._tree.addTopLevelItem(item)
            if model.name == selected:
                self._tree.setCurrentItem(item)
        for column in range(self._tree.columnCount()):
            self._tree.resizeColumnToContents(column)
            width = min(self._tree.columnWidth(column), MAX_COLUMN_PX)
            self._tree.setColumnWidth(column, width)
        self._show_selection()

    def _show_selection(self) -> None:
        """Enable the actions that suit the selected model, and show what is known about it."""
        model = self._models.get(self._selected())
        can_change = model is not None and self._presenter.can_change(model)
        for name in ("rename", "note", "delete"):
            self._actions[name].setEnabled(can_change)
        for button in (self._actions["export"], self._actions["project"], self._use):
            button.setEnabled(model is not None)
        self._actions["project"].setChecked(model is not None and model.name == project_model())
        about = (model.card.summary, model.card.note) if model is not None else ()
        self._details.setText("\n".join(filter(None, about)))

    def _selected(self) -> str:
        item = self._tree.currentItem()
        return str(item.data(0, MODEL_ROLE)) if item is not None else ""

    def _show(self, done: Done) -> None:
        self._fill(done.model)
        self._message.setText(done.message)
        if not done.is_error:
            self.changed.emit()

    def _rename(self) -> None:
        name = self._selected()
        new_name, is_given = QInputDialog.getText(
            self, tr("Rename model"), tr("New name of '{}'").format(name), text=name
        )
        if is_given:
            self._show(self._presenter.rename(name, new_name))

    def _note(self) -> None:
        name = self._selected()
        note, is_given = QInputDialog.getMultiLineText(
            self, tr("Note"), tr("Note about '{}'").format(name), self._models[name].card.note
        )
        if is_given:
            self._show(self._presenter.note(name, note))

    def _delete(self) -> None:
        name = self._selected()
        question = tr("Delete the model '{}' from the disk? This cannot be undone.").format(name)
        yes = QMessageBox.StandardButton.Yes
        if QMessageBox.question(self, tr("Delete model"), question) == yes:
            self._show(self._presenter.delete(name))

    def _export(self) -> None:
        name = self._selected()
        proposed = str(Path.home() / f"{name}.zip")
        file, _ = QFileDialog.getSaveFileName(self, tr("Export model"), proposed, ZIP)
        if file:
            self._show(self._presenter.export(name, file))

    def _import(self) -> None:
        file, _ = QFileDialog.getOpenFileName(self, tr("Import model"), "", ZIP)
        if file:
            self._show(self._presenter.import_archive(file, self._selected()))

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("Choose a model folder"))
        if folder:
            self.use_folder(folder)

    def _set_default(self) -> None:
        is_default = self._actions["project"].isChecked()
        self._show(self._presenter.set_default(self._selected(), is_default))

    def _show_architectures(self) -> None:
        dialog = ArchitecturesDialog(offered_by_paper(installed_cards()), self)
        dialog.accepted.connect(lambda: self._use_of_architecture(dialog.model()))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _use_of_architecture(self, model: str) -> None:
        self._fill(model)
        self.accept()
