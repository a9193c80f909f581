# SPDX-License-Identifier: GPL-2.0-or-later
"""Reporter for the terminal.

Progress and log are written to standard error: on a terminal as a bar with the remaining time,
elsewhere as a line for every 10 %. Artifacts are written to standard output as `role  path`, for
the next program in a pipe.
"""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, TextIO

from ..process.channel import ChannelError
from ..process.reporter import Reporter
from ..process.throttle import ProgressThrottle
from ..protocol import Artifact, Event, Log, Progress

if TYPE_CHECKING:
    from ..process.cancellation import Cancellation
    from ..process.channel import Channel

BAR_WIDTH = 24
LEFT = " left"


class TerminalReporter(Reporter):
    """Thread-safe reporter that shows progress, messages and artifacts on the terminal.

    Args:
        cancellation: flag that is set if the job should stop.
        channel: standard output, for the artifacts.
        screen: standard error, as a stream that never fails; see `process.screen`.
    """

    def __init__(self, cancellation: Cancellation, channel: Channel, screen: TextIO) -> None:
        super().__init__(cancellation)
        self._channel = channel
        self._screen = screen
        self._throttle = ProgressThrottle()
        self._bar = Bar(screen) if screen.isatty() else QuietLines(screen)
        self._lock = Lock()

    def emit(self, event: Event) -> None:
        """Show `event`; metrics and debug messages are not shown."""
        with self._lock:
            if isinstance(event, Progress):
                admitted = self._throttle.admit(event)
                if admitted is not None:
                    self._bar.draw(admitted)
            elif isinstance(event, Artifact):
                self._bar.clear()
                with suppress(ChannelError):  # the result is published even if this is not read
                    self._channel.send(f"{event.role}  {event.path}")
            elif isinstance(event, Log) and event.level != "debug":
                self._write_log(event)

    def close(self) -> None:
        """Remove the bar, so that other text can be written."""
        with self._lock:
            self._bar.clear()

    def _write_log(self, log: Log) -> None:
        self._bar.clear()
        prefix = "" if log.level == "info" else f"{log.level}: "
        self._screen.write(f"{prefix}{log.message}\n")
        self._screen.flush()


class Bar:
    """Progress bar on one line: `[#####...]  42%  labeling, 1:05 left`."""

    def __init__(self, screen: TextIO) -> None:
        self._screen = screen
        self._start_s = time.monotonic()
        self._drawn = 0

    def draw(self, progress: Progress) -> None:
        """Draw the bar over the previous one."""
        done = round(progress.fraction * BAR_WIDTH)
        bar = "#" * done + "." * (BAR_WIDTH - done)
        text = f"[{bar}] {progress.fraction:4.0%}  {progress.stage}{self._left(progress)}"
        text = text[: shutil.get_terminal_size().columns - 1]
        self._screen.write("\r" + text.ljust(self._drawn))
        self._screen.flush()
        self._drawn = len(text)

    def clear(self) -> None:
        """Remove the bar, so that a line can be written in its place."""
        if self._drawn:
            self._screen.write("\r" + " " * self._drawn + "\r")
            self._screen.flush()
            self._drawn = 0

    def _left(self, progress: Progress) -> str:
        fraction = progress.fraction
        if progress.stage.endswith(LEFT):  # the job has a better estimate
            return ""
        if not 0.02 <= fraction < 1.0:  # too early for a reliable estimate, or done
            return ""
        spent_s = time.monotonic() - self._start_s
        return f", {clock(spent_s * (1 - fraction) / fraction)}{LEFT}"


class QuietLines:
    """Progress as one line for every 10 % of the job, for logs and pipes."""

    def __init__(self, screen: TextIO) -> None:
        self._screen = screen
        self._tenths = -1

    def draw(self, progress: Progress) -> None:
        """Write a line if another 10 % is completed."""
        tenths = int(progress.fraction * 10 + 1e-9)
        if tenths > self._tenths:
            self._tenths = tenths
            self._screen.write(f"{progress.fraction:4.0%}  {progress.stage}\n")
            self._screen.flush()

    def clear(self) -> None:
        """Do nothing, since lines are not removed."""


def clock(seconds: float) -> str:
    """Return a duration as minutes and seconds, or hours, minutes and seconds.

    >>> clock(65), clock(3725)
    ('1:05', '1:02:05')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
