# SPDX-License-Identifier: GPL-2.0-or-later
"""Message about the end of a run: a headline, notes, warnings, and details to copy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Container, Iterable, Tuple

from ..errors import outcome_text
from ..i18n import tr
from ..layers.polygon_carry_over import kept_text
from ..protocol import Finished, Job, Outcome, job_to_json

SUCCESS, NOTE, FAILURE = ("success", "note", "failure")


@dataclass(frozen=True)
class Message:
    """Content of the message area.

    Args:
        level: one of `success`, `note` and `failure`.
        headline: one sentence.
        notes: additional sentences.
        warnings: warnings of the engine.
        details: text for *Copy details* with job, log and error details; empty if there is
            nothing to report.
    """

    level: str
    headline: str
    notes: Tuple[str, ...] = ()
    warnings: Tuple[str, ...] = ()
    details: str = ""

    def without_warnings(self, said: Container[str]) -> Message:
        """Return the message without the warnings that the checks show already."""
        return replace(self, warnings=tuple(each for each in self.warnings if each not in said))

    def with_kept(self, count: int, problem: str) -> Message:
        """Return the message with what became of the polygons that the user edited.

        Args:
            count: number of polygons that were carried over.
            problem: why they could not be; empty if they could.
        """
        if problem:
            return replace(self, warnings=(*self.warnings, problem))
        return replace(self, notes=(*self.notes, kept_text(count))) if count else self


def message_about(
    outcome: Outcome, job: Job, log_lines: Iterable[str] = (), *, is_temporary: bool = False
) -> Message:
    """Return the message about a run.

    Args:
        outcome: outcome of the run.
        job: job of the run.
        log_lines: lines of the engine's log.
        is_temporary: whether the results are deleted when QGIS closes.
    """
    if isinstance(outcome.end, Finished):
        headline = tr("Done in {elapsed}.").format(elapsed=_elapsed(outcome.end.elapsed_s))
        place = (
            tr("The temporary results are deleted when QGIS closes. Press Save… to keep them.")
            if is_temporary
            else tr("The results are in {folder}.").format(folder=job.output)
        )
        return Message(SUCCESS, headline, (place,), outcome.warnings)
    headline = tr(outcome_text(outcome))
    if outcome.is_canceled:
        return Message(NOTE, headline)
    return Message(FAILURE, headline, details=run_details(outcome, job, log_lines))


def run_details(outcome: Outcome, job: Job, log_lines: Iterable[str]) -> str:
    """Return the details of a run for a bug report."""
    parts = [job_to_json(job), *log_lines]
    if outcome.failure is not None:
        failure = outcome.failure
        parts += [f"{failure.reason} (exit code {failure.exit_code}): {failure.message}"]
        parts += [failure.detail]
    return "\n".join(part for part in parts if part)


def _elapsed(seconds: float) -> str:
    if seconds < 90:
        return tr("{seconds:.0f} s").format(seconds=max(1.0, seconds))
    return tr("{minutes} min {seconds} s").format(
        minutes=int(seconds // 60), seconds=int(seconds % 60)
    )
