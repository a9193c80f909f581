# SPDX-License-Identifier: GPL-2.0-or-later
"""The gate: a job that has begun to publish is not ended from outside before it is over.

Ended between two renames it would leave half of its results, and ended after the last one it
would be called canceled although all of them lie there. So whoever comes first decides: the job
enters the gate and stays until it has said its last event, or somebody closes the gate, ends the
process, and nothing is published any more. Module-wide, since a process does one job at a time.
"""

from __future__ import annotations

from threading import Lock


class PublishingGate:
    """Lets one job publish, or one watchdog end the process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._is_entered = False

    def enter(self) -> None:
        """Begin to publish; waits for the end of the process if the gate is closed."""
        if not self._is_entered:
            self._lock.acquire()
            self._is_entered = True

    def leave(self) -> None:
        """Say that the job is over, whether it has published or not."""
        if self._is_entered:
            self._is_entered = False
            self._lock.release()

    def close(self) -> None:
        """Keep every job from publishing from now on; waits for one that has begun."""
        self._lock.acquire()

    @property
    def is_held(self) -> bool:
        """Return whether a job publishes, or the gate is closed."""
        return self._lock.locked()

    def reopen(self) -> None:
        """Take back a `close`: the process goes on."""
        self._lock.release()


publishing_gate = PublishingGate()
