# SPDX-License-Identifier: GPL-2.0-or-later
"""Notification of changes of the chosen layers, such as a new CRS or nodata value."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Dict, Iterable, Optional, Tuple

from qgis.PyQt.QtCore import QObject, pyqtSignal

if TYPE_CHECKING:
    from qgis.core import QgsRasterLayer


class LayerWatcher(QObject):
    """Emits `changed` when one of the watched layers changes."""

    changed = pyqtSignal()

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._watched: Dict[str, QgsRasterLayer] = {}

    def watch(self, layers: Iterable[Optional[QgsRasterLayer]]) -> None:
        """Follow `layers`, and stop following all others."""
        wanted = {layer.id(): layer for layer in layers if layer is not None}
        for name in self._watched.keys() - wanted.keys():
            with suppress(RuntimeError, TypeError):  # the layer has been deleted
                for signal in _signals(self._watched[name]):
                    signal.disconnect(self._emit_changed)
        for name in wanted.keys() - self._watched.keys():
            for signal in _signals(wanted[name]):
                signal.connect(self._emit_changed)
        self._watched = wanted

    def _emit_changed(self) -> None:
        self.changed.emit()


def _signals(layer: QgsRasterLayer) -> Tuple[Any, Any]:
    """Return the signals emitted after changes of the CRS and of the nodata values."""
    return (layer.crsChanged, layer.repaintRequested)
