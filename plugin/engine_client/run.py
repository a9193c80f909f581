# SPDX-License-Identifier: GPL-2.0-or-later
"""Run a job in an engine process of its own, for the toolbox and scripts.

It blocks, so call it from a background thread. It uses neither Qt nor QGIS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, List, Optional, Sequence

from ..protocol import EngineError, Failed
from .environment import NO_ENGINE, installed_python
from .exchange import DEFAULT_TIMEOUTS, JobExchange, never
from .launch import engine_command
from .process import EngineProcess
from .usage import engine_in_use

if TYPE_CHECKING:
    from pathlib import Path

    from ..protocol import Job, Outcome
    from .exchange import IsCanceled, IsStopped, OnEvent, Timeouts


def run_job(
    job: Job,
    on_event: OnEvent,
    is_canceled: IsCanceled,
    is_stopped: IsStopped = never,
    *,
    command: Optional[Sequence[str]] = None,
    timeouts: Timeouts = DEFAULT_TIMEOUTS,
) -> Outcome:
    """Run `job` in a new engine process and return its outcome.

    Errors of the engine become a `Failed` outcome. Only exceptions of `on_event` and `is_canceled`
    are raised again, after the engine has been ended.

    Args:
        job: job to run.
        on_event: callback for every event in this thread, the terminal event last.
        is_canceled: function that returns whether to cancel, called in this thread several times
            per second.
        is_stopped: function that returns whether to keep what is done; see `JobExchange`.
        command: command of another engine; None: the installed engine.
        timeouts: timeouts for the engine.
    """
    exchange = JobExchange(job, on_event, is_canceled, timeouts, is_stopped)
    with engine_in_use():
        try:
            engine = EngineProcess(command or installed_command())
        except EngineError as error:
            return exchange.fail(Failed(error.kind, str(error)))
        try:
            return exchange.run(engine)
        finally:
            engine.stop(exchange.exit_timeout_s())


def installed_command(command_of: Callable[[Path], List[str]] = engine_command) -> List[str]:
    """Return a command line of the installed engine.

    Args:
        command_of: function from the engine's interpreter to its command line.

    Raises:
        EngineError: if no engine is installed for this version of the plugin.
    """
    python = installed_python()
    if python is None:
        raise EngineError(NO_ENGINE)
    return command_of(python)
