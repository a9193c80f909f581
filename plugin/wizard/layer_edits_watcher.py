# SPDX-License-Identifier: GPL-2.0-or-later
"""Emits `changed` when the polygons of one layer change, or layers come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional, Tuple

from qgis.PyQt.QtCore import QObject, pyqtSignal

if TYPE_CHECKING:
    from qgis.core import QgsProject, QgsVectorLayer


class LayerEditsWatcher(QObject):
    """Watcher of one layer at a time, and of the layers of the project meanwhile.

    Args:
        project: open project.
        parent: parent object.
    """

    changed = pyqtSignal()

    def __init__(self, project: QgsProject, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._project = project
        self._layer_id: Optional[str] = None
        self._connections: Tuple[Any, ...] = ()

    def watch(self, layer: Optional[QgsVectorLayer]) -> None:
        """Watch a layer and the project instead of the former layer; None: the project alone."""
        layer_id = layer.id() if layer is not None else ""
        if self._connections and layer_id == self._layer_id:
            return
        self._disconnect()
        self._layer_id = layer_id
        signals = [self._project.layersAdded, self._project.layersRemoved]
        if layer is not None:
            signals += [layer.layerModified, layer.editingStopped, layer.afterCommitChanges]
        self._connections = tuple((signal, signal.connect(self._emit)) for signal in signals)

    def stop(self) -> None:
        """End all watching."""
        self._disconnect()

    def _disconnect(self) -> None:
        for signal, connection in self._connections:
            try:
                signal.disconnect(connection)
            except (TypeError, RuntimeError):  # the layer is gone, and its connections with it
                continue
        self._connections = ()

    def _emit(self, *_: Any) -> None:
        self.changed.emit()
