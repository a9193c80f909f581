# SPDX-License-Identifier: GPL-2.0-or-later
"""The reporter: how a running job talks, and how it hears that it should stop.

Recipes and the threads they start see the `Reporter` alone, so the same recipe serves the
plugin, which gets events on the channel, and the shell, which gets a bar on the terminal.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from threading import Lock
from typing import TYPE_CHECKING

from ..protocol import Artifact, Event, Log, Metric, Progress, event_to_line
from .throttle import ProgressThrottle

if TYPE_CHECKING:
    from .cancellation import Cancellation
    from .channel import Channel


class Reporter(ABC):
    """What a job may say; threads may share it.

    Args:
        cancellation: raised when the job is to stop.
    """

    def __init__(self, cancellation: Cancellation) -> None:
        self.cancellation = cancellation

    @abstractmethod
    def emit(self, event: Event) -> None:
        """Pass `event` on."""

    def progress(self, fraction: float, stage: str) -> None:
        """Say how far the job is: 0..1, and the stage in plain words."""
        self.emit(Progress(float(fraction), stage))

    def log(self, level: str, message: str) -> None:
        """Say a sentence for the log; `level` is one of `LOG_LEVELS`."""
        self.emit(Log(level, message))

    def warn(self, message: str) -> None:
        """Say a sentence that the user should read although the job goes on."""
        self.log("warning", message)

    def metric(self, name: str, value: float) -> None:
        """Report a number, its unit in its name."""
        self.emit(Metric(name, float(value)))

    def artifact(self, role: str, path: str | os.PathLike[str]) -> None:
        """Announce a file that now lies under its final name."""
        self.emit(Artifact(role, os.fspath(path)))

    def raise_if_canceled(self) -> None:
        """Leave the job if somebody asked for it; call it between two tiles.

        Raises:
            JobCanceled: somebody did.
        """
        self.cancellation.raise_if_requested()

    def span(self, start: float, end: float) -> Reporter:
        """Return a reporter whose 0..1 is `start`..`end` of this one's."""
        return _Span(self, start, end)


class _Span(Reporter):
    """A part of another reporter's progress."""

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


class EventReporter(Reporter):
    """Writes events to the channel: any number of them, then exactly one that ends the job."""

    def __init__(self, channel: Channel, cancellation: Cancellation) -> None:
        super().__init__(cancellation)
        self._channel = channel
        self._throttle = ProgressThrottle()
        self._has_ended = False
        self._lock = Lock()

    def emit(self, event: Event) -> None:
        """Write `event`, unless the job has ended or the throttle holds it back."""
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
            # Nobody listens any more: the host has died, so nobody wants the results either.
            self.cancellation.request()
