# SPDX-License-Identifier: GPL-2.0-or-later
"""The outcome of a run, collected from its events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, List, Optional, Tuple

from .events import Artifact, Canceled, Event, Failed, Finished, Log, Metric


@dataclass(frozen=True)
class Outcome:
    """Result of a run.

    Args:
        end: terminal event.
        artifacts: paths of the artifacts, by role.
        metrics: values of the metrics, by name.
        warnings: warnings for the user.
    """

    end: Event
    artifacts: Dict[str, str] = field(default_factory=dict)
    metrics: Dict[str, float] = field(default_factory=dict)
    warnings: Tuple[str, ...] = ()

    @property
    def is_finished(self) -> bool:
        """Whether the job was completed."""
        return isinstance(self.end, Finished)

    @property
    def is_canceled(self) -> bool:
        """Whether the job was canceled."""
        return isinstance(self.end, Canceled)

    @property
    def failure(self) -> Optional[Failed]:
        """The failure, or None if the job was completed or canceled."""
        return self.end if isinstance(self.end, Failed) else None


class OutcomeGatherer:
    """Collector of the events of one run, from which it builds the outcome."""

    def __init__(self) -> None:
        """Start without events."""
        self._artifacts: Dict[str, str] = {}
        self._metrics: Dict[str, float] = {}
        self._warnings: List[str] = []
        self._end: Optional[Event] = None

    def feed(self, event: Event) -> None:
        """Process one event."""
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
        """Whether the terminal event has been received."""
        return self._end is not None

    @property
    def outcome(self) -> Outcome:
        """The outcome of the run.

        Raises:
            RuntimeError: if the run has not ended.
        """
        if self._end is None:
            raise RuntimeError("The run has not ended.")
        return Outcome(self._end, dict(self._artifacts), dict(self._metrics), tuple(self._warnings))
