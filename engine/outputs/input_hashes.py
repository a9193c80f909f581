# SPDX-License-Identifier: GPL-2.0-or-later
"""Hashes of the inputs of a job, computed on a separate thread while the job is running.

At the end of a job they would take minutes for a mosaic on a network disk, without progress and
without cancellation, and the files might have changed since they were read.
"""

from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from ..protocol import JobCanceled
from .report import describe_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from typing_extensions import Self

WAIT_S = 0.1


class InputHashes:
    """Path, size and hash of each input, as a context manager that starts the computation.

    Args:
        read: paths of the inputs, by role; empty ones are left out.
    """

    def __init__(self, read: Mapping[str, str | Path]) -> None:
        """Store the paths; the computation starts on entering."""
        self._read = {role: path for role, path in read.items() if str(path)}
        self._found: dict[str, dict[str, Any]] = {}
        self._is_stopped = Event()
        self._error: BaseException | None = None
        self._thread = Thread(target=self._work, name="input hashes", daemon=True)

    def wait(self, on_wait: Callable[[], None]) -> dict[str, dict[str, Any]]:
        """Return path, size and hash of each input, by role.

        Args:
            on_wait: callback, called repeatedly until the hashes are ready; may raise to stop.

        Raises:
            BaseException: if `on_wait` raised it, or reading a file did.
        """
        while self._thread.is_alive():
            on_wait()
            self._thread.join(WAIT_S)
        if self._error is not None:
            raise self._error
        return self._found

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_stopped.set()

    def _work(self) -> None:
        try:
            for role, path in self._read.items():
                self._found[role] = self._described(path)
        except BaseException as error:  # raised again by `wait`
            self._error = error

    def _described(self, path: str | Path) -> dict[str, Any]:
        try:
            return describe_file(path, self._raise_if_stopped)
        except OSError:  # read by the job, and gone since: no reason to lose its results
            return {"path": str(path), "bytes": None, "sha256": None}

    def _raise_if_stopped(self) -> None:
        if self._is_stopped.is_set():
            raise JobCanceled("The hashes are not needed any more.")
