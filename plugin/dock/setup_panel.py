# SPDX-License-Identifier: GPL-2.0-or-later
"""Panel for setting up the engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QApplication,
    QFileDialog,
    QGroupBox,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ..diagnostics import diagnostics
from ..engine_client.environment import installed_python
from ..engine_client.install_error import InstallError
from ..engine_client.usage import is_engine_in_use
from ..engine_client.variants import describe
from ..i18n import tr
from ..widgets.named_widgets import named, text_label
from .message_task import MessageTask, Operation, ReportProgress
from .setup_presenter import SetupPresenter, SetupState, in_use_message

if TYPE_CHECKING:
    from ..engine_client.installer import Installer, IsCanceled

USAGE_CHECK_MS = 500
BUNDLES = "Bundles (*.zip)"
REPAIR_TIP = "Download, install and test the engine again, keeping models and settings"
FILE_TIP = "Install the engine from an offline bundle, without a network"
REMOVE_TIP = "Delete the engine from the disk, keeping models and settings"


class SetupPanel(QGroupBox):
    """Panel that installs, tests, repairs and removes the engine.

    Args:
        installer: installer of the engine, replaced in tests.
    """

    changed = pyqtSignal()

    def __init__(self, installer: Installer, parent: Optional[QWidget] = None) -> None:
        super().__init__(tr("Engine"), parent)
        self.setObjectName("orthoscribe_engine")
        self._installer = installer
        self._task: Optional[MessageTask] = None
        self._is_removal_pending = False
        self._text = text_label("orthoscribe_engine_text", tr("About the engine"))
        self._message = text_label("orthoscribe_engine_message", tr("Setup messages"))
        self._bar = named(
            QProgressBar(), "orthoscribe_engine_progress", tr("Progress"), tr("Setup progress")
        )
        self._install = self._button(
            "orthoscribe_setup",
            tr("Set up engine"),
            tr("Download and test the engine"),
            self._set_up,
        )
        self._test = self._button(
            "orthoscribe_self_test",
            tr("Self-test"),
            tr("Run a test computation on this machine and check its result"),
            self._self_test,
        )
        self._repair = self._button(
            "orthoscribe_repair_engine", tr("Repair engine"), REPAIR_TIP, self._repair_engine
        )
        self._remove = self._button(
            "orthoscribe_remove_engine", tr("Remove engine"), REMOVE_TIP, self._remove_engine
        )
        self._from_file = self._button(
            "orthoscribe_install_from_file",
            tr("Install from file…"),
            FILE_TIP,
            self._choose_bundle,
        )
        self._copy = self._button(
            "orthoscribe_copy_diagnostics",
            tr("Copy diagnostics"),
            tr("Copy versions and logs for a bug report, without passwords and personal paths"),
            self._copy_diagnostics,
        )
        self._cancel = self._button(
            "orthoscribe_cancel_setup", tr("Cancel"), tr("Stop without changes"), self._stop
        )
        self._build_layout()
        self._usage_timer = QTimer(self)
        self._usage_timer.setInterval(USAGE_CHECK_MS)
        self._usage_timer.timeout.connect(self._update_buttons)
        self._usage_timer.start()
        self.refresh()

    def has_engine(self) -> bool:
        """Return whether the engine of this version is installed."""
        return installed_python(self._installer.home) is not None

    @property
    def is_busy(self) -> bool:
        """Whether the engine is being installed, repaired, tested or removed."""
        return self._task is not None

    def refresh(self) -> None:
        """Update texts and buttons to the current state."""
        presenter = SetupPresenter(self._state())
        self._text.setText(presenter.text())
        self._bar.setVisible(self.is_busy)
        self._cancel.setVisible(self.is_busy)
        self._install.setVisible(presenter.can_install())
        self._test.setVisible(presenter.can_test())
        self._repair.setVisible(presenter.can_repair())
        self._from_file.setVisible(not self.is_busy)
        self._remove.setVisible(presenter.can_remove())
        self._update_buttons()
        self._remove.setText(presenter.removal_text(needs_confirmation=self._is_removal_pending))
        self._message.setVisible(bool(self._message.text()))

    def teardown(self) -> None:
        """Cancel the current work; the installer cleans up after itself."""
        self._usage_timer.stop()
        task, self._task = self._task, None
        if task is not None:
            task.cancel()

    def _state(self) -> SetupState:
        return SetupState(
            home=self._installer.home,
            is_installed=self.has_engine(),
            is_outdated=self._installer.is_outdated(),
            variant="" if self.has_engine() else self._variant(),
            size_mb=self._installer.size_mb(),
            is_busy=self.is_busy,
        )

    def _variant(self) -> str:
        """Return sentences about the variant for this machine, or why there is none."""
        try:
            choice = self._installer.choice()
        except InstallError as error:
            return error.sentence
        return f"{describe(choice.variant)} {choice.reason}"

    def _update_buttons(self) -> None:
        """Disable the buttons while a job runs, which may have been started from the toolbox."""
        reason = in_use_message(is_in_use=is_engine_in_use())
        rows = ((self._repair, REPAIR_TIP), (self._remove, REMOVE_TIP), (self._from_file, FILE_TIP))
        for button, tip in rows:
            button.setEnabled(not reason)
            button.setToolTip(reason or tr(tip))

    def _set_up(self) -> None:
        def work(report_progress: ReportProgress, is_canceled: IsCanceled) -> str:
            return self._install_engine(report_progress, is_canceled)

        self._start(tr("Orthoscribe engine setup"), work)

    def _choose_bundle(self) -> None:
        file, _ = QFileDialog.getOpenFileName(self, tr("Install from file"), "", BUNDLES)
        if file:
            self.install_bundle(Path(file))

    def install_bundle(self, bundle: Path) -> None:
        """Install the engine from an offline bundle."""

        def work(report_progress: ReportProgress, is_canceled: IsCanceled) -> str:
            return self._install_engine(report_progress, is_canceled, bundle=bundle)

        self._start(tr("Orthoscribe engine setup"), work)

    def _install_engine(
        self, report_progress: ReportProgress, is_canceled: IsCanceled, **how: Any
    ) -> str:
        """Install the engine and return the last sentence of the installer (background thread)."""
        sentences = [""]

        def report(fraction: float, phase: str, sentence: str) -> None:
            sentences.append(sentence)
            report_progress(fraction, phase, sentence)

        self._installer.install(report, is_canceled, **how)
        return sentences[-1]

    def _copy_diagnostics(self) -> None:
        QApplication.clipboard().setText(diagnostics())
        self._message.setText(tr("The diagnostics were copied."))
        self._message.setVisible(True)

    def _self_test(self) -> None:
        def work(report_progress: ReportProgress, is_canceled: IsCanceled) -> str:
            return tr("The self-test passed.\n{result}").format(
                result=self._installer.self_test(is_canceled)
            )

        self._start(tr("Orthoscribe engine self-test"), work)

    def _repair_engine(self) -> None:
        """Install the engine again; the old one is used until the new one has passed its test."""
        self._update_buttons()
        if not self._repair.isEnabled():
            return

        def work(report_progress: ReportProgress, is_canceled: IsCanceled) -> str:
            said = self._install_engine(report_progress, is_canceled, repair=True)
            return tr("The engine was repaired.") + f" {said}"

        self._start(tr("Orthoscribe engine repair"), work)

    def _remove_engine(self) -> None:
        """Ask for confirmation on the button at the first click, and remove at the second."""
        self._update_buttons()
        if not self._remove.isEnabled():  # a job has just started
            return
        if not self._is_removal_pending:
            self._is_removal_pending = True
            self.refresh()
            return

        def work(report_progress: ReportProgress, is_canceled: IsCanceled) -> str:
            self._installer.remove()
            return tr("The engine was removed.")

        self._start(tr("Orthoscribe engine removal"), work)

    def _start(self, title: str, work: Operation) -> None:
        self._is_removal_pending = False
        self._installer.prepare()
        self._bar.setRange(0, 0)
        self._message.setText("")
        self._cancel.setEnabled(True)
        self._task = MessageTask(title, work, self._show_progress, self._end)
        QgsApplication.taskManager().addTask(self._task)
        self.refresh()
        self.changed.emit()

    def _stop(self) -> None:
        if self._task is not None:
            self._cancel.setEnabled(False)
            self._task.cancel()

    def _show_progress(self, fraction: float, sentence: str) -> None:
        if self._task is None:
            return
        self._bar.setRange(0, 100 if fraction > 0 else 0)
        self._bar.setValue(int(100 * fraction))
        self._message.setText(sentence)
        self._message.setVisible(True)

    def _end(self, is_success: bool, sentence: str) -> None:
        if self._task is None:  # after `teardown`
            return
        self._task = None
        self._message.setText(sentence)
        self.refresh()
        self.changed.emit()

    def _build_layout(self) -> None:
        column = QVBoxLayout(self)
        for widget in (self._text, self._message, self._bar):
            column.addWidget(widget)
        for buttons in (
            (self._install, self._test, self._cancel),
            (self._from_file, self._copy),
            (self._repair,),
            (self._remove,),
        ):
            row = QHBoxLayout()
            for button in buttons:
                row.addWidget(button)
            row.addStretch(1)
            column.addLayout(row)

    def _button(
        self, object_name: str, title: str, tip: str, slot: Callable[[], None]
    ) -> QPushButton:
        button = named(QPushButton(title), object_name, title, tip)
        button.clicked.connect(slot)
        return button
