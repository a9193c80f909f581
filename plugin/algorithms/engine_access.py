# SPDX-License-Identifier: GPL-2.0-or-later
"""Access of the algorithms to the engine: its availability, and runs of jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Optional, Sequence

from qgis.core import QgsProcessingException, QgsProcessingFeedback

from ..engine_client.environment import NO_ENGINE, installed_python
from ..engine_client.feedback import FeedbackBridge
from ..engine_client.run import run_job
from ..errors import outcome_text

if TYPE_CHECKING:
    from ..protocol import Job, Outcome


class EngineAccess:
    """Access to the engine for algorithms.

    Args:
        command: command line of another engine than the installed one, for tests.
    """

    def __init__(self, command: Optional[Sequence[str]] = None) -> None:
        self._command = command

    def unavailable_reason(self) -> str:
        """Return why no job can be run, without starting the engine; empty if one can."""
        return "" if self._command or installed_python() is not None else NO_ENGINE

    def run(
        self,
        job: Job,
        feedback: QgsProcessingFeedback,
        already_shown: Sequence[str] = (),
        wording: Callable[[str], str] = str,
    ) -> Outcome:
        """Run `job` and return the outcome of the finished run.

        Args:
            job: job to run.
            feedback: feedback that receives progress and log.
            already_shown: warnings already sent to `feedback`, which are not repeated.
            wording: conversion of a message of the engine to the words of the dialog.

        Raises:
            QgsProcessingException: if the job failed or was canceled, with a message for the user.
        """
        bridge = FeedbackBridge(feedback, already_shown, wording)
        outcome = run_job(job, bridge.on_event, bridge.is_canceled, command=self._command)
        if not outcome.is_finished:
            raise QgsProcessingException(wording(outcome_text(outcome)))
        return outcome
