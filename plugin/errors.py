# SPDX-License-Identifier: GPL-2.0-or-later
"""How failures are told: every way to fail ends as one sentence for the user."""

from __future__ import annotations

from .protocol import Failed, OrthoscribeError, Outcome

CANCELED = "Canceled: nothing was written."


def sentence_of(error: BaseException) -> str:
    """Return what to tell the user about `error`."""
    if isinstance(error, OrthoscribeError):
        return str(error)
    return f"Orthoscribe met a bug ({error!r}): please report it with the log."


def ending_of(outcome: Outcome) -> str:
    """Return what to tell the user about a run that did not finish; empty for one that did."""
    if outcome.is_finished:
        return ""
    if isinstance(outcome.end, Failed):
        return outcome.end.message
    return CANCELED
