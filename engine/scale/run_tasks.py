# SPDX-License-Identifier: GPL-2.0-or-later
"""Running the tasks of a run: those not done yet, with progress, and failures named at the end."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Protocol

from ..protocol import InputError
from ..protocol.words import shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ..process.reporter import Reporter
    from .store import PartStore
    from .task import Task, TaskResult

MOST_NAMED = 3
MOST_SHOWN = 600  # characters of the message of a part


class Workers(Protocol):
    """Processes that do tasks."""

    def results(
        self, tasks: Sequence[Task], raise_if_canceled: Callable[[], None]
    ) -> Iterator[TaskResult]:
        """Do tasks in any order, and yield the result of each of them once."""

    def close(self) -> None:
        """End the processes that were started for the tasks."""


def run_tasks(
    tasks: Sequence[Task], store: PartStore, workers: Workers, reporter: Reporter, stage: str
) -> list[TaskResult]:
    """Do the tasks that are not done yet, and return their results.

    Args:
        tasks: tasks of one kind.
        store: store of the parts.
        workers: processes that do them.
        reporter: receiver of progress.
        stage: description of the tasks, such as `Labeling`.

    Raises:
        InputError: if some tasks failed; all others are done then.
        EngineError: if no worker can be reached.
        JobCanceled: if the job was canceled.
    """
    pending = [task for task in tasks if not store.is_done(task.name)]
    done = len(tasks) - len(pending)
    if done:
        reporter.log("info", f"{stage}: {done} of {len(tasks)} parts are done by an earlier run.")
    results: list[TaskResult] = []
    for result in workers.results(pending, reporter.raise_if_canceled):
        results.append(result)
        count = done + len(results)
        if result.error:
            reporter.warn(f"Part {result.number} failed: {_reason(result)}")
        reporter.progress(count / len(tasks), f"{stage}, part {count} of {len(tasks)}")
    _refuse_failures(results, len(tasks), store)
    return results


def _reason(result: TaskResult) -> str:
    """Return why a part failed, and on which computer if it was another one."""
    is_here = result.computer in ("", platform.node())
    place = "" if is_here else f"On the computer {result.computer}: "
    return f"{place}{shortened(result.error, MOST_SHOWN)}"


def _refuse_failures(results: Sequence[TaskResult], count: int, store: PartStore) -> None:
    failed = [result for result in results if result.error]
    if not failed:
        return
    reasons = list(dict.fromkeys(map(_reason, failed)))
    more = len(reasons) - MOST_NAMED
    raise InputError(
        f"{len(failed)} of {count} parts could not be made: {' '.join(reasons[:MOST_NAMED])}"
        f"{f' {more} more reasons are in the log.' if more > 0 else ''} The other "
        f"{count - len(failed)} are kept in {store.folder}: mend the cause and start the same job "
        "again, which makes the missing ones only."
    )
