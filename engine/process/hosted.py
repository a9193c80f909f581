# SPDX-License-Identifier: GPL-2.0-or-later
"""Hosted mode: the engine runs jobs for QGIS, which sends job lines and receives events.

One thread reads lines, the main thread runs one job at a time. A cancel line cancels all jobs that
have been received and have not ended, and a stop line ends the running training early, with the
best so far. The end of the input interrupts all jobs and ends the engine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Event as Flag
from threading import Thread
from typing import TYPE_CHECKING

from ..protocol import Canceled, Failed, control_of, job_from_json
from .cancellation import Cancellation
from .execution import conclude
from .gate import publishing_gate
from .reporter import EventReporter
from .watchdog import exit_unless

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ..protocol import Event
    from .channel import Channel
    from .execution import RunJob


def _do_nothing() -> None:
    """Do nothing."""


@dataclass
class _QueuedJob:
    """A received job line and the state of its job."""

    line: str
    reporter: EventReporter
    is_over: Flag = field(default_factory=Flag)


class Hosted:
    """Runs jobs from job lines until the input ends.

    Args:
        channel: channel that receives the events.
        run: function that runs one job.
        prepare: function that is called before the first job, while lines are already read.
        after_job: callback after the last event of each job.
    """

    def __init__(
        self,
        channel: Channel,
        run: RunJob,
        *,
        prepare: Callable[[], object] = _do_nothing,
        after_job: Callable[[], object] = _do_nothing,
    ) -> None:
        self._channel = channel
        self._run = run
        self._prepare = prepare
        self._after_job = after_job
        self._waiting: SimpleQueue[_QueuedJob | None] = SimpleQueue()
        self._unfinished: list[_QueuedJob] = []

    def serve(self, lines: Iterable[str]) -> None:
        """Run jobs on this thread and read `lines` on another one, until the input ends."""
        Thread(target=self._read, args=(lines,), name="line reader", daemon=True).start()
        self._prepare()
        while (queued := self._waiting.get()) is not None:
            end = self._run_queued(queued)
            if isinstance(end, Failed) and end.reason == "device":
                break  # after an error, the CUDA context of the process cannot be used any more
            self._after_job()
        self._cancel_unfinished()

    def stop(self) -> None:
        """Interrupt all jobs and let `serve` return; end the process if it does not."""
        self._request_end(Cancellation.interrupt)
        self._waiting.put(None)
        exit_unless(Flag(), self._cancel_unfinished, exit_code=0)

    def _read(self, lines: Iterable[str]) -> None:
        for line in lines:
            control = control_of(line.strip())
            if control == "cancel":
                self._cancel()
            elif control == "stop":
                self._end_early()
            elif line.strip():
                queued = _QueuedJob(line, EventReporter(self._channel, Cancellation()))
                self._unfinished.append(queued)
                self._waiting.put(queued)
        self.stop()

    def _cancel(self) -> None:
        for queued in self._request_end(Cancellation.request):
            exit_unless(queued.is_over, self._cancel_unfinished, exit_code=0)

    def _end_early(self) -> None:
        for queued in self._unfinished[:1]:
            queued.reporter.cancellation.request_early_end()

    def _request_end(self, request: Callable[[Cancellation], None]) -> tuple[_QueuedJob, ...]:
        """Request the end of all jobs and return them.

        The running job is the last one, as otherwise the next job would begin.
        """
        unfinished = tuple(reversed(self._unfinished))
        for queued in unfinished:
            request(queued.reporter.cancellation)
        return unfinished

    def _run_queued(self, queued: _QueuedJob) -> Event:
        reporter = queued.reporter
        end = conclude(
            lambda: self._run(job_from_json(queued.line), reporter), reporter.cancellation
        )
        reporter.emit(end)
        queued.is_over.set()
        publishing_gate.leave()
        self._unfinished.remove(queued)
        return end

    def _cancel_unfinished(self) -> None:
        for queued in tuple(self._unfinished):
            queued.reporter.emit(Canceled())
