# SPDX-License-Identifier: GPL-2.0-or-later
"""Execution: however a job ends, it ends in exactly one event."""

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

    RunJob = Callable[[Job, Reporter], None]  # carries out one job


def conclude(
    work: Callable[[], object], cancellation: Cancellation
) -> Finished | Canceled | Failed:
    """Do `work` and return the event that ends it; raises nothing, whatever happens.

    Whatever a job raises after it was told to stop is a consequence of stopping. A job that
    finishes all the same has finished: its results lie under their final names.
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
