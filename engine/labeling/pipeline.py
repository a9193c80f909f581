# SPDX-License-Identifier: GPL-2.0-or-later
"""The pipeline: reading, computing and writing at the same time, each in threads of its own.

One thread reads, some compute, one writes; short queues between them keep memory bounded. The
calling thread watches, and is the only one that talks to the outside. Whatever goes wrong in any
thread stops all of them and is raised once, in the calling thread.
"""

from __future__ import annotations

import threading
from queue import Empty, Full, Queue
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

PATIENCE_S = 0.05  # how long a thread waits before it looks whether it should stop
LEAD = 4  # items for each worker that may be read before the oldest one is written
END = object()


class Stopped(Exception):  # noqa: N818 - it is not an error
    """Leaves a thread of a pipeline that is stopping; never seen outside."""


class Pipeline:
    """Runs items through three stages; made for one run.

    Args:
        read: makes of an item what `compute` takes.
        compute: makes of that what `write` takes; called in several threads at once.
        write: keeps it. Items come in the order they were given, so a rerun writes the very
            same file.
        workers: threads that compute.
        prepare: called in each of those before its first item.
    """

    def __init__(
        self,
        read: Callable[[Any], Any],
        compute: Callable[[Any], Any],
        write: Callable[[Any], None],
        *,
        workers: int = 1,
        prepare: Callable[[], None] = lambda: None,
    ) -> None:
        self._read, self._compute, self._write = read, compute, write
        self._workers, self._prepare = workers, prepare
        self._stop = threading.Event()
        self._errors: list[BaseException] = []
        self._to_compute: Queue[Any] = Queue(maxsize=1)
        self._to_write: Queue[Any] = Queue(maxsize=workers)
        self._written = 0

    def run(self, items: Iterable[Any], watch: Callable[[int], None]) -> None:
        """Run all items through.

        Args:
            items: taken one by one, in the reading thread.
            watch: called in this thread, some twenty times a second and at the end, with the
                number of items written; raises to stop.

        Raises:
            BaseException: the first that any stage or `watch` raised, once all threads are done.
        """
        stages = [
            lambda: self._feed(items),
            *[self._work] * self._workers,
            self._drain,
        ]
        threads = [
            threading.Thread(target=self._guard, args=(each,), daemon=True) for each in stages
        ]
        for thread in threads:
            thread.start()
        try:
            while any(thread.is_alive() for thread in threads):
                watch(self._written)
                threads[-1].join(PATIENCE_S)
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()
        if self._errors:
            raise self._errors[0]
        watch(self._written)

    def raise_if_stopped(self) -> None:
        """Leave the thread if the pipeline is stopping; a long computation calls it often.

        Raises:
            Stopped: it is.
        """
        if self._stop.is_set():
            raise Stopped

    def _guard(self, stage: Callable[[], None]) -> None:
        try:
            stage()
        except Stopped:
            pass
        except BaseException as error:
            self._errors.append(error)
            self._stop.set()

    def _feed(self, items: Iterable[Any]) -> None:
        for number, item in enumerate(items):
            self._wait_for_writing(number)
            self._put(self._to_compute, (number, self._read(item)))
        for _ in range(self._workers):
            self._put(self._to_compute, END)

    def _wait_for_writing(self, number: int) -> None:
        """Keep quick items from piling up behind a slow one, which must be written first."""
        while number - self._written > LEAD * self._workers:
            self.raise_if_stopped()
            self._stop.wait(PATIENCE_S / 10)

    def _work(self) -> None:
        self._prepare()
        for number, loaded in self._until_end(self._to_compute):
            self._put(self._to_write, (number, self._compute(loaded)))
        self._put(self._to_write, END)

    def _drain(self) -> None:
        early = {}  # computed before their turn
        for _ in range(self._workers):
            for number, result in self._until_end(self._to_write):
                early[number] = result
                while self._written in early:
                    self._write(early.pop(self._written))
                    self._written += 1

    def _until_end(self, queue: Queue[Any]) -> Iterator[Any]:
        while True:
            self.raise_if_stopped()
            try:
                item = queue.get(timeout=PATIENCE_S)
            except Empty:
                continue
            if item is END:
                return
            yield item

    def _put(self, queue: Queue[Any], item: Any) -> None:
        while True:
            self.raise_if_stopped()
            try:
                return queue.put(item, timeout=PATIENCE_S)
            except Full:
                continue
