# SPDX-License-Identifier: GPL-2.0-or-later
"""The outcome: what a run came to, gathered from its events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, List, Optional, Tuple

from .events import Artifact, Canceled, Event, Failed, Finished, Log, Metric


@dataclass(frozen=True)
class Outcome:
    """How a run ended and what it left.

    Args:
        end: the terminal event.
        artifacts: path of each artifact by role.
        metrics: value of each metric by name.
        warnings: sentences the engine wants the user to read.
    """

    end: Event
    artifacts: Dict[str, str] = field(default_factory=dict)
    metrics: Dict[str, float] = field(default_factory=dict)
    warnings: Tuple[str, ...] = ()

    @property
    def is_finished(self) -> bool:
        """Say whether the job was done."""
        return isinstance(self.end, Finished)

    @property
    def is_canceled(self) -> bool:
        """Say whether the job was stopped on request."""
        return isinstance(self.end, Canceled)

    @property
    def failure(self) -> Optional[Failed]:
        """Return the failure, or None for a job that was done or canceled."""
        return self.end if isinstance(self.end, Failed) else None


class OutcomeGatherer:
    """Fed with the events of one run, holds its outcome once it is done."""

    def __init__(self) -> None:
        """Start with nothing heard."""
        self._artifacts: Dict[str, str] = {}
        self._metrics: Dict[str, float] = {}
        self._warnings: List[str] = []
        self._end: Optional[Event] = None

    def feed(self, event: Event) -> None:
        """Take one event in."""
        if isinstance(event, Artifact):
            self._artifacts[event.role] = event.path
        elif isinstance(event, Metric):
            self._metrics[event.name] = event.value
        elif isinstance(event, Log) and event.level == "warning":
            self._warnings.append(event.message)
        elif event.is_terminal:
            self._end = event

    @property
    def is_done(self) -> bool:
        """Say whether the terminal event has been heard."""
        return self._end is not None

    @property
    def outcome(self) -> Outcome:
        """Return the outcome.

        Raises:
            RuntimeError: the run is not over.
        """
        if self._end is None:
            raise RuntimeError("The run has not ended.")
        return Outcome(self._end, dict(self._artifacts), dict(self._metrics), tuple(self._warnings))
