# SPDX-License-Identifier: GPL-2.0-or-later
"""Processor time of each stage of a job, from its progress events.

The elapsed time would depend on what else the machine does.
"""

from __future__ import annotations

import time

from ...process.cancellation import Cancellation
from ...process.reporter import Reporter
from ...protocol import Event, Progress


class StageClock(Reporter):
    """Reporter that adds up the processor seconds of each stage, until the next one begins."""

    def __init__(self) -> None:
        super().__init__(Cancellation())
        self._stage, self._since_s = "", time.process_time()
        self.seconds: dict[str, float] = {}

    def emit(self, event: Event) -> None:
        """Count the time since the last event for the stage of that event."""
        if isinstance(event, Progress):
            now_s = time.process_time()
            before_s = self.seconds.get(self._stage, 0.0)
            self.seconds[self._stage] = before_s + now_s - self._since_s
            self._stage, self._since_s = event.stage, now_s
