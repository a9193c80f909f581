# SPDX-License-Identifier: GPL-2.0-or-later
"""Exchange of one job with an engine process: the job line, a cancel or stop line, all events."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable, Optional

from ..protocol import (
    CANCEL_LINE,
    PROTOCOL_VERSION,
    STOP_LINE,
    Canceled,
    EngineError,
    Event,
    Failed,
    Hello,
    OutcomeGatherer,
    job_to_line,
)
from .environment import REPAIR_ENGINE

if TYPE_CHECKING:
    from ..protocol import Job, Outcome
    from .process import EngineProcess

POLL_S = 0.1
HARMLESS_FAILURES = ("job", "input", "model", "output")  # the engine can run another job

OnEvent = Callable[[Event], None]
IsCanceled = Callable[[], bool]
IsStopped = Callable[[], bool]


def never() -> bool:
    """Return that nothing is requested."""
    return False


@dataclass(frozen=True)
class Timeouts:
    """Timeouts for the engine.

    After a cancellation the engine ends by itself: its watchdog ends it after about a second, or
    after five if results are being renamed to their final names. Killing it from here could
    interrupt this, so it is only done if the watchdog does not respond.

    Args:
        hello_s: time from the start of the process to `Hello`, mostly for importing torch.
        cancel_s: time from a cancel line to the terminal event; then the engine is killed.
        exit_s: time from the end of the job to the end of the process.
    """

    hello_s: float = 60.0
    cancel_s: float = 6.0
    exit_s: float = 2.0


DEFAULT_TIMEOUTS = Timeouts()


class JobExchange:
    """Exchange of events with the engine for one job.

    Args:
        job: job to run.
        on_event: callback for every event, the terminal event last.
        is_canceled: function that returns whether to cancel.
        timeouts: timeouts for the engine.
        is_stopped: function that returns whether a training should end now and keep the best so
            far, and whether a labeling that is canceled should keep what it has done.
    """

    def __init__(
        self,
        job: Job,
        on_event: OnEvent,
        is_canceled: IsCanceled,
        timeouts: Timeouts,
        is_stopped: IsStopped = never,
    ) -> None:
        self._job = job
        self._on_event = on_event
        self._is_canceled = is_canceled
        self._is_stopped = is_stopped
        self._was_stopped = False
        self._timeouts = timeouts
        self._gatherer = OutcomeGatherer()
        self.hello: Optional[Hello] = None
        self._started_s = time.monotonic()
        self._canceled_s: Optional[float] = None
        self._must_kill = False

    def run(self, engine: EngineProcess, hello: Optional[Hello] = None) -> Outcome:
        """Process events until the terminal one, which is created here if the engine sends none.

        Args:
            engine: engine without a job.
            hello: greeting of the engine if an earlier exchange has received it.
        """
        if hello is not None:
            self._receive(hello, engine)
        while not self._gatherer.is_done:
            event = engine.next_event(POLL_S)
            if event is not None:
                self._receive(event, engine)
            if not self._gatherer.is_done:
                self._check_stop(engine)
                self._check_cancellation(engine)
            if not self._gatherer.is_done:
                self._check_start()
        return self._gatherer.outcome

    def fail(self, failure: Failed) -> Outcome:
        """Return the outcome of a job whose engine was not started."""
        self._emit(failure)
        return self._gatherer.outcome

    @property
    def leaves_engine_usable(self) -> bool:
        """Whether the engine has ended the job by itself, or not received it."""
        if self._gatherer.is_done and self.hello is None:
            return self._canceled_s is not None
        if self._must_kill or not self._gatherer.is_done:
            return False
        failure = self._gatherer.outcome.failure
        return failure is None or failure.reason in HARMLESS_FAILURES

    def exit_timeout_s(self) -> float:
        """Return the time that the engine gets to exit."""
        if self._must_kill or not self._gatherer.is_done:  # not done: a callback raised
            return 0.0
        return self._timeouts.exit_s

    def _emit(self, event: Event) -> None:
        self._gatherer.feed(event)
        self._on_event(event)

    def _receive(self, event: Event, engine: EngineProcess) -> None:
        if isinstance(event, Failed) and event.reason == "crash" and self._canceled_s is not None:
            self._emit(Canceled())
            return
        self._emit(event)
        if isinstance(event, Hello) and self.hello is None:
            self._start_job(event, engine)

    def _start_job(self, hello: Hello, engine: EngineProcess) -> None:
        self.hello = hello
        if hello.protocol == PROTOCOL_VERSION:
            engine.send(job_to_line(self._job))
            return
        sentence = (
            f"The engine uses protocol {hello.protocol}, this plugin {PROTOCOL_VERSION}: "
            f"restart QGIS, and if that does not help, {REPAIR_ENGINE}."
        )
        self._emit(Failed(EngineError.kind, sentence))

    def _check_cancellation(self, engine: EngineProcess) -> None:
        if self._canceled_s is None and self._is_canceled():
            self._canceled_s = time.monotonic()
            engine.send(CANCEL_LINE)
        if self._canceled_s is None:
            return
        waited_s = time.monotonic() - self._canceled_s
        if self.hello is None or waited_s > self._timeouts.cancel_s:
            # Before `Hello` the engine only imports modules, so it has nothing to clean up.
            self._must_kill = True
            self._emit(Canceled())

    def _check_stop(self, engine: EngineProcess) -> None:
        """Send a stop line once, after the job."""
        if self.hello is not None and not self._was_stopped and self._is_stopped():
            self._was_stopped = True
            engine.send(STOP_LINE)

    def _check_start(self) -> None:
        limit_s = self._timeouts.hello_s
        if self.hello is not None or time.monotonic() - self._started_s < limit_s:
            return
        sentence = (
            f"The engine did not start within {limit_s:.0f} seconds: try again, "
            f"and if it happens again, {REPAIR_ENGINE}."
        )
        self._emit(Failed(EngineError.kind, sentence))
