# SPDX-License-Identifier: GPL-2.0-or-later
"""The publishing gate: a job that has begun to publish is not ended from another thread.

If it were ended between two renames, half of its results would be left. If it were ended after the
last rename, it would be reported as canceled although all results are published. So either the job
enters the gate first and stays inside until its terminal event has been sent, or the watchdog
closes the gate first and ends the process, and nothing is published. The gate is global to the
module, because a process runs one job at a time.
"""

from __future__ import annotations

from threading import Lock


class PublishingGate:
    """Mutual exclusion of a job that publishes and a watchdog that ends the process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._is_entered = False

    def enter(self) -> None:
        """Begin to publish; if the gate is closed, block until the process ends."""
        if not self._is_entered:
            self._lock.acquire()
            self._is_entered = True

    def leave(self) -> None:
        """Release the gate after the end of the job, even if it has not published."""
        if self._is_entered:
            self._is_entered = False
            self._lock.release()

    def close(self) -> None:
        """Prevent jobs from publishing from now on; wait for a job that has begun."""
        self._lock.acquire()

    @property
    def is_held(self) -> bool:
        """Whether a job is publishing or the gate is closed."""
        return self._lock.locked()

    def reopen(self) -> None:
        """Undo `close`, because the process continues."""
        self._lock.release()


publishing_gate = PublishingGate()
