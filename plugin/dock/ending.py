# SPDX-License-Identifier: GPL-2.0-or-later
"""How a run ended, told in the dock: a headline, what follows from it, and details to copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Tuple

from ..errors import ending_of
from ..i18n import tr
from ..protocol import Finished, Job, Outcome, job_to_json

SUCCESS, NOTE, FAILURE = ("success", "note", "failure")


@dataclass(frozen=True)
class Message:
    """What the message area shows.

    Args:
        level: `success`, `note` or `failure`.
        headline: one sentence.
        notes: what follows from it.
        warnings: what the engine wants the user to know.
        details: for *Copy details*: job, log and the engine's last words; empty where there is
            nothing to report.
    """

    level: str
    headline: str
    notes: Tuple[str, ...] = ()
    warnings: Tuple[str, ...] = ()
    details: str = ""


def message_of(
    outcome: Outcome, job: Job, said: Iterable[str] = (), *, is_temporary: bool = False
) -> Message:
    """Return what to tell about a run.

    Args:
        outcome: how it ended.
        job: what was asked for.
        said: the engine's log.
        is_temporary: the results go when QGIS closes.
    """
    if isinstance(outcome.end, Finished):
        headline = tr("Done in {elapsed}.").format(elapsed=_elapsed(outcome.end.elapsed_s))
        place = (
            tr("The results are temporary, they go when QGIS closes: press Save… to keep them.")
            if is_temporary
            else tr("The results are in {folder}.").format(folder=job.output)
        )
        return Message(SUCCESS, headline, (place,), outcome.warnings)
    level = NOTE if outcome.is_canceled else FAILURE
    details = details_of(outcome, job, said)
    return Message(level, tr(ending_of(outcome)), (), outcome.warnings, details)


def details_of(outcome: Outcome, job: Job, said: Iterable[str]) -> str:
    """Return what somebody needs who was not there."""
    parts = [job_to_json(job), *said]
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
