# SPDX-License-Identifier: GPL-2.0-or-later
"""Run a job: the one call by which dock, toolbox and wizard get anything done.

It blocks, so call it from a background thread. It owns no Qt object and needs no QGIS.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Callable, List, Optional, Sequence

from ..protocol import (
    CANCEL_LINE,
    PROTOCOL_VERSION,
    Canceled,
    EngineError,
    Event,
    Failed,
    Hello,
    Job,
    Outcome,
    OutcomeGatherer,
    job_to_line,
)
from .activity import engine_in_use
from .environment import NO_ENGINE, REPAIR_ENGINE, installed_python
from .launch import engine_command
from .process import EngineProcess

POLL_S = 0.1

OnEvent = Callable[[Event], None]
IsCanceled = Callable[[], bool]


@dataclass(frozen=True)
class Patience:
    """How long the engine may take.

    After a cancel the engine itself sees to it that it ends soon: its watchdog ends it after about
    a second, or after five where results were just being moved to their final names. Force from
    here could cut that in half, so it is for an engine whose watchdog is stuck as well.

    Args:
        hello_s: from its start to its first word; importing torch is most of it.
        cancel_s: from a cancel line to its terminal event, then it is ended by force.
        goodbye_s: from the end of its job to the end of its process.
    """

    hello_s: float = 60.0
    cancel_s: float = 6.0
    goodbye_s: float = 2.0


def run_job(
    job: Job,
    on_event: OnEvent,
    is_canceled: IsCanceled,
    *,
    command: Optional[Sequence[str]] = None,
    patience: Patience = Patience(),
) -> Outcome:
    """Run `job` in an engine process of its own and return how it ended.

    Whatever goes wrong with the engine is a `Failed` outcome. Only what `on_event` or
    `is_canceled` raise is raised again, after the engine was ended.

    Args:
        job: what to do.
        on_event: called in this thread with every event, the terminal one last.
        is_canceled: asked in this thread several times a second.
        command: starts another engine than the installed one.
        patience: how long the engine may take.
    """
    conversation = _Conversation(job, on_event, is_canceled, patience)
    with engine_in_use():
        try:
            engine = EngineProcess(command or installed_command())
        except EngineError as error:
            return conversation.give_up(Failed(error.kind, str(error)))
        try:
            return conversation.hold(engine)
        finally:
            engine.stop(conversation.patience_left_s())


def installed_command() -> List[str]:
    """Return the command line of the installed engine.

    Raises:
        EngineError: no engine is installed for this version of the plugin.
    """
    python = installed_python()
    if python is None:
        raise EngineError(NO_ENGINE)
    return engine_command(python)


class _Conversation:
    """What is said between us and the engine about one job."""

    def __init__(
        self, job: Job, on_event: OnEvent, is_canceled: IsCanceled, patience: Patience
    ) -> None:
        self._job = job
        self._on_event = on_event
        self._is_canceled = is_canceled
        self._patience = patience
        self._gatherer = OutcomeGatherer()
        self._has_greeted = False
        self._started_s = time.monotonic()
        self._canceled_s: Optional[float] = None
        self._has_lost_patience = False

    def hold(self, engine: EngineProcess) -> Outcome:
        """Listen until the terminal event, which is ours where the engine owes it."""
        while not self._gatherer.is_done:
            event = engine.next_event(POLL_S)
            if event is not None:
                self._hear(event, engine)
            if not self._gatherer.is_done:
                self._mind_cancellation(engine)
            if not self._gatherer.is_done:
                self._mind_silence()
        return self._gatherer.outcome

    def give_up(self, failure: Failed) -> Outcome:
        """Return the outcome of a job that never started."""
        self._tell(failure)
        return self._gatherer.outcome

    def patience_left_s(self) -> float:
        """Return how long the engine may still take to end."""
        if self._has_lost_patience or not self._gatherer.is_done:  # or a callback raised
            return 0.0
        return self._patience.goodbye_s

    def _tell(self, event: Event) -> None:
        self._gatherer.feed(event)
        self._on_event(event)

    def _hear(self, event: Event, engine: EngineProcess) -> None:
        if isinstance(event, Failed) and event.reason == "crash" and self._canceled_s is not None:
            self._tell(Canceled())
            return
        self._tell(event)
        if isinstance(event, Hello) and not self._has_greeted:
            self._greet(event, engine)

    def _greet(self, hello: Hello, engine: EngineProcess) -> None:
        self._has_greeted = True
        if hello.protocol == PROTOCOL_VERSION:
            engine.send(job_to_line(self._job))
            return
        sentence = (
            f"The engine speaks protocol {hello.protocol}, this plugin {PROTOCOL_VERSION}: "
            f"restart QGIS, and if that does not help, {REPAIR_ENGINE}."
        )
        self._tell(Failed(EngineError.kind, sentence))

    def _mind_cancellation(self, engine: EngineProcess) -> None:
        if self._canceled_s is None and self._is_canceled():
            self._canceled_s = time.monotonic()
            engine.send(CANCEL_LINE)
        if self._canceled_s is None:
            return
        waited_s = time.monotonic() - self._canceled_s
        if not self._has_greeted or waited_s > self._patience.cancel_s:
            # Before its greeting it only imports: nothing needs to be tidied up.
            self._has_lost_patience = True
            self._tell(Canceled())

    def _mind_silence(self) -> None:
        limit_s = self._patience.hello_s
        if self._has_greeted or time.monotonic() - self._started_s < limit_s:
            return
        sentence = (
            f"The engine did not start within {limit_s:.0f} seconds: try again, "
            f"and if it happens again, {REPAIR_ENGINE}."
        )
        self._tell(Failed(EngineError.kind, sentence))
