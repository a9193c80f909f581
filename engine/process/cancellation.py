# SPDX-License-Identifier: GPL-2.0-or-later
"""Cancellation: one flag for each job, raised from any thread and asked between two tiles."""

from __future__ import annotations

from ..protocol import JobCanceled


class Cancellation:
    """Has somebody asked the job to stop?

    A plain attribute instead of a `threading.Event`: nothing waits on it, and raising it can
    never block, wherever the caller happens to be.
    """

    def __init__(self) -> None:
        self._is_requested = False

    @property
    def is_requested(self) -> bool:
        """Say whether the job is to stop."""
        return self._is_requested

    def request(self) -> None:
        """Ask the job to stop."""
        self._is_requested = True

    def raise_if_requested(self) -> None:
        """Leave the job if somebody asked for it.

        Raises:
            JobCanceled: somebody did.
        """
        if self._is_requested:
            raise JobCanceled("The job was canceled.")
