# SPDX-License-Identifier: GPL-2.0-or-later
"""User messages for errors and for runs that did not finish."""

from __future__ import annotations

from .protocol import Failed, OrthoscribeError, Outcome

CANCELED = "The run was canceled. Nothing was written."


def error_text(error: BaseException) -> str:
    """Return the message to show for `error`."""
    if isinstance(error, OrthoscribeError):
        return str(error)
    return f"A bug in Orthoscribe caused an error ({error!r}). Please report it with the log."


def outcome_text(outcome: Outcome) -> str:
    """Return the message to show for a run; empty if the run finished."""
    if outcome.is_finished:
        return ""
    if isinstance(outcome.end, Failed):
        return outcome.end.message
    return CANCELED
