# SPDX-License-Identifier: GPL-2.0-or-later
"""The composition root: it wires the parts by hand and takes them apart in reverse.

`initProcessing` stands alone, because `qgis_process` calls nothing else and has no `iface`. Every
set-up step leaves behind how it is undone, so `unload` is legal at any moment, and twice.
"""

from __future__ import annotations

from typing import Any, Callable, List, Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, Qt
from qgis.PyQt.QtGui import QIcon

from .algorithms.provider import OrthoscribeProvider
from .compat import QAction
from .engine_client.environment import engine_home
from .i18n import install_translator, tr
from .log import LOGGER, start_log, stop_log
from .metadata import read_metadata
from .paths import ICON


class OrthoscribePlugin:
    """What QGIS loads and unloads.

    Args:
        iface: QGIS's window, None in `qgis_process`.
    """

    def __init__(self, iface: Any) -> None:
        self._iface = iface
        self._undo_steps: List[Callable[[], Any]] = []
        self._provider: Optional[OrthoscribeProvider] = None

    def initProcessing(self) -> None:
        """Register the provider; QGIS's window may have done it before."""
        if self._provider is not None:
            return
        self._provider = OrthoscribeProvider()
        QgsApplication.processingRegistry().addProvider(self._provider)
        self._undo_steps.append(self._remove_provider)

    def initGui(self) -> None:
        """Add the dock and the action that shows it."""
        self._start_log()
        self._translate()
        self.initProcessing()
        self._connect(self._add_dock(), self._add_action())

    def unload(self) -> None:
        """Undo everything, the last step first; a step that fails does not stop the others."""
        while self._undo_steps:
            undo = self._undo_steps.pop()
            try:
                undo()
            except Exception:
                LOGGER.exception("A part could not be unloaded.")

    def _start_log(self) -> None:
        start_log(engine_home() / "logs")
        self._undo_steps.append(stop_log)

    def _translate(self) -> None:
        translator = install_translator()
        if translator is not None:
            self._undo_steps.append(lambda: QCoreApplication.removeTranslator(translator))

    def _remove_provider(self) -> None:
        provider, self._provider = self._provider, None
        QgsApplication.processingRegistry().removeProvider(provider)

    def _add_dock(self) -> Any:
        from .dock.dock import OrthoscribeDock  # noqa: PLC0415 (qgis_process has no widgets)

        dock = OrthoscribeDock(self._iface, self._iface.mainWindow())
        self._undo_steps.append(dock.deleteLater)
        self._undo_steps.append(dock.teardown)
        self._iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        self._undo_steps.append(lambda: self._iface.removeDockWidget(dock))
        return dock

    def _add_action(self) -> QAction:
        name = read_metadata().name
        action = QAction(QIcon(str(ICON)), name, self._iface.mainWindow())
        action.setObjectName("OrthoscribeAction")
        action.setCheckable(True)
        action.setToolTip(tr("Label imagery into land cover, buildings, roads and cars"))
        self._undo_steps.append(action.deleteLater)
        self._iface.addRasterToolBarIcon(action)
        self._undo_steps.append(lambda: self._iface.removeRasterToolBarIcon(action))
        self._iface.addPluginToRasterMenu(name, action)
        self._undo_steps.append(lambda: self._iface.removePluginRasterMenu(name, action))
        return action

    def _connect(self, dock: Any, action: QAction) -> None:
        """Let the action show the dock, and show whether the dock is shown."""
        dock.setToggleVisibilityAction(action)
