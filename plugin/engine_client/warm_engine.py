# SPDX-License-Identifier: GPL-2.0-or-later
"""An engine process that is kept between jobs, so that a job does not wait for its start.

Importing torch takes seconds, and a model that was loaded for a job stays loaded for the next one.
The process ends after some minutes without a job, because it occupies memory.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, List, Optional, Sequence

from ..protocol import EngineError, Failed
from .exchange import DEFAULT_TIMEOUTS, JobExchange, never
from .process import EngineProcess
from .run import installed_command
from .usage import engine_in_use

if TYPE_CHECKING:
    from ..protocol import Hello, Job, Outcome
    from .exchange import IsCanceled, IsStopped, OnEvent, Timeouts

IDLE_S = 600.0
END_S = 0.3
# An engine that was ended by its watchdog has sent its last event before, and a killed process with
# several threads takes a moment to end.
LAST_BREATH_S = 0.05


@dataclass(frozen=True)
class _IdleEngine:
    """Engine without a job.

    Args:
        process: process of the engine.
        command: command line that it was started with.
        hello: greeting of the engine; None if it has not been read.
    """

    process: EngineProcess
    command: List[str]
    hello: Optional[Hello] = None


class WarmEngine:
    """Runs jobs like `run_job`, in a process that is kept for the next job.

    A job that starts while another one is running gets a process of its own. All methods can be
    called in any thread.

    Args:
        command: command of another engine; None: the installed engine.
        idle_s: time without a job after which the process is ended.
        timeouts: timeouts for the engine.
    """

    def __init__(
        self,
        command: Optional[Sequence[str]] = None,
        *,
        idle_s: float = IDLE_S,
        timeouts: Timeouts = DEFAULT_TIMEOUTS,
    ) -> None:
        self._command = command
        self._idle_s = idle_s
        self._timeouts = timeouts
        self._lock = threading.Lock()
        self._idle: Optional[_IdleEngine] = None
        self._idle_timer: Optional[threading.Timer] = None
        self._running = 0
        self._is_closed = False

    def run(
        self,
        job: Job,
        on_event: OnEvent,
        is_canceled: IsCanceled,
        is_stopped: IsStopped = never,
    ) -> Outcome:
        """Run `job` and return its outcome; see `run_job` and `JobExchange`."""
        exchange = JobExchange(job, on_event, is_canceled, self._timeouts, is_stopped)
        with engine_in_use():
            try:
                engine = self._take()
            except EngineError as error:
                return exchange.fail(Failed(error.kind, str(error)))
            try:
                return exchange.run(engine.process, engine.hello)
            finally:
                self._give_back(engine, exchange)

    def prewarm(self) -> None:
        """Start an engine for the next job, unless one is running; return at once."""
        threading.Thread(target=self._prewarm, name="orthoscribe_prewarm", daemon=True).start()

    def end_idle(self) -> None:
        """End the engine if it has no job."""
        with self._lock:
            engine = self._pop_idle()
        if engine is not None:
            engine.process.stop(END_S)

    def teardown(self) -> None:
        """End the engine, or let it end after its job; no engine is kept any more."""
        with self._lock:
            self._is_closed = True
        self.end_idle()

    def _prewarm(self) -> None:
        with self._lock:
            if self._is_closed or self._running or self._idle is not None:
                return
            try:
                self._put_idle(self._start(self._wanted_command()))
            except EngineError:
                return  # the next job reports it

    def _take(self) -> _IdleEngine:
        """Return the idle engine if it can be used, else a new one.

        Raises:
            EngineError: if no engine is installed, or it cannot be started.
        """
        with self._lock:
            engine = self._pop_idle()
            if engine is not None and not self._is_usable(engine):
                engine.process.stop(0.0)
                engine = None
            if engine is None:
                engine = self._start(self._wanted_command())
            self._running += 1
        if engine.hello is not None:
            engine.process.forget_output()
        return engine

    def _is_usable(self, engine: _IdleEngine) -> bool:
        """Return whether the engine is alive, and still the installed one."""
        try:
            has_ended = engine.process.has_ended(LAST_BREATH_S)
            return engine.command == self._wanted_command() and not has_ended
        except EngineError:
            return False

    def _give_back(self, engine: _IdleEngine, exchange: JobExchange) -> None:
        """Keep the engine after a job, or end it and start another one."""
        kept = _IdleEngine(engine.process, engine.command, exchange.hello)
        is_usable = exchange.leaves_engine_usable and not kept.process.has_ended(LAST_BREATH_S)
        with self._lock:
            self._running -= 1
            is_kept = is_usable and not self._is_closed and self._idle is None
            if is_kept:
                self._put_idle(kept)
        if not is_kept:
            engine.process.stop(exchange.exit_timeout_s())
            if exchange.hello is not None:  # otherwise another start would fail in the same way
                self.prewarm()

    def _wanted_command(self) -> List[str]:
        return list(self._command or installed_command())

    def _start(self, command: List[str]) -> _IdleEngine:
        return _IdleEngine(EngineProcess(command), command)

    def _put_idle(self, engine: _IdleEngine) -> None:
        self._idle = engine
        self._idle_timer = threading.Timer(self._idle_s, self.end_idle)
        self._idle_timer.daemon = True
        self._idle_timer.start()

    def _pop_idle(self) -> Optional[_IdleEngine]:
        engine, self._idle = self._idle, None
        if self._idle_timer is not None:
            self._idle_timer.cancel()
            self._idle_timer = None
        return engine
