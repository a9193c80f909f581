# SPDX-License-Identifier: GPL-2.0-or-later
"""Events told to a Processing feedback, and its Cancel button asked.

bridge = FeedbackBridge(feedback)
outcome = run_job(job, bridge.on_event, bridge.is_canceled)
"""

from __future__ import annotations

from typing import Any, Iterable

from ..protocol import Artifact, Event, Failed, Hello, Log, Metric, Progress


class FeedbackBridge:
    """Stands between one run and one feedback.

    Example:
        bridge = FeedbackBridge(feedback)
        outcome = run_job(job, bridge.on_event, bridge.is_canceled)

    Args:
        feedback: a `QgsProcessingFeedback`, or whatever has its methods.
        told: warnings that it has heard already; they are not repeated.
    """

    def __init__(self, feedback: Any, told: Iterable[str] = ()) -> None:
        self._feedback = feedback
        self._told = frozenset(told)
        self._stage = ""

    def is_canceled(self) -> bool:
        """Say whether the user asked to stop."""
        return bool(self._feedback.isCanceled())

    def on_event(self, event: Event) -> None:
        """Tell the feedback what the engine said.

        A failure's sentence is left to the algorithm, which raises it; here goes its detail.
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
        if log.message in self._told:
            return
        if log.level == "error":
            self._feedback.reportError(log.message, False)
        elif log.level == "warning":
            self._feedback.pushWarning(log.message)
        elif log.level == "debug":
            self._feedback.pushDebugInfo(log.message)
        else:
            self._feedback.pushInfo(log.message)
