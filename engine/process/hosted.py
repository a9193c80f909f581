# SPDX-License-Identifier: GPL-2.0-or-later
"""Hosted mode: the engine as a warm servant of QGIS, job lines in, events out.

One thread listens, the main thread works on one job at a time. A cancel line stops every job
heard so far and not yet ended; the end of the lines stops everything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Event as Flag
from threading import Thread
from typing import TYPE_CHECKING

from ..protocol import CANCEL_LINE, Canceled, Failed, job_from_json
from .cancellation import Cancellation
from .execution import conclude
from .gate import publishing_gate
from .reporter import EventReporter
from .watchdog import exit_unless

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..protocol import Event
    from .channel import Channel
    from .execution import RunJob


@dataclass
class _Order:
    """A job line that was heard, and how it goes with it."""

    line: str
    reporter: EventReporter
    is_over: Flag = field(default_factory=Flag)


class Hosted:
    """Obeys job lines until they end.

    Args:
        channel: gets the events.
        run: carries one job out.
    """

    def __init__(self, channel: Channel, run: RunJob) -> None:
        self._channel = channel
        self._run = run
        self._waiting: SimpleQueue[_Order | None] = SimpleQueue()
        self._open: list[_Order] = []

    def serve(self, lines: Iterable[str]) -> None:
        """Work on this thread, listen to `lines` on another; return when there is no more to do."""
        Thread(target=self._listen, args=(lines,), name="listener", daemon=True).start()
        while (order := self._waiting.get()) is not None:
            end = self._carry_out(order)
            if isinstance(end, Failed) and end.reason == "device":
                break  # a CUDA context that has met an error is lost for the whole process
        self._cancel_open()

    def stop(self) -> None:
        """Cancel everything and let `serve` return; end the process if it does not."""
        self._request_end()
        self._waiting.put(None)
        exit_unless(Flag(), self._cancel_open, exit_code=0)

    def _listen(self, lines: Iterable[str]) -> None:
        for line in lines:
            if line.strip() == CANCEL_LINE:
                self._cancel()
            elif line.strip():
                order = _Order(line, EventReporter(self._channel, Cancellation()))
                self._open.append(order)
                self._waiting.put(order)
        self.stop()

    def _cancel(self) -> None:
        for order in self._request_end():
            exit_unless(order.is_over, self._cancel_open, exit_code=0)

    def _request_end(self) -> tuple[_Order, ...]:
        """Ask all jobs to end and return them; the one at work last, or the next would begin."""
        orders = tuple(reversed(self._open))
        for order in orders:
            order.reporter.cancellation.request()
        return orders

    def _carry_out(self, order: _Order) -> Event:
        reporter = order.reporter
        end = conclude(
            lambda: self._run(job_from_json(order.line), reporter), reporter.cancellation
        )
        reporter.emit(end)
        order.is_over.set()
        publishing_gate.leave()
        self._open.remove(order)
        return end

    def _cancel_open(self) -> None:
        for order in tuple(self._open):
            order.reporter.emit(Canceled())
