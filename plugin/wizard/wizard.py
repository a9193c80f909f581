# SPDX-License-Identifier: GPL-2.0-or-later
"""Window of the wizard: the steps, the page of the current one, one message place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List, Sequence, Tuple

from qgis.PyQt.QtCore import QSize, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..i18n import tr
from ..widgets.delay_timer import delay_timer
from ..widgets.fitting_scroll import scrolling
from ..widgets.named_widgets import named, text_label
from .levels import PROBLEM, marked
from .steps import STEPS, Step
from .wizard_presenter import WizardPresenter

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QCloseEvent

    from .page import Page, WizardContext
    from .project_draft import ProjectDraft

SIZE_PX = (430, 620)  # fits beside the map at 1366 x 768
MARGIN_PX = 30  # to the edges of QGIS


class WizardWindow(QDialog):
    """Non-modal window that leads through the steps; QGIS stays usable.

    Closing it ends what it began, and leaves the draft in the project.

    Args:
        context: window, project and draft that the pages work on.
        parent: main window of QGIS.
        steps: steps in their order, replaced in tests.
    """

    closed = pyqtSignal()

    def __init__(
        self, context: WizardContext, parent: QWidget, steps: Sequence[Step] = STEPS
    ) -> None:
        super().__init__(parent)
        self.setObjectName("orthoscribe_wizard")
        self.setWindowTitle(tr("Improve map"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._pages: List[Page] = [step.page(context) for step in steps]
        self._presenter = WizardPresenter([step.name for step in steps])
        self._context = context
        self._is_torn_down = False
        self._said = ""
        self._soon = delay_timer(self, 0, self._refresh)  # one refresh for all layers of a result
        self._stack = QStackedWidget()
        self._steps = self._step_buttons(steps)
        self._message = text_label("orthoscribe_wizard_message", tr("Message"))
        self._back = _button("back", tr("Back"), tr("Go to the step before"))
        self._next = _button("next", tr("Next"), tr("Go to the next step"))
        self._close = _button("close", tr("Close"), tr("Close; the draft stays in the project"))
        self._lay_out()
        self._connections = self._connect()
        self._move_beside_the_map(parent)
        self._show_step()

    @property
    def draft(self) -> ProjectDraft:
        """The draft that the pages change."""
        return self._context.draft

    @property
    def step(self) -> str:
        """Name of the step that is shown."""
        return self._presenter.name

    def go_to(self, name: str) -> None:
        """Show the page of a step, or the first one before it that is not finished.

        Raises:
            ValueError: if no step has this name.
        """
        self._finish_page()
        self._presenter.go_to(name, self._problems())
        self._show_step()

    def say(self, level: str, sentence: str) -> None:
        """Show a sentence in the message place, until the draft or the step changes."""
        self._said = marked(level, sentence)
        self._refresh()

    def teardown(self) -> None:
        """End what the pages do, and undo what they did to QGIS; may be called more than once."""
        if self._is_torn_down:
            return
        self._is_torn_down = True
        self._soon.stop()
        for signal, slot in self._connections:
            signal.disconnect(slot)
        for page in self._pages:
            page.teardown()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tear down and close."""
        self._finish_page()
        self.teardown()
        event.accept()
        self.closed.emit()

    def reject(self) -> None:
        """Close, as Escape asks for."""
        self.close()

    def _move_beside_the_map(self, parent: QWidget) -> None:
        """Move over the right edge of QGIS, where the dock is, so that the map stays visible.

        A main window may reach beyond its screen; the wizard does not.
        """
        frame = parent.geometry()
        screen = parent.screen().availableGeometry()
        seen = frame.intersected(screen)
        seen = seen if seen.isValid() else screen
        room = screen.size() - 2 * QSize(MARGIN_PX, MARGIN_PX)
        self.resize(QSize(*SIZE_PX).boundedTo(room).expandedTo(self.minimumSizeHint()))
        left = seen.right() - self.width() - MARGIN_PX
        top = seen.bottom() - self.height() - MARGIN_PX
        self.move(max(seen.left(), left), max(screen.top() + MARGIN_PX, top))

    def _connect(self) -> Tuple[Tuple[Any, Any], ...]:
        """Connect all signals and return the connections to what outlives the window."""
        self._back.clicked.connect(lambda: self._go(-1))
        self._next.clicked.connect(lambda: self._go(1))
        self._close.clicked.connect(self.close)
        for page in self._pages:
            page.changed.connect(self._refresh)
            page.said.connect(self.say)
            page.step_wanted.connect(self.go_to)
        project = self._context.project
        connections = (
            (self._context.draft.changed, self._on_draft_changed),
            (project.layersAdded, self._refresh_soon),
            (project.layersRemoved, self._refresh_soon),
        )
        for signal, slot in connections:
            signal.connect(slot)
        return connections

    def _go(self, steps: int) -> None:
        self.go_to(self._presenter.neighbor(steps))

    def _finish_page(self) -> None:
        if not self._is_torn_down:
            self._pages[self._presenter.position].leave()

    def _show_step(self) -> None:
        self._said = ""
        self._stack.setCurrentIndex(self._presenter.position)
        self._pages[self._presenter.position].enter()
        self._refresh()

    def _on_draft_changed(self) -> None:
        self._said = ""
        self._refresh()

    def _refresh_soon(self, *_: Any) -> None:
        self._soon.start()

    def _refresh(self) -> None:
        """Enable what is possible now, and show what keeps the user from going on."""
        problems = self._problems()
        for index, button in enumerate(self._steps.buttons()):
            button.setChecked(index == self._presenter.position)
            button.setEnabled(self._presenter.can_go_to(index, problems))
        self._back.setEnabled(self._presenter.position > 0)
        self._next.setEnabled(self._presenter.can_go_on(problems))
        hint = marked(PROBLEM, self._presenter.hint(problems))
        self._message.setText("\n".join(filter(None, (self._said, hint))))

    def _problems(self) -> Tuple[Tuple[str, ...], ...]:
        return tuple(page.problems() for page in self._pages)

    def _step_buttons(self, steps: Sequence[Step]) -> QButtonGroup:
        group = QButtonGroup(self)  # it does not own its buttons, so they get a parent
        for number, step in enumerate(steps, 1):
            title = f"{number} {tr(step.title)}"
            button = named(
                QToolButton(self), f"orthoscribe_wizard_step_{step.name}", title, tr(step.tip)
            )
            button.setText(title)
            button.setCheckable(True)
            button.setAutoRaise(True)
            button.clicked.connect(lambda _=False, name=step.name: self.go_to(name))
            group.addButton(button, number)
        return group

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        for button in self._steps.buttons():
            top.addWidget(button)
        top.addStretch(1)
        for page in self._pages:
            self._stack.addWidget(scrolling(page, f"{page.objectName()}_scroll"))
        bottom = QHBoxLayout()
        bottom.addWidget(self._close)
        bottom.addStretch(1)
        bottom.addWidget(self._back)
        bottom.addWidget(self._next)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._message)
        layout.addLayout(bottom)


def _button(name: str, title: str, tip: str) -> QPushButton:
    button = named(QPushButton(title), f"orthoscribe_wizard_{name}", title, tip)
    button.setAutoDefault(False)  # Enter in a text field would leave the page
    return button
