# SPDX-License-Identifier: GPL-2.0-or-later
"""Cancellation of a job, requested from any thread and checked between two tiles or steps."""

from __future__ import annotations

from ..protocol import JobCanceled


class Cancellation:
    """Flags that a job should stop: without results, or early with the best ones so far.

    They are plain attributes instead of `threading.Event`: no thread waits for them, and setting
    them never blocks.
    """

    def __init__(self) -> None:
        self._is_requested = False
        self._is_early_end_requested = False
        self._is_interrupted = False

    @property
    def is_requested(self) -> bool:
        """Whether the job should stop."""
        return self._is_requested

    @property
    def is_early_end_requested(self) -> bool:
        """Whether a training should end now and keep the best so far."""
        return self._is_early_end_requested

    @property
    def keeps_progress(self) -> bool:
        """Whether a labeling that stops should keep what it has done, to go on later."""
        return self._is_interrupted or self._is_early_end_requested

    def request(self) -> None:
        """Request that the job stops."""
        self._is_requested = True

    def interrupt(self) -> None:
        """Request that the job stops because its host or the computer does, to go on later."""
        self._is_interrupted = True  # first, as other threads wait for the second
        self._is_requested = True

    def request_early_end(self) -> None:
        """Request that a training ends now and keeps the best so far; see `keeps_progress`."""
        self._is_early_end_requested = True

    def raise_if_requested(self) -> None:
        """Raise an exception if the job should stop.

        Raises:
            JobCanceled: if the job was canceled.
        """
        if self._is_requested:
            raise JobCanceled("The job was canceled.")
