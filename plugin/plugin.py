# SPDX-License-Identifier: GPL-2.0-or-later
"""Composition root of the plugin: creates and connects its parts, and removes them in reverse.

`initProcessing` must work alone: `qgis_process` calls nothing else and has no `iface`. Each set-up
step registers its undo step, so `unload` may be called at any time and more than once.
"""

from __future__ import annotations

from typing import Any, Callable, List, Optional

from qgis.core import Qgis, QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, Qt
from qgis.PyQt.QtGui import QIcon

from .algorithms.provider import OrthoscribeProvider
from .compat import QAction
from .engine_client.environment import engine_home
from .engine_client.installer import Installer
from .engine_client.warm_engine import WarmEngine
from .i18n import install_translator, tr
from .log import LOGGER, start_log, stop_log
from .metadata import read_metadata
from .network_settings import network_environment
from .paths import ICON


class OrthoscribePlugin:
    """The plugin object that QGIS loads and unloads.

    Args:
        iface: QGIS interface, None in `qgis_process`.
    """

    def __init__(self, iface: Any) -> None:
        self._iface = iface
        self._undo_steps: List[Callable[[], Any]] = []
        self._provider: Optional[OrthoscribeProvider] = None

    def initProcessing(self) -> None:
        """Register the Processing provider, unless it is registered already."""
        if self._provider is not None:
            return
        self._provider = OrthoscribeProvider()
        QgsApplication.processingRegistry().addProvider(self._provider)
        self._undo_steps.append(self._remove_provider)

    def initGui(self) -> None:
        """Add the dock and the action that opens it."""
        self._start_log()
        self._translate()
        self.initProcessing()
        engine = self._add_engine()
        dock = self._add_dock(engine)
        self._connect(dock, self._add_action())
        self._add_wizard(engine, dock)
        self._offer_to_resume()

    def unload(self) -> None:
        """Run all undo steps, last first; a failing step does not stop the others."""
        while self._undo_steps:
            undo = self._undo_steps.pop()
            try:
                undo()
            except Exception:
                LOGGER.exception("A part of the plugin could not be unloaded.")

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

    def _add_engine(self) -> WarmEngine:
        engine = WarmEngine()
        self._undo_steps.append(engine.teardown)
        return engine

    def _add_dock(self, engine: WarmEngine) -> Any:
        from .dock.dock import OrthoscribeDock  # noqa: PLC0415 (qgis_process has no widgets)

        installer = Installer(
            before_change=engine.end_idle, network=lambda: network_environment(engine_home())
        )
        dock = OrthoscribeDock(
            self._iface, self._iface.mainWindow(), runner=engine.run, installer=installer
        )
        dock.visibilityChanged.connect(lambda is_visible: engine.prewarm() if is_visible else None)
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
        action.setToolTip(tr("Classify imagery into land cover, buildings, roads and cars"))
        self._undo_steps.append(action.deleteLater)
        # The Raster toolbar is hidden in a new profile; the Plugins toolbar is not.
        self._iface.addToolBarIcon(action)
        self._undo_steps.append(lambda: self._iface.removeToolBarIcon(action))
        self._iface.addPluginToMenu(name, action)
        self._undo_steps.append(lambda: self._iface.removePluginMenu(name, action))
        self._iface.addPluginToRasterMenu(name, action)
        self._undo_steps.append(lambda: self._iface.removePluginRasterMenu(name, action))
        return action

    def _add_wizard(self, engine: WarmEngine, dock: Any) -> None:
        """Add the wizard, opened from the dock and from the Plugins menu."""
        from .wizard.control import WizardControl  # noqa: PLC0415 (qgis_process has no widgets)

        window = self._iface.mainWindow()
        wizard = WizardControl(self._iface, engine.run, window)
        self._undo_steps.append(wizard.deleteLater)
        self._undo_steps.append(wizard.teardown)
        dock.improve_pressed.connect(wizard.open)
        wizard.model_changed.connect(dock.choose_model)
        name = read_metadata().name
        action = QAction(tr("Improve map…"), window)
        action.setObjectName("OrthoscribeImproveAction")
        action.setToolTip(tr("Mark where the map is wrong, and teach the model"))
        action.triggered.connect(dock.ask_to_improve)
        self._undo_steps.append(action.deleteLater)
        self._iface.addPluginToMenu(name, action)
        self._undo_steps.append(lambda: self._iface.removePluginMenu(name, action))
        wizard.offer_to_resume()

    def _offer_to_resume(self) -> None:
        """Tell of an interrupted labeling, as the dock that offers to resume it may be closed."""
        from .dock.unfinished_labelings import (  # noqa: PLC0415 (see _add_dock)
            offer_of,
            unfinished_labelings,
        )

        waiting = unfinished_labelings()
        if waiting:
            text = tr("{offer} Both buttons are in the Orthoscribe panel.")
            self._iface.messageBar().pushMessage(
                read_metadata().name,
                text.format(offer=offer_of(waiting[-1])),
                Qgis.MessageLevel.Info,
            )

    def _connect(self, dock: Any, action: QAction) -> None:
        """Make the action toggle the dock and reflect its visibility."""
        dock.setToggleVisibilityAction(action)
