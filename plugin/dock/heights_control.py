# SPDX-License-Identifier: GPL-2.0-or-later
"""Looks at the chosen heights whenever they change, one background task at a time."""

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
    """Samples the chosen heights once for each choice, and remembers what is doubtful.

    Args:
        section: where the heights are chosen.
        project: says how coordinates are transformed.
    """

    changed = pyqtSignal()

    def __init__(self, section: HeightsSection, project: QgsProject) -> None:
        super().__init__(section)
        self.remarks: Tuple[str, ...] = ()
        self._section = section
        self._project = project
        self._task: Optional[HeightsTask] = None
        self._seen: Tuple[str, ...] = ()
        self._settle = QTimer(self)
        self._settle.setInterval(SETTLE_MS)
        self._settle.setSingleShot(True)
        self._settle.timeout.connect(self._renew)

    def renew_soon(self) -> None:
        """Look at the heights again once the choice stays put for a moment."""
        self._settle.start()

    def teardown(self) -> None:
        """Stop looking."""
        self._settle.stop()
        self._drop_task()

    def _renew(self) -> None:
        ground = self._ground()
        seen = _key(ground)
        if seen == self._seen:
            return
        self._seen = seen
        self._drop_task()
        self._take(())
        if ground is not None:
            self._task = HeightsTask(ground, self._project.transformContext(), self._take)
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

    def _take(self, remarks: Tuple[str, ...]) -> None:
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
    return (ground.kind, *map(raster_source, layers))  # with CRS and nodata
