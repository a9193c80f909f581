# SPDX-License-Identifier: GPL-2.0-or-later
"""Pipeline: concurrent reading, computing and writing, each in its own threads.

One thread reads, several compute, one writes; short queues between them bound the memory. The
calling thread reports progress and checks for cancellation. An exception in any thread stops all
of them and is raised once, in the calling thread.
"""

from __future__ import annotations

import threading
from queue import Empty, Full, Queue
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

POLL_INTERVAL_S = 0.05  # waiting time of a thread between two checks of the stop event
LEAD = 4  # items per worker that may be read before the oldest one is written
END = object()


class Stopped(Exception):  # noqa: N818 - it is not an error
    """Raised to end a thread of a stopping pipeline; never leaves the pipeline."""


class Pipeline:
    """Pipeline of three stages for a single run.

    Args:
        read: function from an item to the input of `compute`.
        compute: function from that to the input of `write`; called in several threads at once.
        write: function that stores a result. Results keep the order of the items, so a rerun
            writes an identical file.
        workers: number of computing threads.
        prepare: function called in each computing thread before its first item.
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
        """Process all items.

        Args:
            items: items, iterated in the reading thread.
            watch: callback for the number of items written, called in this thread about twenty
                times a second and at the end; raises to stop.

        Raises:
            BaseException: the first exception of any stage or `watch`, after all threads ended.
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
                threads[-1].join(POLL_INTERVAL_S)
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()
        if self._errors:
            raise self._errors[0]
        watch(self._written)

    def raise_if_stopped(self) -> None:
        """End the thread if the pipeline is stopping; long computations call this often.

        Raises:
            Stopped: if the pipeline is stopping.
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
        """Limit the number of results that wait for a slow item, which must be written first."""
        while number - self._written > LEAD * self._workers:
            self.raise_if_stopped()
            self._stop.wait(POLL_INTERVAL_S / 10)

    def _work(self) -> None:
        self._prepare()
        for number, loaded in self._until_end(self._to_compute):
            self._put(self._to_write, (number, self._compute(loaded)))
        self._put(self._to_write, END)

    def _drain(self) -> None:
        early = {}  # results that are ready before their turn
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
                item = queue.get(timeout=POLL_INTERVAL_S)
            except Empty:
                continue
            if item is END:
                return
            yield item

    def _put(self, queue: Queue[Any], item: Any) -> None:
        while True:
            self.raise_if_stopped()
            try:
                return queue.put(item, timeout=POLL_INTERVAL_S)
            except Full:
                continue
