# SPDX-License-Identifier: GPL-2.0-or-later
"""Tasks on the workers of Dask distributed, the only module that imports it.

A task whose worker dies goes to another one, a few times. When the scheduler is lost, the tasks
that are not done go to it again, once it is back. Results are files, so nothing is lost with it.
"""

from __future__ import annotations

import logging
import time
from asyncio import CancelledError as TaskCancelledError
from concurrent.futures import CancelledError
from contextlib import ExitStack, suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from ..protocol import EngineError
from .dask_workers import ANSWER_S, check_workers
from .do_task import do_task
from .task import TaskResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from distributed import Client, Future
    from typing_extensions import Self

    from .task import Task

POLL_S = 0.2
RETRIES = 2  # of a task that raised an error without a message for the user
CONNECTIONS = 5
PAUSE_S = 5.0  # before the next connection
PREFIX = "orthoscribe"
LOST = (OSError, TimeoutError, CancelledError, TaskCancelledError)


class SchedulerLostError(Exception):
    """The connection to the scheduler is lost."""


class DaskWorkers:
    """Does tasks on the workers of a scheduler; a context manager that keeps the connection.

    Args:
        connect: function that returns a client, which may start processes, and adds what is to be
            closed to a stack. It raises OSError or TimeoutError if no scheduler answers.
        name: name of the scheduler in messages.
        pause_s: time before the next connection.
    """

    def __init__(
        self, connect: Callable[[ExitStack], Client], name: str, pause_s: float = PAUSE_S
    ) -> None:
        self._connect, self._name, self._pause_s = connect, name, pause_s
        self._opened = ExitStack()
        self._client: Client | None = None

    def results(
        self, tasks: Sequence[Task], raise_if_canceled: Callable[[], None]
    ) -> Iterator[TaskResult]:
        """Do tasks in any order, and yield the result of each.

        Raises:
            EngineError: if no scheduler answers, or its workers cannot do the tasks.
            JobCanceled: if the job was canceled.
        """
        pending = {task.number: task for task in tasks}
        for attempt in range(CONNECTIONS):
            if not pending:
                return
            _wait(self._pause_s if attempt else 0.0, raise_if_canceled)
            try:
                client = self._connected(is_first=attempt == 0)
                for result in _results(client, list(pending.values()), raise_if_canceled):
                    del pending[result.number]
                    yield result
            except SchedulerLostError:
                self.close()
        if pending:
            raise EngineError(
                f"The scheduler at {self._name} was lost {CONNECTIONS} times: start it again, and "
                "then the same job, which goes on where it was."
            )

    def close(self) -> None:
        """Close the connection, and end processes that were started for it."""
        self._client = None
        with suppress(*LOST):
            self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _connected(self, *, is_first: bool) -> Client:
        if self._client is not None:
            return self._client
        try:
            client = self._connect(self._opened)
            check_workers(client)
        except (OSError, TimeoutError) as error:
            if not is_first:
                raise SchedulerLostError from error
            raise EngineError(
                f"No scheduler answers at {self._name}: start one with 'dask scheduler', or check "
                "the address."
            ) from error
        self._client = client
        return client


def _results(
    client: Client, tasks: Sequence[Task], raise_if_canceled: Callable[[], None]
) -> Iterator[TaskResult]:
    """Yield the result of each task.

    Raises:
        SchedulerLostError: if the scheduler does not answer any more.
    """
    ended: SimpleQueue[Future] = SimpleQueue()
    futures = {}
    for task in tasks:
        key = f"{PREFIX}-{task.name}-{task.digest[:12]}"
        future = client.submit(_on_worker, *task, key=key, retries=RETRIES, pure=False)
        futures[future.key] = (task, future)
        future.add_done_callback(ended.put)
    try:
        while futures:
            raise_if_canceled()
            with suppress(Empty):
                future = ended.get(timeout=POLL_S)
                if future.key in futures and future.status in ("finished", "error"):
                    yield _result_of(*futures[future.key])
                    del futures[future.key]
                continue
            if client.status != "running" or any(
                future.status in ("lost", "cancelled") for _, future in futures.values()
            ):
                raise SchedulerLostError
    finally:
        with suppress(Exception):  # the scheduler is lost
            client.cancel([future for _, future in futures.values()], force=True)


def _result_of(task: Task, future: Future) -> TaskResult:
    """Return the result of a future that ended.

    Raises:
        SchedulerLostError: if the scheduler or the worker is lost meanwhile.
    """
    try:
        if future.status == "finished":
            return TaskResult(*future.result(timeout=ANSWER_S))
        error = future.exception(timeout=ANSWER_S)
    except LOST as lost:
        raise SchedulerLostError from lost
    if type(error).__name__ == "KilledWorker":
        return TaskResult(
            task.number,
            "Several workers were killed while they worked on this part, mostly because memory ran "
            "out: give each worker more memory, or choose a smaller tile_size_px.",
        )
    return TaskResult(task.number, f"{type(error).__name__}: {error}")


def _on_worker(kind: str, number: int, record: str, digest: str) -> tuple[Any, ...]:
    """Do a task on a worker, and return its result as a plain tuple."""
    from distributed import get_worker  # noqa: PLC0415 (only where it is installed)

    name = get_worker().name
    slot = name if isinstance(name, int) else 0
    return tuple(do_task(kind, number, record, digest, slot))


def _wait(seconds: float, raise_if_canceled: Callable[[], None]) -> None:
    end_s = time.monotonic() + seconds
    while time.monotonic() < end_s:
        raise_if_canceled()
        time.sleep(min(POLL_S, seconds))


def quiet_logs() -> None:
    """Keep Dask's reports of lost connections, which are expected here, out of the log."""
    for name in ("distributed", "distributed.client", "distributed.core", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
