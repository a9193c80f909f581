# SPDX-License-Identifier: GPL-2.0-or-later
"""*Run on*: this computer in one process or several, or the address of a scheduler."""

from __future__ import annotations

import os
from functools import partial
from typing import NamedTuple, Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QPushButton, QVBoxLayout, QWidget

from ..engine_client.cluster_extra import has_cluster, install_cluster
from ..engine_client.environment import engine_home
from ..i18n import tr
from ..network_settings import network_environment
from ..protocol import JobError, parse_cluster
from ..widgets.named_widgets import named, text_label
from .message_task import MessageTask

PROCESSES = (2, 4, 8, 16)


class Place(NamedTuple):
    """Where to run.

    Args:
        cluster: value for the job; empty for one process, or if the place cannot be used.
        problem: why the place cannot be used; empty if it can.
        lacks_dask: whether Dask would mend the problem.
    """

    cluster: str = ""
    problem: str = ""
    lacks_dask: bool = False


class RunOn(QWidget):
    """List of places to run on, which also takes the address of a scheduler."""

    changed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._task: Optional[MessageTask] = None
        self._place = Place()
        self._places = named(
            QComboBox(),
            "orthoscribe_run_on",
            tr("Run on"),
            tr(
                "Label a large image in parts: in several processes of this computer, or on the "
                "workers of a Dask scheduler, whose address you type (tcp://10.0.0.5:8786)"
            ),
        )
        self._places.setEditable(True)
        self._places.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._places.addItem(tr("This computer, one process"), "")
        for count in PROCESSES:
            if count == PROCESSES[0] or count <= (os.cpu_count() or 1):
                title = tr("This computer, {count} processes").format(count=count)
                self._places.addItem(title, f"local:{count}")
        self._places.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._install = named(
            QPushButton(tr("Install Dask")),
            "orthoscribe_install_cluster",
            tr("Install Dask"),
            tr("Download the libraries for several processes into the engine"),
        )
        self._told = text_label(
            "orthoscribe_cluster_message", tr("Installation of Dask"), Qt.TextFormat.PlainText
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for each in (self._places, self._install, self._told):
            layout.addWidget(each)
        self._told.hide()
        self._places.editTextChanged.connect(self._on_changed)
        self._install.clicked.connect(self.install)
        self._on_changed()

    def place(self) -> Place:
        """Return the chosen place."""
        if self._place.lacks_dask:  # it may have been installed by other means
            self._place = self._read_place()
        return self._place

    def install(self) -> None:
        """Install Dask in the background."""
        self._install.setEnabled(False)
        environment = {**os.environ, **network_environment(engine_home())}  # main thread only
        work = partial(install_cluster, environment=environment)
        self._task = MessageTask(tr("Installing Dask"), work, self._show_progress, self._end)
        QgsApplication.taskManager().addTask(self._task)

    def teardown(self) -> None:
        """End a running installation."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()

    def _given(self) -> str:
        text = self._places.currentText().strip()
        index = self._places.findText(text, Qt.MatchFlag.MatchExactly)
        return str(self._places.itemData(index)) if index >= 0 else text

    def _read_place(self) -> Place:
        try:
            address = parse_cluster(self._given())
        except JobError:
            return Place(
                problem=tr(
                    "'{text}' is no place to run on: choose one from the list, or type the address "
                    "of a Dask scheduler such as tcp://10.0.0.5:8786."
                ).format(text=self._given()[:60])
            )
        if address is None or has_cluster():
            return Place(self._given())
        return Place(
            problem=tr(
                "To run in several processes the engine needs Dask: press Install Dask under "
                "Options, or choose one process."
            ),
            lacks_dask=True,
        )

    def _on_changed(self) -> None:
        self._place = self._read_place()
        self._install.setVisible(self._place.lacks_dask)
        self.changed.emit()

    def _show_progress(self, _fraction: float, sentence: str) -> None:
        self._tell(sentence)

    def _end(self, is_done: bool, sentence: str) -> None:
        if self._task is None:  # after `teardown`
            return
        self._task = None
        self._install.setEnabled(True)
        self._tell("" if is_done else sentence)
        self._on_changed()

    def _tell(self, sentence: str) -> None:
        self._told.setText(sentence)
        self._told.setVisible(bool(sentence))
