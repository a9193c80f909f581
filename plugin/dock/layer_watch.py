# SPDX-License-Identifier: GPL-2.0-or-later
"""Follows the chosen layers, whose CRS and nodata the user may set at any time."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Dict, Iterable, Optional, Tuple

from qgis.PyQt.QtCore import QObject, pyqtSignal

if TYPE_CHECKING:
    from qgis.core import QgsRasterLayer


class LayerWatch(QObject):
    """Tells of changes of the layers that it follows."""

    changed = pyqtSignal()

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._followed: Dict[str, QgsRasterLayer] = {}

    def follow(self, layers: Iterable[Optional[QgsRasterLayer]]) -> None:
        """Follow `layers` from now on, and no others."""
        wanted = {layer.id(): layer for layer in layers if layer is not None}
        for name in self._followed.keys() - wanted.keys():
            with suppress(RuntimeError, TypeError):  # the layer is gone
                for signal in _signals(self._followed[name]):
                    signal.disconnect(self._tell)
        for name in wanted.keys() - self._followed.keys():
            for signal in _signals(wanted[name]):
                signal.connect(self._tell)
        self._followed = wanted

    def _tell(self) -> None:
        self.changed.emit()


def _signals(layer: QgsRasterLayer) -> Tuple[Any, Any]:
    """Return what is emitted when the CRS is set, and when the nodata values are."""
    return (layer.crsChanged, layer.repaintRequested)
