# SPDX-License-Identifier: GPL-2.0-or-later
"""Plans the run of the dock in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Mapping, Optional, Tuple

from qgis.core import QgsApplication

from ..engine_client.plan import plan_run
from ..i18n import tr
from ..protocol import OrthoscribeError
from .message_task import MessageTask
from .plan_text import plan_text
from .presenter import LabelPresenter

if TYPE_CHECKING:
    from ..protocol import LabelJob
    from .input_sections import InputSections
    from .state import DockState

Planner = Callable[["LabelJob", Callable[[], bool]], Mapping[str, Any]]


class PlanControl:
    """Connects the plan section with a background task.

    Args:
        sections: sections with the inputs and the plan.
        state: function that returns the state of the dock.
        run_started: signal of a run, which ends a plan that is being made.
        planner: function that returns the values of a plan, replaced in tests.
    """

    def __init__(
        self,
        sections: InputSections,
        state: Callable[[], DockState],
        run_started: Any,
        planner: Planner = plan_run,
    ) -> None:
        self._sections, self._state, self._planner = sections, state, planner
        self._section = sections.options.plan
        self._task: Optional[MessageTask] = None
        self._connections: Tuple[Tuple[Any, Callable[[], None]], ...] = (
            (self._section.pressed, self._on_pressed),
            (sections.changed, self._forget),
            (run_started, self._cancel),
        )
        for signal, slot in self._connections:
            signal.connect(slot)

    def teardown(self) -> None:
        """End a running plan."""
        for signal, slot in self._connections:
            signal.disconnect(slot)
        self._connections = ()
        self._cancel()
        self._task = None

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _forget(self) -> None:
        """Hide the plan of other inputs."""
        if self._task is None:
            self._section.show_plan("")

    def _on_pressed(self) -> None:
        if self._task is not None:
            self._cancel()
            return
        state = self._state()
        presenter = LabelPresenter(state)
        if not presenter.can_run():
            problems = [each.sentence for each in presenter.findings()]
            self._section.show_plan(problems[0] if problems else tr("Wait for the running job."))
            return
        try:
            job = LabelPresenter(self._sections.with_area(state)).job()
        except OrthoscribeError as error:
            self._section.show_plan(str(error))
            return
        self._section.show_busy()
        self._task = MessageTask(
            tr("Orthoscribe plan"),
            lambda _, is_canceled: plan_text(self._planner(job, is_canceled)),
            lambda *_: None,
            self._end,
        )
        QgsApplication.taskManager().addTask(self._task)

    def _end(self, _is_done: bool, text: str) -> None:
        if self._task is None:  # after `teardown`
            return
        self._task = None
        self._section.show_plan(text)
