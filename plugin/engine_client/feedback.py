# SPDX-License-Identifier: GPL-2.0-or-later
"""Connection of a run to a Processing feedback: events to show, and the Cancel button."""

from __future__ import annotations

import time
from typing import Any, Callable, Iterable, List

from ..progress_estimate import ProgressEstimate, remaining_time_text
from ..protocol import Artifact, Event, Failed, Hello, Log, Metric, Progress

LINE_INTERVAL_S = 20.0  # between two lines of one stage, since each text is a line of the log
HIDDEN_METRICS = ("loss", "learning_rate")  # each step has them, and its stage names the loss


class FeedbackBridge:
    """Connects one run to one feedback.

    Example:
        bridge = FeedbackBridge(feedback)
        outcome = run_job(job, bridge.on_event, bridge.is_canceled)

    Args:
        feedback: `QgsProcessingFeedback`, or an object with the same methods.
        shown: warnings that have been shown already; they are not repeated.
        wording: conversion of a message of the engine to the words of the dialog.
        clock: monotonic clock in seconds, replaced in tests.
    """

    def __init__(
        self,
        feedback: Any,
        shown: Iterable[str] = (),
        wording: Callable[[str], str] = str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._feedback = feedback
        self._shown = frozenset(shown)
        self._wording = wording
        self._clock = clock
        self._estimate = ProgressEstimate(clock)
        self._stage = ""
        self._line_s = 0.0
        self._metrics: List[str] = []

    def is_canceled(self) -> bool:
        """Return whether the user has canceled."""
        return bool(self._feedback.isCanceled())

    def on_event(self, event: Event) -> None:
        """Show an event.

        Of a failure only the details are shown, since the algorithm raises its message.
        """
        if isinstance(event, Metric):
            if event.name not in HIDDEN_METRICS:
                self._metrics.append(metric_text(event))
            return
        self._show_metrics()
        if isinstance(event, Progress):
            self._show_progress(event)
        elif isinstance(event, Log):
            self._show_log(event)
        elif isinstance(event, Hello):
            self._feedback.pushInfo(
                f"Engine {event.engine}, torch {event.torch}, on {event.device}."
            )
        elif isinstance(event, Artifact):
            self._feedback.pushInfo(f"{event.role}: {event.path}")
        elif isinstance(event, Failed) and event.detail:
            self._feedback.pushConsoleInfo(event.detail)

    def _show_metrics(self) -> None:
        """Show the metrics since the last other event as one line."""
        if self._metrics:
            self._feedback.pushInfo("; ".join(self._metrics))
            self._metrics = []

    def _show_progress(self, progress: Progress) -> None:
        self._feedback.setProgress(100.0 * progress.fraction)
        self._estimate.feed(progress)
        stage, now_s = progress.stage.partition(":")[0], self._clock()
        if not stage or (stage == self._stage and now_s - self._line_s < LINE_INTERVAL_S):
            return
        self._stage, self._line_s = stage, now_s
        self._feedback.setProgressText(self._line(progress))

    def _line(self, progress: Progress) -> str:
        left_s = self._estimate.remaining_s
        left = "" if left_s is None else f" ({remaining_time_text(left_s)})"
        return f"{self._estimate.percent} %{left}: {progress.stage}"

    def _show_log(self, log: Log) -> None:
        if log.message in self._shown:
            return
        message = self._wording(log.message)
        if log.level == "error":
            self._feedback.reportError(message, False)
        elif log.level == "warning":
            self._feedback.pushWarning(message)
        elif log.level == "debug":
            self._feedback.pushDebugInfo(message)
        else:
            self._feedback.pushInfo(message)


def metric_text(metric: Metric) -> str:
    """Return a metric in words, with the unit after the number.

    >>> metric_text(Metric("building_area_m2", 1234.5))
    'building area 1,234 m²'
    >>> metric_text(Metric("validation_mean_f1", 0.71234))
    'validation mean f1 0.712'
    """
    for suffix, unit, form in (("_m2", " m²", ",.0f"), ("_m", " m", ".3g"), ("_count", "", ",.0f")):
        if metric.name.endswith(suffix):
            words = metric.name[: -len(suffix)] if unit else metric.name
            return f"{words.replace('_', ' ')} {metric.value:{form}}{unit}"
    return f"{metric.name.replace('_', ' ')} {metric.value:.3g}"
