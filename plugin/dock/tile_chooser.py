# SPDX-License-Identifier: GPL-2.0-or-later
"""*Folder of tiles…* in a list of layers: many files become one layer, which is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import QgsApplication, QgsMapLayer, QgsProject, QgsTask
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QFileDialog

from ..errors import error_text
from ..i18n import tr
from ..layers.tile_mosaic import add_mosaic, write_mosaic
from ..protocol import OrthoscribeError
from .run_message import FAILURE, Message

if TYPE_CHECKING:
    from pathlib import Path

    from qgis.gui import QgsMapLayerComboBox


class TileChooser(QObject):
    """The last entry of a list of layers, for a folder of tiles.

    Args:
        box: list of layers.
        project: project that gets the layer.
        on_layer: callback after the layer was chosen, as for a choice by the user.
    """

    failed = pyqtSignal(object)  # Message

    def __init__(
        self, box: QgsMapLayerComboBox, project: QgsProject, on_layer: Callable[[], None]
    ) -> None:
        super().__init__(box)
        self._box, self._project, self._on_layer = box, project, on_layer
        self._title = tr("Folder of tiles…")
        self._former_id = ""
        self._task: Optional[_MosaicTask] = None
        box.setAdditionalItems([self._title])
        box.layerChanged.connect(self._note_layer)
        box.activated.connect(self._on_activated)

    def choose_folder(self, folder: str) -> None:
        """Make a layer of the tiles in a folder in the background, and choose it."""
        self.teardown()
        self._task = _MosaicTask(folder, self._on_mosaic)
        QgsApplication.taskManager().addTask(self._task)

    def teardown(self) -> None:
        """End running work; nothing is chosen any more."""
        if self._task is not None:
            self._task.forget()
            self._task = None

    def _note_layer(self, layer: Optional[QgsMapLayer]) -> None:
        if self._box.currentText() != self._title:
            self._former_id = layer.id() if layer is not None else ""

    def _on_activated(self, _index: int) -> None:
        if self._box.currentText() != self._title:
            return
        self._box.setLayer(self._project.mapLayer(self._former_id))
        folder = QFileDialog.getExistingDirectory(self._box, tr("Choose a folder of tiles"))
        if folder:
            self.choose_folder(folder)

    def _on_mosaic(self, folder: str, vrt: Optional[Path], problem: str) -> None:
        self._task = None
        try:
            layer = add_mosaic(vrt, folder, self._project) if vrt is not None else None
        except OrthoscribeError as error:
            layer, problem = None, error_text(error)
        if layer is None:
            self.failed.emit(Message(FAILURE, problem))
            return
        self._box.setLayer(layer)
        self._on_layer()


class _MosaicTask(QgsTask):  # type: ignore[misc]
    """Task that opens all tiles of a folder, which may be thousands."""

    def __init__(self, folder: str, on_end: Callable[[str, Optional[Path], str], None]) -> None:
        super().__init__(tr("Opening a folder of tiles"), QgsTask.Flag.CanCancel)
        self._folder = folder
        self._on_end: Optional[Callable[[str, Optional[Path], str], None]] = on_end
        self._vrt: Optional[Path] = None
        self._problem = ""

    def run(self) -> bool:
        """Write the virtual raster (background thread). No exception may escape."""
        try:
            self._vrt = write_mosaic(self._folder, self.isCanceled)
        except OrthoscribeError as error:
            self._problem = error_text(error)
        except Exception as error:
            self._problem = str(error)
        return not self.isCanceled()

    def finished(self, result: bool) -> None:
        """Deliver the virtual raster (main thread)."""
        on_end, self._on_end = self._on_end, None
        if result and on_end is not None:
            on_end(self._folder, self._vrt, self._problem)

    def forget(self) -> None:
        """Stop; the callback is not called any more."""
        self._on_end = None
        self.cancel()
