# SPDX-License-Identifier: GPL-2.0-or-later
"""How algorithms reach the engine: whether it is there, and one run of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Sequence

from qgis.core import QgsProcessingException, QgsProcessingFeedback

from ..engine_client.environment import NO_ENGINE, installed_python
from ..engine_client.feedback import FeedbackBridge
from ..engine_client.run import run_job
from ..errors import ending_of

if TYPE_CHECKING:
    from ..protocol import Job, Outcome


class EngineDoor:
    """The one way from an algorithm to the engine.

    Args:
        command: starts another engine than the installed one; tests give a scripted one.
    """

    def __init__(self, command: Optional[Sequence[str]] = None) -> None:
        self._command = command

    def why_closed(self) -> str:
        """Return why no job can be run, in an instant; empty where one can."""
        return "" if self._command or installed_python() is not None else NO_ENGINE

    def run(self, job: Job, feedback: QgsProcessingFeedback, told: Sequence[str] = ()) -> Outcome:
        """Run `job` and return its outcome, which is always a finished one.

        Args:
            job: what to do.
            feedback: hears of it.
            told: warnings that it has heard already.

        Raises:
            QgsProcessingException: the job failed or was canceled; its text is for the user.
        """
        bridge = FeedbackBridge(feedback, told)
        outcome = run_job(job, bridge.on_event, bridge.is_canceled, command=self._command)
        if not outcome.is_finished:
            raise QgsProcessingException(ending_of(outcome))
        return outcome
