# SPDX-License-Identifier: GPL-2.0-or-later
"""Reporters: interface of a running job for progress, messages, results and cancellation.

Recipes and their threads use only `Reporter`. So the same recipe works for the plugin, which
receives events on the channel, and for the shell, which shows a progress bar.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from threading import Lock
from typing import TYPE_CHECKING

from ..protocol import Artifact, Event, Log, Metric, Progress, event_to_line
from .cancellation import Cancellation
from .throttle import ProgressThrottle

if TYPE_CHECKING:
    from .channel import Channel


class Reporter(ABC):
    """Thread-safe interface for the output of a job.

    Args:
        cancellation: flag that is set if the job should stop.
    """

    def __init__(self, cancellation: Cancellation) -> None:
        self.cancellation = cancellation

    @abstractmethod
    def emit(self, event: Event) -> None:
        """Emit an event."""

    def progress(self, fraction: float, stage: str) -> None:
        """Report the progress: completed fraction, 0..1, and description of the stage."""
        self.emit(Progress(float(fraction), stage))

    def log(self, level: str, message: str) -> None:
        """Log a message; `level` is one of `LOG_LEVELS`."""
        self.emit(Log(level, message))

    def warn(self, message: str) -> None:
        """Log a warning for the user; the job continues."""
        self.log("warning", message)

    def metric(self, name: str, value: float) -> None:
        """Report a value whose name includes the unit."""
        self.emit(Metric(name, float(value)))

    def artifact(self, role: str, path: str | os.PathLike[str]) -> None:
        """Report a file that has been published under its final name."""
        self.emit(Artifact(role, os.fspath(path)))

    def raise_if_canceled(self) -> None:
        """Raise an exception if the job should stop; call this between two tiles.

        Raises:
            JobCanceled: if the job was canceled.
        """
        self.cancellation.raise_if_requested()

    def span(self, start: float, end: float) -> Reporter:
        """Return a reporter whose progress 0..1 is `start`..`end` of this reporter."""
        return _Span(self, start, end)


class _Span(Reporter):
    """Reporter of a part of the progress of another reporter."""

    def __init__(self, whole: Reporter, start: float, end: float) -> None:
        super().__init__(whole.cancellation)
        self._whole = whole
        self._start = start
        self._length = end - start

    def emit(self, event: Event) -> None:
        if isinstance(event, Progress):
            fraction = min(max(event.fraction, 0.0), 1.0)
            event = Progress(self._start + fraction * self._length, event.stage)
        self._whole.emit(event)


class SilentReporter(Reporter):
    """Reporter that discards all events.

    Args:
        cancellation: cancellation of the job; None: it is never canceled.
    """

    def __init__(self, cancellation: Cancellation | None = None) -> None:
        super().__init__(cancellation or Cancellation())

    def emit(self, event: Event) -> None:
        """Discard `event`."""


class EventReporter(Reporter):
    """Writes events to the channel; the first terminal event is the last one written."""

    def __init__(self, channel: Channel, cancellation: Cancellation) -> None:
        super().__init__(cancellation)
        self._channel = channel
        self._throttle = ProgressThrottle()
        self._has_ended = False
        self._lock = Lock()

    def emit(self, event: Event) -> None:
        """Write `event`, unless the job has ended or the event is throttled."""
        with self._lock:
            if self._has_ended:
                return
            if isinstance(event, Progress):
                admitted = self._throttle.admit(event)
                if admitted is None:
                    return
                event = admitted
            self._has_ended = event.is_terminal
            self._send(event)

    def _send(self, event: Event) -> None:
        try:
            self._channel.send(event_to_line(event))
        except OSError:
            # The host has closed the channel or exited, so the results are not awaited any more.
            self.cancellation.interrupt()
