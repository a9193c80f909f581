# SPDX-License-Identifier: GPL-2.0-or-later
"""Execution of a job, which always ends with exactly one terminal event."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ..protocol import Canceled, Failed, Finished, JobCanceled
from .failure import failure_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..protocol import Job
    from .cancellation import Cancellation
    from .reporter import Reporter

    RunJob = Callable[[Job, Reporter], None]  # runs one job


def conclude(
    work: Callable[[], object], cancellation: Cancellation
) -> Finished | Canceled | Failed:
    """Run `work` and return its terminal event; exceptions become events, too.

    Any exception after a cancellation is regarded as its consequence. A canceled job that still
    finishes counts as finished, because its results have been published.
    """
    start_s = time.monotonic()
    try:
        cancellation.raise_if_requested()
        work()
    except BaseException as error:
        if cancellation.is_requested or isinstance(error, JobCanceled):
            return Canceled()
        return failure_of(error)
    return Finished(round(time.monotonic() - start_s, 3))
