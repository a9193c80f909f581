# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks of the chosen heights after each change, in one background task at a time."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Optional, Tuple

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ..layers.checks import raster_problems
from ..layers.inputs import raster_source
from .heights_sample import Ground, HeightsTask

if TYPE_CHECKING:
    from qgis.core import QgsProject

    from .heights_section import HeightsSection

SETTLE_MS = 200


class HeightsControl(QObject):
    """Samples the chosen heights once for each choice, and stores warnings about them.

    Args:
        section: section with the chosen heights.
        project: project with the transform context.
    """

    changed = pyqtSignal()

    def __init__(self, section: HeightsSection, project: QgsProject) -> None:
        super().__init__(section)
        self.remarks: Tuple[str, ...] = ()
        self._section = section
        self._project = project
        self._task: Optional[HeightsTask] = None
        self._sampled_key: Tuple[str, ...] = ()
        self._settle = QTimer(self)
        self._settle.setInterval(SETTLE_MS)
        self._settle.setSingleShot(True)
        self._settle.timeout.connect(self._renew)

    def renew_soon(self) -> None:
        """Check the heights again after a short delay without further changes."""
        self._settle.start()

    def teardown(self) -> None:
        """Stop checking."""
        self._settle.stop()
        self._drop_task()

    def _renew(self) -> None:
        ground = self._ground()
        key = _key(ground)
        if key == self._sampled_key:
            return
        self._sampled_key = key
        self._drop_task()
        self._set_remarks(())
        if ground is not None:
            self._task = HeightsTask(ground, self._project.transformContext(), self._set_remarks)
            QgsApplication.taskManager().addTask(self._task)

    def _ground(self) -> Optional[Ground]:
        dsm, kind = self._section.dsm(), self._section.kind()
        dtm = self._section.dtm() if kind == "dsm+dtm" else None
        if dsm is None or (kind == "dsm+dtm" and dtm is None):
            return None
        layers = [layer for layer in (dsm, dtm) if layer is not None]
        if any(raster_problems(layer, "DSM") for layer in layers):
            return None
        return Ground(dsm, dtm, kind)

    def _set_remarks(self, remarks: Tuple[str, ...]) -> None:
        self._task = None
        if remarks != self.remarks:
            self.remarks = remarks
            self.changed.emit()

    def _drop_task(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            with suppress(RuntimeError):  # QGIS has deleted a task that ended otherwise
                task.cancel()


def _key(ground: Optional[Ground]) -> Tuple[str, ...]:
    if ground is None:
        return ()
    layers = [layer for layer in (ground.dsm, ground.dtm) if layer is not None]
    return (ground.kind, *map(raster_source, layers))  # the source includes CRS and nodata
