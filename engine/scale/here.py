# SPDX-License-Identifier: GPL-2.0-or-later
"""Tasks in this process, one after the other: for measurements, and to find errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .do_task import close_opened, do_task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .task import Task, TaskResult


class ThisProcess:
    """Does tasks in this process."""

    def results(
        self, tasks: Sequence[Task], raise_if_canceled: Callable[[], None]
    ) -> Iterator[TaskResult]:
        """Do tasks in their order, and yield the result of each.

        Raises:
            JobCanceled: if the job was canceled.
        """
        for task in tasks:
            raise_if_canceled()
            yield do_task(*task)

    def close(self) -> None:
        """Close the scene that is kept open between parts."""
        close_opened()
