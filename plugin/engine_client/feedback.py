# SPDX-License-Identifier: GPL-2.0-or-later
"""Connection of a run to a Processing feedback: events to show, and the Cancel button."""

from __future__ import annotations

from typing import Any, Iterable

from ..protocol import Artifact, Event, Failed, Hello, Log, Metric, Progress


class FeedbackBridge:
    """Connects one run to one feedback.

    Example:
        bridge = FeedbackBridge(feedback)
        outcome = run_job(job, bridge.on_event, bridge.is_canceled)

    Args:
        feedback: `QgsProcessingFeedback`, or an object with the same methods.
        shown: warnings that have been shown already; they are not repeated.
    """

    def __init__(self, feedback: Any, shown: Iterable[str] = ()) -> None:
        self._feedback = feedback
        self._shown = frozenset(shown)
        self._stage = ""

    def is_canceled(self) -> bool:
        """Return whether the user has canceled."""
        return bool(self._feedback.isCanceled())

    def on_event(self, event: Event) -> None:
        """Show an event.

        Of a failure only the details are shown, since the algorithm raises its message.
        """
        if isinstance(event, Progress):
            self._show_progress(event)
        elif isinstance(event, Log):
            self._show_log(event)
        elif isinstance(event, Hello):
            self._feedback.pushInfo(
                f"Engine {event.engine}, torch {event.torch}, on {event.device}."
            )
        elif isinstance(event, Metric):
            self._feedback.pushInfo(f"{event.name}: {event.value:g}")
        elif isinstance(event, Artifact):
            self._feedback.pushInfo(f"{event.role}: {event.path}")
        elif isinstance(event, Failed) and event.detail:
            self._feedback.pushConsoleInfo(event.detail)

    def _show_progress(self, progress: Progress) -> None:
        self._feedback.setProgress(100.0 * progress.fraction)
        if progress.stage and progress.stage != self._stage:
            self._stage = progress.stage
            self._feedback.setProgressText(progress.stage)

    def _show_log(self, log: Log) -> None:
        if log.message in self._shown:
            return
        if log.level == "error":
            self._feedback.reportError(log.message, False)
        elif log.level == "warning":
            self._feedback.pushWarning(log.message)
        elif log.level == "debug":
            self._feedback.pushDebugInfo(log.message)
        else:
            self._feedback.pushInfo(log.message)
