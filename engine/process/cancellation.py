# SPDX-License-Identifier: GPL-2.0-or-later
"""Cancellation flag of a job, set from any thread and checked between two tiles."""

from __future__ import annotations

from ..protocol import JobCanceled


class Cancellation:
    """Flag that a job should stop.

    It is a plain attribute instead of a `threading.Event`: no thread waits for it, and setting it
    never blocks.
    """

    def __init__(self) -> None:
        self._is_requested = False

    @property
    def is_requested(self) -> bool:
        """Whether the job should stop."""
        return self._is_requested

    def request(self) -> None:
        """Request that the job stops."""
        self._is_requested = True

    def raise_if_requested(self) -> None:
        """Raise an exception if the job should stop.

        Raises:
            JobCanceled: if the job was canceled.
        """
        if self._is_requested:
            raise JobCanceled("The job was canceled.")
